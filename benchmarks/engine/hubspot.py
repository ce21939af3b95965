"""The simulated HubSpot in a process of its own, so that it never shares an interpreter with what is measured."""

from __future__ import annotations

import multiprocessing
import pickle
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import psutil

from tests.hubspot_simulator import running_simulator
from tests.hubspot_simulator.build import build_world
from tests.hubspot_simulator.scenario import Scenario
from tests.hubspot_simulator.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from multiprocessing.connection import Connection

    from tests.hubspot_simulator import Clock, Simulator

_processes = multiprocessing.get_context("spawn")
P = ParamSpec("P")
R = TypeVar("R")


class HubSpot:
    """A simulator that runs in another process.

    Attributes:
        url: Its address.
    """

    def __init__(self, url: str, pipe: Connection, pid: int) -> None:
        """Hold on to a simulator.

        Args:
            url: Its address.
            pipe: Takes functions to run there, and gives what they return.
            pid: Its process.
        """
        self.url = url
        self._pipe = pipe
        self._process = psutil.Process(pid)

    def do(self, function: Callable[Concatenate[Simulator, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a function of a module on the simulator, over there."""
        self._pipe.send((function, args, kwargs))
        answer: R = self._pipe.recv()
        return answer

    def cpu_seconds(self) -> float:
        """What the simulator has used so far."""
        times = self._process.cpu_times()
        return times.user + times.system


@contextmanager
def simulated(scenario: Scenario, anchor: date, **options: Any) -> Iterator[HubSpot]:  # noqa: ANN401 - the simulator's own
    """Serve a scenario; its portals are copies of the first one.

    Args:
        scenario: Portals that differ in nothing but their id and name.
        anchor: The day on which the history ends.
        options: Of `running_simulator`.

    Yields:
        The simulator.
    """
    ours, theirs = _processes.Pipe()
    process = _processes.Process(
        target=_serve,
        args=(theirs, scenario, {"anchor": anchor, "build": copies_of_the_first, **options}),
        daemon=True,
    )
    process.start()
    theirs.close()
    try:
        yield HubSpot(ours.recv(), ours, process.pid or 0)
    finally:
        process.terminate()
        process.join()


def copies_of_the_first(scenario: Scenario, seed: int, anchor: date, clock: Clock) -> World:
    """Build one portal, and copy it for all the others: hundreds of portals in seconds."""
    first, *others = scenario.portals
    alone = Scenario(name=scenario.name, portals=(first,), history_days=scenario.history_days)
    portals = dict(build_world(alone, seed, anchor, clock).portals)
    pattern = pickle.dumps(portals[first.portal_id])
    for spec in others:
        portals[spec.portal_id] = portal = pickle.loads(pattern)  # noqa: S301 - made two lines above
        portal.spec = spec
    return World(scenario, seed, clock, portals)


def _serve(pipe: Connection, scenario: Scenario, options: dict[str, Any]) -> None:
    with running_simulator(scenario, **options) as simulator:
        pipe.send(simulator.url)
        while True:
            function, args, kwargs = pipe.recv()
            pipe.send(function(simulator, *args, **kwargs))
