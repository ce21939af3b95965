"""What is measured: each case makes a simulated HubSpot for each program, runs the program, and looks at what came out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from benchmarks.peers.outcome import Check, Outcome
from benchmarks.peers.programs import MeltanoTap, MeltanoTapBothWays, Ours
from benchmarks.peers.rows import MARKER, OBJECTS
from benchmarks.peers.session import session
from benchmarks.peers.worlds import FIRST_PORTAL, LAST_PROPERTY, contact_values, fill, make_world

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.peers.programs import Program
    from benchmarks.peers.session import Reading
    from tests.hubspot_simulator import Simulator

_POPULAR = 1_200
_DEALS = 10
_ONE_DAY = 86_400.0


@dataclass(frozen=True)
class Case(ABC):
    """A case.

    Attributes:
        timeout: Seconds that one run may take.
        quick: Whether a fraction of the records will do.
    """

    key: ClassVar[str]

    timeout: float
    quick: bool

    @abstractmethod
    def measure(self, program: Program) -> Outcome:
        """Let a program go through it."""

    @abstractmethod
    def check(self, outcomes: Mapping[str, Outcome]) -> Check:
        """Whether our tap did what is required of it, given the outcomes of all programs."""


class Cost(Case):
    """What a first read costs when HubSpot answers at once."""

    key = "cost"

    def measure(self, program: Program) -> Outcome:
        """Read everything once."""
        contacts, companies = (2_000, 50) if self.quick else (12_000, 500)
        simulator = make_world()
        fill(simulator, contacts=contacts, companies=companies, deals=_DEALS, popular=_POPULAR)
        with session(program, simulator, timeout=self.timeout) as runs:
            runs.prepare([FIRST_PORTAL], program.streams)
            read = runs.read()
        name = f"{contacts:,} contacts × 43 properties, {companies} companies"
        micros = read.run.cpu * 1e6 / read.records if read.records else None
        cells = {
            f"{name}: requests": f"{read.requests.total():,}",
            f"{name}: seconds": _seconds(read),
            f"{name}: CPU seconds": f"{read.run.cpu:.1f}",
            f"{name}: CPU µs a record": f"{micros:.0f}" if micros else "–",
            f"{name}: records": f"{read.records:,} of {contacts + companies + _DEALS:,}",
            f"{name}: peak memory, MiB": f"{read.run.peak:.0f}",
        }
        return Outcome(cells, micros)

    def check(self, outcomes: Mapping[str, Outcome]) -> Check:
        """Ours must be the cheapest."""
        ours = outcomes[Ours.key].figure
        others = [outcome.figure for key, outcome in outcomes.items() if key != Ours.key and outcome.figure]
        least = min(others, default=float("inf"))
        return Check(
            f"less CPU a record than each peer: {ours or 0:.0f} µs, the least of theirs {least:.0f} µs",
            ours is not None and ours < least,
        )


class Links(Case):
    """One company with 1,200 contacts: how many of the links come back, and with which of the two."""

    key = "links"

    def measure(self, program: Program) -> Outcome:
        """Read it with every kind of link that the program can be told to read."""
        if isinstance(program, MeltanoTap):
            program = MeltanoTapBothWays(program.program)
        simulator = make_world()
        fill(simulator, contacts=_POPULAR, companies=2, popular=_POPULAR)
        with session(program, simulator, timeout=self.timeout) as runs:
            runs.prepare([FIRST_PORTAL], program.streams)
            rows = runs.read().rows
        name = f"of {_POPULAR:,} links of one company"
        cells = {
            f"{name}: with the company": f"{len(rows.by_company):,}",
            f"{name}: with the contacts": f"{len(rows.by_contact):,}",
        }
        return Outcome(cells, len(rows.by_company | rows.by_contact))

    def check(self, outcomes: Mapping[str, Outcome]) -> Check:
        """None may be missing."""
        found = outcomes[Ours.key].figure or 0
        return Check(f"{found:,.0f} of {_POPULAR:,} links", found == _POPULAR)


class OneMillisecond(Case):
    """More records changed in one millisecond than a search can page through."""

    key = "millisecond"
    _longest = 100.0

    def measure(self, program: Program) -> Outcome:
        """Read ten contacts; then the others are there."""
        simulator = make_world()
        fill(simulator, contacts=10, companies=2)
        with session(program, simulator, timeout=min(self.timeout, self._longest)) as runs:
            runs.prepare([FIRST_PORTAL], program.streams)
            runs.read()
            made = simulator.world.bulk_create(FIRST_PORTAL, "contacts", self._number, contact_values)
            read = runs.read()
        found = len(read.rows.contacts & {str(record.id) for record in made})
        text = f"{found:,}"
        if not read.run.ended_well:
            text += f", {read.ending} with {read.rows.records['contacts']:,} rows"
        return Outcome(
            {f"{self._number:,} new contacts in one millisecond": text}, found if read.run.ended_well else 0
        )

    def check(self, outcomes: Mapping[str, Outcome]) -> Check:
        """All must be found, and it must end."""
        found = outcomes[Ours.key].figure or 0
        return Check(f"{found:,.0f} of {self._number:,} records of one millisecond", found == self._number)

    @property
    def _number(self) -> int:
        # Even a quick run must go past the 10,000 of a search.
        return 10_500


class LateIndex(Case):
    """Changes that the search index shows only after later ones."""

    key = "late"
    _late = 50

    def measure(self, program: Program) -> Outcome:
        """Run while the index holds some changes back, and twice after it shows them."""
        simulator = make_world()
        fill(simulator, contacts=200, companies=2)
        options = simulator.portal(FIRST_PORTAL).options
        store = simulator.portal(FIRST_PORTAL).objects["contacts"]
        with session(program, simulator, timeout=self.timeout) as runs:
            runs.prepare([FIRST_PORTAL], program.streams)
            runs.read()
            now = simulator.now()
            late, on_time = store.live_ids[: self._late], store.live_ids[self._late : self._late + 10]
            for record_id in on_time:
                simulator.world.update(FIRST_PORTAL, "contacts", record_id, {"phone": "0"}, at=now)
            store.index.catch_up(simulator.clock.now_ms())
            options.index_delay_seconds = _ONE_DAY
            _mark(simulator, "contacts", late, before=2)
            reads = [runs.read()]
            options.index_delay_seconds = 0
            reads += [runs.read(), runs.read()]
        found = len(set[tuple[str, str]]().union(*(read.rows.marked for read in reads)))
        return Outcome({f"{self._late} changes that the index shows late: found": f"{found}"}, found)

    def check(self, outcomes: Mapping[str, Outcome]) -> Check:
        """All must be found."""
        found = outcomes[Ours.key].figure or 0
        return Check(f"{found:.0f} of {self._late} changes that the index showed late", found == self._late)


class ManyProperties(Case):
    """More properties than fit into a URL."""

    key = "properties"
    _properties = 900
    _contacts = 20
    _longest = 60.0

    def measure(self, program: Program) -> Outcome:
        """Read records whose last property matters."""
        read = self._read(program)
        found = len(read.rows.marked)
        text = read.ending or f"{found} of {self._contacts}"
        if isinstance(program, MeltanoTap):
            dated = self._read(replace(program, from_start_date=True))
            text += f"; with a start date {dated.ending or f'{len(dated.rows.marked)} of {self._contacts}'}"
        return Outcome({f"{self._properties} properties: whole records": text}, found)

    def check(self, outcomes: Mapping[str, Outcome]) -> Check:
        """All must come with their last property."""
        found = outcomes[Ours.key].figure or 0
        return Check(
            f"{found:.0f} of {self._contacts} records with {self._properties} properties",
            found == self._contacts,
        )

    def _read(self, program: Program) -> Reading:
        simulator = make_world(fillers=self._properties)
        fill(simulator, contacts=self._contacts, companies=2)
        _mark(simulator, "contacts", simulator.portal(FIRST_PORTAL).objects["contacts"].live_ids)
        with session(program, simulator, timeout=min(self.timeout, self._longest)) as runs:
            runs.prepare([FIRST_PORTAL], program.streams)
            return runs.read()


class Idle(Case):
    """Fifty portals in which nothing has changed: of a program that knows one portal, some are measured and multiplied."""

    key = "idle"
    _portals = 50
    _measured = 2
    _most_seconds = 10.0

    def measure(self, program: Program) -> Outcome:
        """Read everything once, then measure the next run."""
        name = f"{self._portals} idle portals"
        if isinstance(program, Ours):
            all_streams = self._second_run(program, self._portals, None)
            few_streams = self._second_run(program, self._portals, program.streams)
            cells = {
                f"{name}: seconds": _seconds(few_streams),
                f"{name}: CPU seconds": f"{few_streams.run.cpu:.1f}",
                f"{name}, all streams: seconds": _seconds(all_streams),
                f"{name}, all streams: CPU seconds": f"{all_streams.run.cpu:.1f}",
            }
            return Outcome(cells, all_streams.run.wall if all_streams.run.ended_well else None)
        reads = [self._second_run(program, 1, program.streams) for _ in range(self._measured)]
        times = self._portals / self._measured
        wall = times * sum(read.run.wall for read in reads)
        cpu = times * sum(read.run.cpu for read in reads)
        ending = next((read.ending for read in reads if read.ending), None)
        cells = {f"{name}: seconds": ending or f"≈ {wall:.0f}", f"{name}: CPU seconds": f"≈ {cpu:.0f}"}
        return Outcome(cells)

    def check(self, outcomes: Mapping[str, Outcome]) -> Check:
        """Soon done."""
        wall = outcomes[Ours.key].figure or float("inf")
        return Check(
            f"{self._portals} idle portals in one process, all streams, in {wall:.1f} s (≤ {self._most_seconds:.0f} s)",
            wall <= self._most_seconds,
        )

    def _second_run(self, program: Program, portals: int, streams: tuple[str, ...] | None) -> Reading:
        simulator = make_world(portals=portals)
        portal_ids = list(simulator.world.portals)
        for portal_id in portal_ids:
            fill(simulator, contacts=20, companies=5, deals=5, portal_id=portal_id)
        with session(program, simulator, timeout=self.timeout) as runs:
            runs.prepare(portal_ids, streams)
            runs.read()
            return runs.read()


class Speed(Case):
    """A large portal that takes 100 ms to answer and has its limits; then a hundredth of it changes."""

    key = "speed"
    _most_seconds = 22.0

    def measure(self, program: Program) -> Outcome:
        """Read everything, then the changes."""
        share = 10 if self.quick else 1
        numbers = {"contacts": 20_000 // share, "companies": 2_000 // share, "deals": 5_000 // share}
        simulator = make_world(latency_ms=100, limits=True)
        fill(simulator, **numbers)
        name = f"{sum(numbers.values()):,} records, 100 ms, limits"
        with session(program, simulator, timeout=self.timeout) as runs:
            runs.prepare([FIRST_PORTAL], program.streams)
            read = runs.read()
            cells = {
                f"{name}: seconds": _seconds(read),
                f"{name}: records": f"{read.records:,}",
                f"{name}: requests (429s)": f"{read.requests.total():,} ({read.requests[429]})",
                f"{name}: CPU seconds": f"{read.run.cpu:.1f}",
            }
            if read.run.ended_well:
                changed = self._change_some(simulator)
                again = runs.read()
                cells[f"{name}: after 1 % changes, seconds"] = _seconds(again)
                cells[f"{name}: changes found"] = f"{len(again.rows.marked)} of {changed}"
        return Outcome(cells, read.run.wall if read.run.ended_well else None)

    def check(self, outcomes: Mapping[str, Outcome]) -> Check:
        """Near the floor that the limits set."""
        wall = outcomes[Ours.key].figure or float("inf")
        return Check(
            f"a large portal in {wall:.1f} s (≤ {self._most_seconds:.0f} s)", wall <= self._most_seconds
        )

    @staticmethod
    def _change_some(simulator: Simulator) -> int:
        changed = 0
        for object_type in OBJECTS:
            ids = simulator.portal(FIRST_PORTAL).objects[object_type].live_ids[::100]
            _mark(simulator, object_type, ids)
            changed += len(ids)
        return changed


CASES: tuple[type[Case], ...] = (Cost, Links, OneMillisecond, LateIndex, ManyProperties, Idle, Speed)


def _mark(simulator: Simulator, object_type: str, record_ids: list[int], *, before: float = 0) -> None:
    """Change records, some seconds ago."""
    name = {"contacts": LAST_PROPERTY, "companies": "name", "deals": "dealname"}[object_type]
    moment = simulator.now() - timedelta(seconds=before)
    for record_id in record_ids:
        simulator.world.update(FIRST_PORTAL, object_type, record_id, {name: MARKER}, at=moment)


def _seconds(read: Reading) -> str:
    return read.ending or f"{read.run.wall:.1f}"
