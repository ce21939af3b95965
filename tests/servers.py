"""Servers that tests start: where they listen, and when they answer."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Any

import httpx2

if TYPE_CHECKING:
    import subprocess


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(url: str) -> bool:
    """Whether it does, and says that all is well."""
    try:
        return httpx2.get(url, timeout=2, trust_env=False).status_code == 200
    except httpx2.HTTPError:
        return False


def wait_for_answer(process: subprocess.Popen[Any], url: str, *, seconds: float) -> None:
    """Wait until a server that was started answers."""
    deadline = time.monotonic() + seconds
    while not answers(url):
        assert process.poll() is None, "the server ended"
        assert time.monotonic() < deadline, f"{url} does not answer"
        time.sleep(0.1)
