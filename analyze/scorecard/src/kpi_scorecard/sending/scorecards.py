"""Scorecards: how the last week or month was, portals or groups below each other."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from kpi_scorecard.sending.alerts import Finding
from kpi_scorecard.sending.wording import figure_text, period_key, period_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from kpi_scorecard.rules.model import Scorecard
    from kpi_scorecard.sending.known import Known, Subject

# Readings end at different hours, and a broken portal at none: so long after the period a scorecard goes without it.
_PATIENCE = timedelta(days=2)


def due(scorecard: Scorecard, known: Known, now: datetime) -> Finding | None:
    """The scorecard of the last whole period, sent before or not; None while there is none.

    Raises:
        MartsUnavailable: the database does not answer, or dbt has not made the marts yet.
    """
    subjects = known.subjects(scorecard.of)
    starts = [start for subject in subjects if (start := subject.last_whole(scorecard.period)) is not None]
    if not starts:
        return None
    start = max(starts)
    ready = [
        subject for subject in subjects if (whole := subject.last_whole(scorecard.period)) and whole >= start
    ]
    over = scorecard.period.next(start)
    if len(ready) < len(subjects) and now.date() < over + _PATIENCE:
        return None
    return Finding(
        subject="",
        period=period_key(scorecard.period, start),
        start=start,
        heading=period_text(scorecard.period, start),
        line=_text(scorecard, known, subjects, ready, start),
    )


def _text(
    scorecard: Scorecard, known: Known, subjects: Sequence[Subject], ready: Sequence[Subject], start: date
) -> str:
    figures = known.compare(scorecard.kpis, ready, scorecard.period, start)
    blocks = []
    for subject in subjects:
        lines = [subject.name]
        if subject in ready:
            lines += [
                f"  {known.catalogue[kpi].label}: {figure_text(known.catalogue[kpi], figures[subject.key, kpi])}"
                for kpi in scorecard.kpis
            ]
        else:
            until = (
                f"data end on {subject.known_until:%-d %B %Y}"
                if subject.known_until
                else "nothing has been read yet"
            )
            lines.append(f"  not known to the end of this {scorecard.period}: {until}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)
