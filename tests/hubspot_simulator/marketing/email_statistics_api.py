"""Statistics of marketing e-mails over a span of time: always the time of sending, whenever it was opened."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.hubspot_simulator.call import Answer
from tests.hubspot_simulator.clock import from_ms, iso, parse_moment, to_ms
from tests.hubspot_simulator.errors import validation_error
from tests.hubspot_simulator.marketing.email_statistics import statistics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from tests.hubspot_simulator.call import Call
    from tests.hubspot_simulator.marketing.email_statistics import Sending
    from tests.hubspot_simulator.marketing.emails import Email

_MONTHS_A_QUARTER = 3
_MONTHS_A_YEAR = 12
_QUARTER_HOUR = 15


def list_statistics(call: Call) -> Answer:
    """All sendings of the span together, and for each campaign id, and whose they were."""
    sent = list(_sent(call))
    by_campaign = defaultdict(list)
    for email, sending in sent:
        by_campaign[email.primary_email_campaign_id].append(sending)
    return Answer(
        {
            "aggregate": statistics(sending for _, sending in sent),
            "campaignAggregations": {str(key): statistics(group) for key, group in by_campaign.items()},
            "emails": sorted({int(email.id) for email, _ in sent}),
        }
    )


def histogram(call: Call) -> Answer:
    """The sendings of the span by intervals (UTC); intervals without any are left out."""
    interval = call.query.get("interval", "")
    if interval not in _INTERVALS:
        raise validation_error(f"Invalid interval {interval}: one of {', '.join(_INTERVALS)}")
    begin, following = _INTERVALS[interval]
    groups = defaultdict(list)
    for _, sending in _sent(call):
        groups[begin(from_ms(sending.at_ms))].append(sending)
    results = [
        {
            "interval": {"start": iso(to_ms(start)), "end": iso(to_ms(following(start)))},
            "aggregations": statistics(groups[start]),
        }
        for start in sorted(groups)
    ]
    return Answer({"total": len(results), "results": results})


def _sent(call: Call) -> Iterator[tuple[Email, Sending]]:
    start, end = _moment(call, "startTimestamp"), _moment(call, "endTimestamp")
    if start > end:
        raise validation_error("startTimestamp must not be after endTimestamp")
    book = call.portal.marketing.emails
    wanted = call.names("emailIds") or list(book.emails)
    for email_id in dict.fromkeys(wanted):
        for sending in book.sendings.get(email_id, ()):
            if start <= sending.at_ms < end:
                yield book.emails[email_id], sending


def _moment(call: Call, param: str) -> int:
    given = call.query.get(param, "")
    moment = parse_moment(given)
    if moment is None:
        raise validation_error(f"Invalid {param}: {given!r}")
    return moment


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _day(moment: datetime) -> datetime:
    return _hour(moment).replace(hour=0)


def _months(count: int) -> tuple[Callable[[datetime], datetime], Callable[[datetime], datetime]]:
    def begin(moment: datetime) -> datetime:
        return _day(moment).replace(day=1, month=(moment.month - 1) // count * count + 1)

    def following(start: datetime) -> datetime:
        months = start.month - 1 + count
        return start.replace(year=start.year + months // _MONTHS_A_YEAR, month=months % _MONTHS_A_YEAR + 1)

    return begin, following


def _steps(
    begin: Callable[[datetime], datetime], step: timedelta
) -> tuple[Callable[[datetime], datetime], Callable[[datetime], datetime]]:
    return begin, lambda start: start + step


#: By name: the beginning of the interval that a moment lies in, and the beginning of the next one.
_INTERVALS = {
    "YEAR": _months(_MONTHS_A_YEAR),
    "QUARTER": _months(_MONTHS_A_QUARTER),
    "MONTH": _months(1),
    "WEEK": _steps(lambda at: _day(at) - timedelta(days=at.weekday()), timedelta(weeks=1)),
    "DAY": _steps(_day, timedelta(days=1)),
    "HOUR": _steps(_hour, timedelta(hours=1)),
    "QUARTER_HOUR": _steps(
        lambda at: _hour(at).replace(minute=at.minute // _QUARTER_HOUR * _QUARTER_HOUR),
        timedelta(minutes=_QUARTER_HOUR),
    ),
    "MINUTE": _steps(lambda at: at.replace(second=0, microsecond=0), timedelta(minutes=1)),
    "SECOND": _steps(lambda at: at.replace(microsecond=0), timedelta(seconds=1)),
}
