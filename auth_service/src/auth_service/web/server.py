"""Runs the application."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from typing import TYPE_CHECKING, NoReturn

import uvicorn

from auth_service.errors import SettingsError

if TYPE_CHECKING:
    from starlette.applications import Starlette

GRACE_SECONDS = 15


def listen(host: str, port: int) -> socket.socket:
    """Listen on an address; who connects from now on is answered once the application runs.

    Raises:
        SettingsError: The address is taken, or not one of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise SettingsError(
            f"cannot listen on {host} port {port} ({error.strerror}): choose another --host or --port"
        ) from error
    # asyncio does so for sockets of its own making only. Without, an answer's body waits for the client to confirm
    # its head, which takes 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def run(app: Starlette, listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT, then finish what was begun and end with exit code 0."""
    # uvicorn, done with its own ending, raises the signal that asked for it once more: here it arrives.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    config = uvicorn.Config(
        app,
        access_log=False,  # it would print the callback's address, which holds the code
        log_config=None,
        proxy_headers=False,  # nothing here depends on what a proxy says
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        ws="none",
    )
    uvicorn.Server(config).run(sockets=[listener])


def configure_logging() -> None:
    """Log to standard error, one line each; the HTTP client, which logs addresses, only when something is wrong."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("alembic", "httpcore2", "httpx2", "uvicorn"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _leave(*_: object) -> NoReturn:
    sys.exit(0)
