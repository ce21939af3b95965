"""Asks at a fixed rate, whether answers are late or not, and says how long each took."""

from __future__ import annotations

import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_OK = 200
_CONNECTIONS = 24


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer.

    Args:
        path: What was asked.
        seconds: From the moment at which it should have been asked, so that a late start counts as well.
        size: Bytes of the body.
    """

    path: str
    seconds: float
    size: int


class Load:
    """Clients of one API.

    Args:
        port: Where it listens on this machine.
        key: What the clients show; empty for none.
    """

    def __init__(self, port: int, key: str = "") -> None:
        self._port = port
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._mine = threading.local()

    def at(self, per_second: float, paths: Sequence[str]) -> list[Answered]:
        """Ask for each path in turn, so many a second."""
        began = time.perf_counter() + 0.1

        def ask(number: int) -> Answered:
            due = began + number / per_second
            time.sleep(max(0.0, due - time.perf_counter()))
            size = self._ask(paths[number])
            return Answered(paths[number], time.perf_counter() - due, size)

        with ThreadPoolExecutor(_CONNECTIONS) as pool:
            return list(pool.map(ask, range(len(paths))))

    def as_fast_as_can_be(self, paths: Sequence[str], clients: int) -> float:
        """Let some clients ask for all paths, each one after the other; return answers a second."""
        began = time.perf_counter()
        with ThreadPoolExecutor(clients) as pool:
            list(pool.map(self._ask, paths))
        return len(paths) / (time.perf_counter() - began)

    def _ask(self, path: str) -> int:
        connection: http.client.HTTPConnection | None = getattr(self._mine, "connection", None)
        if connection is None:
            connection = self._mine.connection = http.client.HTTPConnection(
                "127.0.0.1", self._port, timeout=30
            )
        connection.request("GET", path, headers=self._headers)
        response = connection.getresponse()
        body = response.read()
        if response.status != _OK:
            raise SystemExit(f"{path} was answered with {response.status}: {body[:500]!r}")
        return len(body)


def percentile(answers: Sequence[Answered], share: float) -> float:
    """Milliseconds within which that share of the answers came."""
    ordered = sorted(answer.seconds for answer in answers)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000
