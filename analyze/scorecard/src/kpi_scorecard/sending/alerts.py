"""What alerts find: a line for each subject of which the condition holds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from kpi_marts.figures import change_text, text
from kpi_marts.health import stream_health
from kpi_scorecard.rules.model import Broken, Change, Stale, Threshold
from kpi_scorecard.sending.wording import moment_text, period_key, period_text, time_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from kpi_marts.catalogue import Kpi
    from kpi_marts.portals import Portal
    from kpi_scorecard.rules.model import Alert
    from kpi_scorecard.sending.known import Comparison, Known, Subject

_REASON_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say, once.

    Args:
        subject: Whom it is about; what is remembered.
        period: When; what is remembered.
        start: First day of the period.
        heading: The period for people.
        line: What there is to say.
    """

    subject: str
    period: str
    start: date
    heading: str
    line: str


def find(alert: Alert, known: Known, now: datetime) -> list[Finding]:
    """All that an alert has to say now, said before or not.

    Raises:
        MartsUnavailable: the database does not answer, or dbt has not made the marts yet.
    """
    subjects = known.subjects(alert.of)
    match alert.condition:
        case Threshold() | Change() as condition:
            return list(_of_kpi(alert, condition, known, subjects))
        case Stale() as condition:
            said = [(portal, _stale(portal, condition, now)) for portal in _present(subjects)]
        case Broken():
            failed = _failed_streams(known, subjects)
            said = [(portal, _broken(portal, failed[portal.portal_id])) for portal in _present(subjects)]
        case _:
            assert_never(alert.condition)
    today = alert.period.first_day(now.date())
    return [
        Finding(
            f"portal {portal.portal_id}",
            period_key(alert.period, today),
            today,
            period_text(alert.period, today),
            f"{portal.portal_name}: {line}",
        )
        for portal, line in said
        if line
    ]


def _of_kpi(
    alert: Alert, condition: Threshold | Change, known: Known, subjects: Sequence[Subject]
) -> Iterator[Finding]:
    kpi = known.catalogue[condition.kpi]
    by_start: dict[date, list[Subject]] = defaultdict(list)
    for subject in subjects:
        if (start := subject.last_whole(alert.period)) is not None:
            by_start[start].append(subject)
    for start, of_start in sorted(by_start.items()):
        figures = known.compare([kpi.kpi], of_start, alert.period, start)
        for subject in of_start:
            compared = figures[subject.key, kpi.kpi]
            if said := _said(kpi, condition, compared):
                yield Finding(
                    subject.key,
                    period_key(alert.period, start),
                    start,
                    period_text(alert.period, start),
                    f"{subject.name}: {kpi.label} {said} (the {alert.period} before: {text(compared.previous, kpi)})",
                )


def _said(kpi: Kpi, condition: Threshold | Change, compared: Comparison) -> str:
    """What is so about a figure; nothing if the condition does not hold, or that can't be known."""
    value, change = compared.value, compared.change
    if value is None:
        return ""
    if isinstance(condition, Threshold):
        limit = condition.limit.value
        holds = value < limit if condition.direction == "below" else value > limit
        return f"{text(value, kpi)}, {condition.direction} {text(limit, kpi)}" if holds else ""
    if change is None:
        return ""
    holds = change <= -condition.by.value if condition.direction == "falls" else change >= condition.by.value
    return f"{text(value, kpi)}, {change_text(change)}" if holds else ""


def _present(subjects: Sequence[Subject]) -> Iterator[Portal]:
    """Portals that were disconnected on purpose are neither stale nor broken."""
    return (portal for subject in subjects for portal in subject.portals if not portal.has_left)


def _stale(portal: Portal, condition: Stale, now: datetime) -> str:
    since = portal.last_synced_at or portal.connected_at
    if since is None or now - since <= condition.after:
        return ""
    if portal.last_synced_at is None:
        return f"nothing has been read since it was connected on {moment_text(since)}, {time_text(now - since)} ago"
    return f"last read on {moment_text(since)}, {time_text(now - since)} ago"


def _failed_streams(known: Known, subjects: Sequence[Subject]) -> dict[int, list[str]]:
    ids = [portal.portal_id for portal in _present(subjects)]
    failed: dict[int, list[str]] = defaultdict(list)
    for stream in stream_health(known.marts, ids):
        if stream.is_broken:
            reason = " ".join((stream.last_reason or "no reason given").split())
            short = reason if len(reason) <= _REASON_LENGTH else f"{reason[:_REASON_LENGTH]}…"
            failed[stream.portal_id].append(f"{stream.stream} ({short})")
    return failed


def _broken(portal: Portal, failed: Sequence[str]) -> str:
    said = []
    if not portal.is_active:
        said.append(f"the connection does not work ({portal.connection_status}): connect the portal again")
    if failed:
        more = f" and {len(failed) - 3} more" if len(failed) > 3 else ""  # noqa: PLR2004 - a message is no log
        said.append(f"could not be read at the last try: {'; '.join(failed[:3])}{more}")
    return "; ".join(said)
