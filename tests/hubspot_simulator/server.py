"""Serving a simulator over HTTP, in the foreground or in a thread of the test's own process."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Unpack

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.hubspot_simulator.app import create_app
from tests.hubspot_simulator.scenario import Scenario
from tests.hubspot_simulator.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.hubspot_simulator.simulator import Options

# Requests longer than HubSpot takes must reach the simulator, which answers them with 414.
_LONGEST_REQUEST_HEAD = 4 * 1024 * 1024
_BACKLOG = 256
_STOP_SECONDS = 10
_POLL_SECONDS = 0.005


class _Connection(H11Protocol):
    """Hands the transport to the application, so that a fault can reset the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        # asyncio does this itself only for sockets that name their protocol; without it every answer, sent as
        # head and body, waits 40 ms for the client's delayed acknowledgement.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _BriefServer(uvicorn.Server):
    """Stops as soon as it is told to; uvicorn's own takes a fifth of a second, of which tests have thousands."""

    async def main_loop(self) -> None:
        turn = 0
        while not await self.on_tick(turn):
            turn += 1
            await asyncio.sleep(_POLL_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        state = self.server_state
        for connection in list(state.connections):
            connection.shutdown()
        # An answer that is under way, however slow, is cut off after the grace that uvicorn would give it.
        with suppress(TimeoutError):
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                while state.connections or state.tasks:  # noqa: ASYNC110 - uvicorn tells nobody when the last one ends
                    await asyncio.sleep(_POLL_SECONDS)
        for task in state.tasks:
            task.cancel()


def bind(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    """A listening socket; clients may connect from now on and wait until they are served."""
    # asyncio only switches Nagle's algorithm off on sockets that name their protocol: 40 ms for each small answer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    listener.listen(_BACKLOG)
    return listener


def make_server(simulator: Simulator, listener: socket.socket) -> uvicorn.Server:
    """A server for one simulator; sets the simulator's `url`."""
    host, port = listener.getsockname()[:2]
    simulator.url = f"http://{host}:{port}"
    config = uvicorn.Config(
        create_app(simulator),
        http=_Connection,
        ws="none",
        lifespan="off",
        log_level="warning",
        # Access lines would show authorization codes.
        access_log=False,
        h11_max_incomplete_event_size=_LONGEST_REQUEST_HEAD,
        timeout_graceful_shutdown=1,
    )
    return _BriefServer(config)


@contextmanager
def running_simulator(
    scenario: Scenario | str | Path = "tiny", **options: Unpack[Options]
) -> Iterator[Simulator]:
    """Serve a scenario from a thread on a free local port.

    Args:
        scenario: A `Scenario`, the name of one in `scenarios/`, or the path of a TOML file.
        options: See `Options`: seed, anchor, clock, consent, redirect_uris, journal, latency_ms, build.

    Yields:
        The simulator: `url`, `world`, `faults`, `requests`, …
    """
    loaded = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    simulator = Simulator(loaded, **options)
    with bind() as listener:
        server = make_server(simulator, listener)
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="hubspot-simulator", daemon=True
        )
        thread.start()
        try:
            yield simulator
        finally:
            server.should_exit = True
            thread.join(_STOP_SECONDS)
