"""One program, one simulated HubSpot, and the runs of the one against the other, each from the state of the last."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.peers.hubspot import served
from benchmarks.peers.program import run

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence

    from benchmarks.peers.hubspot import CountedRequests
    from benchmarks.peers.program import Run
    from benchmarks.peers.programs import Program
    from benchmarks.peers.rows import Rows
    from tests.hubspot_simulator import Simulator

_LONGEST_LOG = 300

_catalogues: dict[object, str] = {}
"""By program, streams, and the number of a contact's properties, which tells the benchmark's portals apart."""


@dataclass(frozen=True)
class Reading:
    """One run: what it took, what came out, and what HubSpot was asked."""

    run: Run
    rows: Rows
    requests: Counter[int]

    @property
    def records(self) -> int:
        """Contacts, companies and deals."""
        return self.rows.records.total()

    @property
    def ending(self) -> str:
        """How it ended, where it did not end well."""
        match self.run.status:
            case 0:
                return ""
            case None if self.requests[414]:
                return f"stopped after {self.run.wall:.0f} s of 414s"
            case None:
                return f"stopped after {self.run.wall:.0f} s"
            case _ if self.requests[414]:
                return "dies with 414"
            case status:
                return f"dies with status {status}"


class Session:
    """A program and the portals that it reads; keeps its settings, its catalogue and its state in a folder."""

    def __init__(
        self,
        program: Program,
        simulator: Simulator,
        requests: CountedRequests,
        folder: Path,
        *,
        timeout: float,
    ) -> None:
        self.program = program
        self.simulator = simulator
        self._requests = requests
        self._folder = folder
        self._timeout = timeout
        self._config = folder / "config.json"
        self._catalog = folder / "catalog.json"
        self._state: Path | None = None
        self._environment = {"SIMULATED_HUBSPOT_URL": simulator.url}

    def prepare(self, portal_ids: Sequence[int], streams: Sequence[str] | None) -> None:
        """Write the settings and the catalogue, for which HubSpot is asked unless a like portal has told it before."""
        self._config.touch(mode=0o600)
        self._config.write_text(json.dumps(self.program.config(self.simulator, portal_ids)), encoding="utf-8")
        portal = self.simulator.portal(portal_ids[0])
        known = (type(self.program), streams and tuple(streams), len(portal.properties["contacts"].active))
        if known not in _catalogues:
            found = self._run(self.program.discover(self._config))
            if not found.ended_well:
                return
            _catalogues[known] = json.dumps(self.program.choose(found.output, streams))
        self._catalog.write_text(_catalogues[known], encoding="utf-8")

    def read(self) -> Reading:
        """Run it once; the next time it starts from the state where this run ended."""
        self.simulator.limiter.reset()
        self._requests.take()
        ran = self._run(self.program.read(self._config, self._catalog, self._state))
        reading = Reading(ran, self.program.rows(ran.output), self._requests.take())
        ran.output.unlink()
        if reading.rows.state is not None:
            self._state = self._folder / "state.json"
            self._state.write_text(json.dumps(reading.rows.state), encoding="utf-8")
        requests = ", ".join(f"{number} × {status}" for status, number in sorted(reading.requests.items()))
        _say(
            f"  {self.program.title}: {reading.records:,} records, {requests}, {ran.wall:.1f} s,"
            f" {ran.cpu:.1f} s CPU {reading.ending}"
        )
        return reading

    def _run(self, command: Sequence[str | Path]) -> Run:
        ran = run(command, self._folder, self._environment, timeout=self._timeout)
        if not ran.ended_well:
            last = (ran.log.read_text(errors="replace").strip().splitlines() or [""])[-1]
            _say(f"  {self.program.title} ended with {ran.status}: {last[:_LONGEST_LOG]}")
        return ran


@contextmanager
def session(program: Program, simulator: Simulator, *, timeout: float) -> Iterator[Session]:
    """Serve a simulator to one program."""
    folder = Path(tempfile.mkdtemp(prefix="peers-benchmark-"))
    try:
        with served(simulator) as requests:
            yield Session(program, simulator, requests, folder, timeout=timeout)
    finally:
        shutil.rmtree(folder)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
