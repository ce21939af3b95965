"""One look for each portal on every page: a colour and, beyond ten portals, a dash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Ten colours that people with any colour vision tell apart, on white and on black: arxiv.org/abs/2107.02270.
COLOURS: Final = (
    "#3f90da",
    "#ffa90e",
    "#bd1f01",
    "#94a4a2",
    "#832db6",
    "#a96b59",
    "#e76300",
    "#b9ac70",
    "#717581",
    "#92dadd",
)
_DASHES: Final = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2])

# Of one thing alone, and of the time before.
ACCENT, BEFORE = "#3f90da", "#8b96a3"


@dataclass(frozen=True, slots=True)
class Look:
    """How lines and bars of one thing are drawn."""

    colour: str
    dash: Sequence[int]


def looks(keys: Iterable[int | str]) -> dict[int | str, Look]:
    """A look for each, by its place among all: what a filter hides changes nobody's."""
    return {
        key: Look(COLOURS[place % len(COLOURS)], _DASHES[place // len(COLOURS) % len(_DASHES)])
        for place, key in enumerate(keys)
    }


@dataclass(frozen=True, slots=True)
class Ink:
    """Colours of what is written: they must differ by day and by night to be read."""

    text: str
    better: str
    worse: str


_BY_DAY, _BY_NIGHT = Ink("#1c2530", "#00639b", "#a84300"), Ink("#e6ebf1", "#7cc6f2", "#ffa366")


def ink() -> Ink:
    """The colours that suit the visitor's theme."""
    return _BY_NIGHT if st.context.theme.type == "dark" else _BY_DAY
