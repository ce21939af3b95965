"""Periods, figures and times in the words of messages.

Messages are plain text: every channel shows that, and none takes a portal's name for HTML or a command.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from kpi_marts.figures import UNKNOWN, change_text, judgement, text, why_unknown
from kpi_marts.periods import Period

if TYPE_CHECKING:
    from datetime import date, datetime

    from kpi_marts.catalogue import Kpi
    from kpi_scorecard.sending.known import Comparison

_UNITS = ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))


def period_key(period: Period, start: date) -> str:
    """What a period is remembered by: `2026-11-27`, `2026-W48`, `2026-11`."""
    match period:
        case Period.MONTH:
            return f"{start:%Y-%m}"
        case Period.WEEK:
            return f"{start:%G-W%V}"
        case _:
            return start.isoformat()


def period_text(period: Period, start: date) -> str:
    """The same for people."""
    match period:
        case Period.MONTH:
            return f"{start:%B %Y}"
        case Period.WEEK:
            return f"week of {start:%-d %B %Y}"
        case _:
            return f"{start:%A, %-d %B %Y}"


def figure_text(kpi: Kpi, compared: Comparison) -> str:
    """`424 (+22 %, better)`, or why there is none."""
    if compared.value is None:
        return f"{UNKNOWN} ({why_unknown(kpi)})"
    if compared.change is None:
        return text(compared.value, kpi)
    said = filter(None, (change_text(compared.change), judgement(compared.change, kpi)))
    return f"{text(compared.value, kpi)} ({', '.join(said)})"


def moment_text(moment: datetime) -> str:
    """A moment, in UTC: a message has readers in many places."""
    return f"{moment:%-d %B %Y, %H:%M} UTC"


def time_text(time: timedelta) -> str:
    """`90 minutes`, `7 hours`, `3 days`: rounded down, in the unit of which there are two or more."""
    for unit, name in _UNITS:
        if time >= 2 * unit:
            return f"{time // unit} {name}s"
    return "a minute"
