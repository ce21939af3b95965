"""What a case says of a program, and the table and the checks that come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass
class Outcome:
    """What came of one case and one program.

    Attributes:
        cells: The table's cells by the name of their row.
        figure: What the case's check compares; None where there is none.
    """

    cells: dict[str, str]
    figure: float | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """Something required of this project's tap."""

    text: str
    holds: bool


@dataclass
class Table:
    """Programs side by side, a row for each measure."""

    titles: Mapping[str, str]
    rows: dict[str, dict[str, str]] = field(default_factory=dict)

    def put(self, key: str, cells: Mapping[str, str]) -> None:
        """Fill some rows of one program's column."""
        for row, text in cells.items():
            self.rows.setdefault(row, {})[key] = text

    def lines(self) -> Iterator[str]:
        """The table in Markdown."""
        yield f"| | {' | '.join(self.titles.values())} |"
        yield "|---|" + "---:|" * len(self.titles)
        for row, cells in self.rows.items():
            yield f"| {row} | {' | '.join(cells.get(key, '') for key in self.titles)} |"
