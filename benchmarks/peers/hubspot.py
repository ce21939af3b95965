"""Serves a simulated HubSpot with the older paths, and counts every request that comes."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.peers.older_paths import with_older_paths
from tests.hubspot_simulator import create_app
from tests.hubspot_simulator.server import bind, make_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from tests.hubspot_simulator import Simulator

_STOP_SECONDS = 10


class CountedRequests:
    """Counts answers by status on their way out, those to unknown paths included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.by_status: Counter[int] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.by_status[message["status"]] += 1
            await send(message)

        await self._app(scope, receive, counted)

    def take(self) -> Counter[int]:
        """What was counted since the last time."""
        taken, self.by_status = self.by_status, Counter()
        return taken


@contextmanager
def served(simulator: Simulator) -> Iterator[CountedRequests]:
    """Serve a simulator from a thread on a free local port; sets its `url`.

    Yields:
        The requests' counter.
    """
    with bind() as listener:
        server = make_server(simulator, listener)
        requests = CountedRequests(with_older_paths(create_app(simulator), simulator))
        server.config.app = requests
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield requests
        finally:
            server.should_exit = True
            thread.join(_STOP_SECONDS)
