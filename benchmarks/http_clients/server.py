"""A server that gives canned answers, in a process of its own, for as little CPU as Python can."""

from __future__ import annotations

import asyncio
import gzip
import json
import multiprocessing
import random
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

LARGE_PATH, SMALL_PATH = "/large", "/small"

_processes = multiprocessing.get_context("spawn")


def a_page(records: int) -> bytes:
    """A page of records as HubSpot writes them: 30 properties, 1 KB each."""
    numbers = random.Random(records)  # noqa: S311 - the same page each time
    results = [
        {"id": str(numbers.randrange(10**10)), "properties": _properties(numbers), "archived": False}
        for _ in range(records)
    ]
    return json.dumps({"results": results}).encode()


def _properties(numbers: random.Random) -> dict[str, str]:
    return {f"property_{name}": f"{numbers.randrange(10 ** (name % 15 + 1)):x}" for name in range(30)}


class _Canned(asyncio.Protocol):
    """Keeps the connection, reads the request line, skips the rest; the requests have no bodies."""

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self._answers = answers
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].partition(b"?")[0]
            self._transport.write(self._answers[path])


def _answer(body: bytes) -> bytes:
    packed = gzip.compress(body, 6)
    head = (
        "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 12:00:00 GMT\r\nContent-Type: application/json;charset=utf-8\r\n"
        f"Content-Length: {len(packed)}\r\nContent-Encoding: gzip\r\nVary: origin, Accept-Encoding\r\n"
        "X-HubSpot-RateLimit-Max: 110\r\nX-HubSpot-RateLimit-Remaining: 109\r\n"
        "X-HubSpot-RateLimit-Interval-Milliseconds: 10000\r\nX-Content-Type-Options: nosniff\r\nServer: canned\r\n\r\n"
    )
    return head.encode() + packed


async def _serve(pipe: Connection) -> None:
    answers = {LARGE_PATH.encode(): _answer(a_page(100)), SMALL_PATH.encode(): _answer(b'{"results": []}')}
    server = await asyncio.get_running_loop().create_server(
        lambda: _Canned(answers), "127.0.0.1", 0, backlog=256
    )
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def _run(pipe: Connection) -> None:
    asyncio.run(_serve(pipe))


@contextmanager
def running_server() -> Iterator[str]:
    """Serve for a while.

    Yields:
        The server's address.
    """
    ours, theirs = _processes.Pipe()
    process = _processes.Process(target=_run, args=(theirs,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()
