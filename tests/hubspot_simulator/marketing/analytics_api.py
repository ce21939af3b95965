"""Web analytics v2: reports of visits, in a shape of its own for each period."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.hubspot_simulator.call import Answer
from tests.hubspot_simulator.errors import HubSpotError, error_body, validation_error
from tests.hubspot_simulator.marketing.analytics import SOURCES, metrics

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable
    from datetime import date

    from tests.hubspot_simulator.call import Call

_MOST_POINTS = 500
_SUMMARIZE = "summarize/"
_NOT_SIMULATED = ("d1", "d2", "f", "e", "sort")
_PERIODS: dict[str, Callable[[date], date]] = {
    "daily": lambda day: day,
    "weekly": lambda day: day - timedelta(days=day.weekday()),
    "monthly": lambda day: day.replace(day=1),
}


def report(call: Call) -> Answer:
    """Visits by source, over a span of days in the portal's time zone; days without any are left out."""
    breakdown, period = call.params["breakdown"], call.params["period"]
    start, end = _day(call, "start"), _day(call, "end")
    if start > end:
        raise validation_error("start must not be after end")
    if unknown := [name for name in _NOT_SIMULATED if name in call.query]:
        raise validation_error(f"The simulator has no {', '.join(unknown)}")
    if breakdown not in {"sources", "totals"}:
        raise validation_error(f"Unknown breakdown: {breakdown}")
    summarized = period.startswith(_SUMMARIZE)
    if period == "total" and breakdown == "sources":
        return Answer(_total(call, start, end))
    beginning = _PERIODS.get(period.removeprefix(_SUMMARIZE))
    if beginning is None or (breakdown == "totals" and not summarized):
        raise validation_error(f"Unknown time period for {breakdown}: {period}")
    points = {beginning(start + timedelta(days=days)) for days in range((end - start).days + 1)}
    if len(points) > _MOST_POINTS:
        raise _too_many_points(len(points))
    groups: defaultdict[str, defaultdict[str, list[Counter[str]]]] = defaultdict(lambda: defaultdict(list))
    for day, source, counts in _known(call, start, end):
        groups[beginning(day).isoformat()]["" if summarized else source].append(counts)
    return Answer(
        {
            point: [
                {**({"breakdown": source} if source else {}), **metrics(counts)}
                for source, counts in sources.items()
            ]
            for point, sources in groups.items()
        }
    )


def _total(call: Call, start: date, end: date) -> dict[str, Any]:
    sources: defaultdict[str, list[Counter[str]]] = defaultdict(list)
    for _, source, counts in _known(call, start, end):
        sources[source].append(counts)
    rows = [{"breakdown": source, **metrics(sources[source])} for source in SOURCES if source in sources]
    offset = call.query.get("offset", "0")
    if not offset.isdecimal():
        raise validation_error(f"Invalid offset: {offset}")
    limit = call.limit(len(SOURCES), _MOST_POINTS)
    return {
        "offset": int(offset),
        "total": len(rows),
        "totals": metrics(counts for group in sources.values() for counts in group),
        "breakdowns": rows[int(offset) : int(offset) + limit],
    }


def _known(call: Call, start: date, end: date) -> list[tuple[date, str, Counter[str]]]:
    analytics = call.portal.marketing.analytics
    return list(analytics.between(start, min(end, analytics.day_of(call.now_ms))))


def _day(call: Call, param: str) -> date:
    given = call.query.get(param, "")
    try:
        # Dashes are refused, and so is every other spelling of a date.
        [digits] = re.findall(r"\A[0-9]{8}\Z", given)
        return datetime.strptime(f"{digits}+0000", "%Y%m%d%z").date()
    except ValueError as error:
        raise validation_error(f"Invalid {param} {given!r}: YYYYMMDD is expected") from error


def _too_many_points(points: int) -> HubSpotError:
    message = f"RESULT_POINT_LIMIT_EXCEEDED: {points} time points, at most {_MOST_POINTS} are possible"
    return HubSpotError(413, error_body("RESULT_POINT_LIMIT_EXCEEDED", message))
