"""What a case has measured, held against what it must reach."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_HEADINGS = ("Case", "Figure", "Measured", "Must reach", "Baseline in the same run", "×", "")
_RIGHT_ALIGNED = {2, 3, 5}


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Attributes:
        case: Name of the case.
        what: What was measured, and how.
        measured: The number with its unit.
        required: What it must reach; empty if it is told for information.
        baseline: What it is compared with.
        ratio: How many times the baseline it is, or the baseline is of it: `baseline` says which.
        passed: Whether it reaches what it must.
    """

    case: str
    what: str
    measured: str
    required: str = ""
    baseline: str = ""
    ratio: float | None = None
    passed: bool = True

    @property
    def cells(self) -> tuple[str, ...]:
        """As shown, in the order of the headings."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}" if self.ratio < 10 else f"{self.ratio:.0f}"  # noqa: PLR2004 - two digits are enough
        verdict = ("ok" if self.passed else "MISSED") if self.required else ""
        return self.case, self.what, self.measured, self.required, self.baseline, ratio, verdict


def note(text: str) -> None:
    """Tell how a case gets on."""
    print(f"· {text}", file=sys.stderr, flush=True)


def as_markdown(figures: Iterable[Figure]) -> str:
    """A table for a README."""
    rule = ["---:" if place in _RIGHT_ALIGNED else "---" for place in range(len(_HEADINGS))]
    rows = [_HEADINGS, rule, *(figure.cells for figure in figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def as_text(figures: Iterable[Figure]) -> str:
    """A table for a terminal."""
    rows = [_HEADINGS, *(figure.cells for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEADINGS))]
    lines = [
        "  ".join(
            cell.rjust(width) if place in _RIGHT_ALIGNED else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])
