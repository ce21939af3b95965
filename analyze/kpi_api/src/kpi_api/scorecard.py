"""Answers `/scorecard`: every KPI of portals or groups, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from kpi_api.asking import of_portals, wrong
from kpi_api.windows import last_day, window
from kpi_marts.scorecards import group_scores, portal_scores

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from kpi_api.asking import Asker, Found
    from kpi_api.queries import Scorecard


def scorecard(asker: Asker, query: Scorecard) -> Found:
    """Ask for the scores."""
    asked = asker.portals(query.portal_id, query.group)
    since, until = _months(asker, query, asked)
    kpis = [asker.kpi(name) for name in query.kpi] or list(asker.directory.kpis.values())
    if query.by == "portal":
        scores = portal_scores(asker.marts, kpis, since, until, asked)
    elif query.portal_id:
        raise wrong("portal_id", "Scores of groups are those of all their portals: leave portal_id out.")
    else:
        scores = group_scores(asker.marts, kpis, since, until, query.group or None)
    return of_portals(asker, asked, scores, since=since, to=until)


def _months(asker: Asker, query: Scorecard, asked: Collection[int]) -> tuple[date, date]:
    if query.month is UNSET and query.since is UNSET and query.to is UNSET:
        day = last_day(asker.directory, asked)
        return day.replace(day=1), day
    if query.month is UNSET:
        return window(query.since, query.to, asker.directory, asked)
    if query.since is not UNSET or query.to is not UNSET:
        raise wrong("month", "Either month, or from and to.")
    return window(query.month.replace(day=1), query.month, asker.directory, asked)
