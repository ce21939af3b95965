"""Serves the answers from a process of its own."""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.replay.answers import Answers, UnknownPathError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from multiprocessing.connection import Connection

_processes = multiprocessing.get_context("spawn")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TOKEN = re.compile(rb"\r\nauthorization: *bearer pat-na1-(\d+)", re.IGNORECASE)
_BACKLOG = 256
# So high that the tap, which keeps to what HubSpot tells, is never held up.
_HEAD = (
    "HTTP/1.1 {status}\r\ncontent-type: application/json;charset=utf-8\r\ncontent-encoding: gzip\r\n"
    "x-hubspot-ratelimit-max: 100000\r\nx-hubspot-ratelimit-remaining: 99999\r\n"
    "x-hubspot-ratelimit-interval-milliseconds: 10000\r\ncontent-length: {length}\r\n\r\n"
)


def token(portal_id: int) -> str:
    """The token of a portal; every portal there could be has one."""
    return f"pat-na1-{portal_id}"


@contextmanager
def replaying(counts: Mapping[str, int]) -> Iterator[str]:
    """Serve portals that all have the same records.

    Args:
        counts: How many of each object type.

    Yields:
        The address.
    """
    ours, theirs = _processes.Pipe()
    server = _processes.Process(target=_serve, args=(theirs, dict(counts)), daemon=True)
    server.start()
    theirs.close()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        server.terminate()
        server.join()


def _serve(pipe: Connection, counts: dict[str, int]) -> None:
    asyncio.run(_listen(pipe, Answers(counts)))


async def _listen(pipe: Connection, answers: Answers) -> None:
    server = await asyncio.get_running_loop().create_server(
        lambda: _Client(answers), "127.0.0.1", 0, backlog=_BACKLOG
    )
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


class _Client(asyncio.Protocol):
    """One connection; answers each request at once, in order."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._received = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101 - tells mypy what asyncio documents
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end]
            length = _LENGTH.search(head)
            stop = end + 4 + (int(length[1]) if length else 0)
            if len(self._received) < stop:
                return
            body, self._received = self._received[end + 4 : stop], self._received[stop:]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        method, target, _ = head.partition(b"\r\n")[0].decode().split(" ")
        portal = _TOKEN.search(head)
        status = "200 OK"
        try:
            packed = self._answers.body(method, target, body, int(portal[1]) if portal else 0)
        except (UnknownPathError, ValueError) as error:
            print(f"replay: {error}", file=sys.stderr, flush=True)
            status, packed = "404 Not Found", b""
        if self._transport:
            self._transport.write(_HEAD.format(status=status, length=len(packed)).encode() + packed)
