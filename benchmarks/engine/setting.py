"""Where and how large the cases of one run are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Setting:
    """What all cases are told.

    Attributes:
        folder: For files; each case has a folder of its own in it.
        quick: Whether sizes are a smoke test's: everything runs, and no figure means anything.
        baseline_portals: Of how many portals the slow baseline of `idle` is measured.
    """

    folder: Path
    quick: bool = False
    baseline_portals: int = 4

    def size(self, full: int, quick: int) -> int:
        """One of two sizes."""
        return quick if self.quick else full
