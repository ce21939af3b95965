"""Runs an application."""

from __future__ import annotations

import signal
import socket
import sys
from typing import TYPE_CHECKING, NoReturn

import uvicorn

from serving.errors import CannotServe

if TYPE_CHECKING:
    from starlette.applications import Starlette

_GRACE_SECONDS = 15


def listen(host: str, port: int) -> socket.socket:
    """Listen on an address; who connects from now on is answered once the application runs.

    Raises:
        CannotServe: The address is taken, or not one of this machine's.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise CannotServe(
            f"cannot listen on {host} port {port} ({error.strerror}): choose another --host or --port"
        ) from None
    # asyncio does so for sockets of its own making only. Without, an answer's body waits for the client to confirm
    # its head, which takes 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def run(app: Starlette, listener: socket.socket, *, trust_proxy: bool) -> None:
    """Serve until SIGTERM or SIGINT, then finish what was begun and end with exit code 0.

    Args:
        app: What answers.
        listener: Where.
        trust_proxy: Whether the proxy of FORWARDED_ALLOW_IPS is believed about clients' addresses.
    """
    # uvicorn, done with its own ending, raises the signal that asked for it once more: here it arrives.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    config = uvicorn.Config(
        app,
        access_log=False,  # it would print addresses, which may hold a code or a name; the application logs
        log_config=None,
        proxy_headers=trust_proxy,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        ws="none",
    )
    uvicorn.Server(config).run(sockets=[listener])


def _leave(*_: object) -> NoReturn:
    sys.exit(0)
