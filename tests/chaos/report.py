"""What happened and what came of it, for a terminal or as Markdown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.chaos.comparison import Difference

_NAMED = 10
_MEANING = {
    "lost": "rows lost",
    "doubled": "rows doubled",
    "leaked": "rows leaked to another portal",
    "surplus": "rows that HubSpot never had, or deleted ones that count",
    "wrong": "rows with wrong values",
    "secret": "secrets in logs",
    "failure": "failures without a cause of ours",
    "kpi": "KPIs that are not HubSpot's",
}


@dataclass(slots=True)
class Report:
    """Everything that is counted.

    Attributes:
        blows: Signals by victim and name.
        faults: Requests that a fault struck, by its kind.
        moves: What happened to portals' connections.
        runs: By how they ended.
        changes: Of HubSpot's records.
        compared: Rows or values by what they are of.
        slowest: The longest way back, in seconds, by what came back.
        differences: All that is not as it must be.
    """

    command: str
    portals: int
    seconds: float
    blows: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    moves: Counter[str] = field(default_factory=Counter)
    runs: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    compared: Counter[str] = field(default_factory=Counter)
    slowest: dict[str, float] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    def came_back(self, what: str, after: float) -> None:
        """Note how long something was away."""
        self.slowest[what] = max(after, self.slowest.get(what, 0.0))

    def text(self) -> str:
        """For people and logs."""
        lines = [f"{name:<22} {value}" for name, value in self._rows()]
        return "\n".join([*lines, *self._named("- ")])

    def markdown(self) -> str:
        """For a page."""
        rows = [f"| {name} | {value} |" for name, value in self._rows()]
        verdict = "Chaos: nothing is amiss" if not self.differences else "Chaos: something is amiss"
        return "\n".join([f"### {verdict}", "", "| | |", "|---|---|", *rows, "", *self._named("- "), ""])

    def _rows(self) -> Iterator[tuple[str, str]]:
        yield "command", self.command
        yield "chaos", f"{self.seconds / 60:.1f} minutes, {self.portals} portals"
        for signal in sorted({name for _, name in self.blows}):
            struck = {victim: number for (victim, name), number in self.blows.items() if name == signal}
            yield signal, _counted(struck)
        yield "requests spoilt", _counted(self.faults)
        yield "portals", _counted(self.moves)
        deeds: Counter[str] = Counter()
        for what, number in self.changes.items():
            deeds[what.rpartition(" ")[2]] += number
        yield "changes in HubSpot", _counted(deeds)
        yield "runs", _counted(self.runs)
        slowest = ", ".join(f"{what} {after:.0f} s" for what, after in self.slowest.items())
        yield "slowest way back", slowest or "none"
        yield "compared", _counted(self.compared)
        found = Counter(str(difference.kind) for difference in self.differences)
        for kind, meaning in _MEANING.items():
            yield meaning, str(found[kind])

    def _named(self, bullet: str) -> Sequence[str]:
        named = [f"{bullet}{difference}" for difference in self.differences[:_NAMED]]
        more = len(self.differences) - _NAMED
        return [*named, f"{bullet}and {more} more"] if more > 0 else named


def _counted(counts: Mapping[str, int]) -> str:
    parts = [
        f"{what} {number:,}" for what, number in sorted(counts.items(), key=lambda item: -item[1]) if number
    ]
    if not parts:
        return "none"
    return f"{sum(counts.values()):,}: {', '.join(parts)}" if len(parts) > 1 else parts[0]
