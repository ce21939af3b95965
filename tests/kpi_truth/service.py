"""The service KPIs."""

from __future__ import annotations

import math
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tests.kpi_truth.samples import Sample, ratio
from tests.kpi_truth.values import duration, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.kpi_truth.account import Account, Fact
    from tests.kpi_truth.settings import Settings

UNKNOWN: Final = "UNKNOWN"
_MILLISECONDS_AN_HOUR: Final = Decimal(3_600_000)


def samples(account: Account, settings: Settings) -> Iterator[Sample]:
    """All of them."""
    for ticket in account.facts.get("tickets", ()):
        yield from _ticket(account, ticket)
    for response in account.facts.get("feedback_submissions", ()):
        yield from _response(account, settings, response)


def first_response_hours(ticket: Fact) -> Decimal | None:
    """Until an agent answered, of the first property that says so."""
    for name in ("hs_time_to_first_response_in_operating_hours", "time_to_first_agent_reply"):
        if (milliseconds := number(ticket[name])) is not None:
            return milliseconds / _MILLISECONDS_AN_HOUR
    if (replied := ticket.first_moment("first_agent_reply_date")) is not None:
        created = ticket.first_moment("createdate") or ticket.created
        return duration(replied - created, timedelta(hours=1))
    return None


def _ticket(account: Account, ticket: Fact) -> Iterator[Sample]:
    portal_id, line = account.portal_id, ticket["hs_pipeline"] or UNKNOWN
    created_on = account.day(ticket.first_moment("createdate") or ticket.created)
    hours = first_response_hours(ticket)
    yield Sample(portal_id=portal_id, day=created_on, kpi="tickets_created", dimension=line)
    answered = (Decimal(hours is not None), Decimal(1))
    yield ratio(portal_id, created_on, "first_response_coverage", answered, line)
    if hours is not None:
        yield ratio(portal_id, created_on, "first_response_hours", (hours, Decimal(1)), line)
        yield Sample(
            portal_id=portal_id,
            day=created_on,
            kpi="first_response_hours_median",
            numerator=hours,
            dimension=line,
        )
    stage = account.stages.get(("tickets", ticket["hs_pipeline"], ticket["hs_pipeline_stage"]), {})
    closed = ticket.first_moment("closed_date")
    if stage.get("ticketState") == "CLOSED" and closed is not None:
        yield Sample(portal_id=portal_id, day=account.day(closed), kpi="tickets_closed", dimension=line)


def _response(account: Account, settings: Settings, response: Fact) -> Iterator[Sample]:
    if (response["hs_survey_type"] or "").upper() != "CSAT":
        return
    given = response.first_moment("hs_submission_timestamp", "hs_createdate") or response.created
    day, survey = account.day(given), response["hs_survey_id"] or UNKNOWN
    yield Sample(portal_id=account.portal_id, day=day, kpi="csat_responses", dimension=survey)
    if (value := number(response["hs_value"])) is None:
        return
    satisfied = value >= math.ceil(Decimal("0.8") * settings.scale(account.portal_id, survey))
    for kpi, part in (("csat_score", value), ("csat_satisfied_rate", Decimal(satisfied))):
        yield ratio(account.portal_id, day, kpi, (part, Decimal(1)), survey)
