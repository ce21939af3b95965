"""The service KPIs of sample portals, worked out from their facts in plain Python."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from tests.transform.service_sample import named

if TYPE_CHECKING:
    from datetime import date, datetime

    from tests.transform.sample_portals import Portal
    from tests.transform.service_sample import ServiceSample

    #: Portal id, local day, KPI, id and name of the dimension.
    Key = tuple[int, date, str, str, str]
    #: Numerator and denominator; counts have none.
    Parts = tuple[Decimal, Decimal | None]

#: No survey of the sample has a line in the seed `csat_scales`.
_SCALE: Final = 5
_COUNTS: Final = {"tickets_created", "tickets_closed", "csat_responses"}


def expected_service_kpis(sample: ServiceSample) -> dict[Key, Parts]:
    """Return numerator and denominator of each KPI by portal id, local day, KPI and dimension."""
    kpis: defaultdict[Key, list[Decimal]] = defaultdict(list)
    for ticket in sample.tickets:
        created = _local_day(ticket.created, ticket.portal)
        dimension = (ticket.pipeline_id, named(ticket.pipeline_id, ticket.portal))
        portal_id = ticket.portal.portal_id
        kpis[portal_id, created, "tickets_created", *dimension].append(Decimal(1))
        is_answered = ticket.first_response is not None
        kpis[portal_id, created, "first_response_coverage", *dimension].append(Decimal(is_answered))
        if ticket.first_response is not None:
            kpis[portal_id, created, "first_response_hours", *dimension].append(_hours(ticket.first_response))
        if ticket.closed is not None:
            closed = _local_day(ticket.closed, ticket.portal)
            kpis[portal_id, closed, "tickets_closed", *dimension].append(Decimal(1))
    for answer in sample.answers:
        day = _local_day(answer.submitted, answer.portal)
        dimension = (answer.survey_id, named(answer.survey_id, answer.portal))
        portal_id = answer.portal.portal_id
        kpis[portal_id, day, "csat_responses", *dimension].append(Decimal(1))
        if answer.score is not None:
            is_satisfied = answer.score >= ceil(0.8 * _SCALE)
            kpis[portal_id, day, "csat_score", *dimension].append(answer.score)
            kpis[portal_id, day, "csat_satisfied_rate", *dimension].append(Decimal(is_satisfied))
    return {
        key: (sum(values, Decimal(0)), None if key[2] in _COUNTS else Decimal(len(values)))
        for key, values in kpis.items()
    }


def expected_samples(sample: ServiceSample) -> list[tuple[int, date, str, str, str, Decimal]]:
    """Return what the medians are medians of: portal id, local day, KPI, id and name of the dimension, hours."""
    return sorted(
        (
            ticket.portal.portal_id,
            _local_day(ticket.created, ticket.portal),
            "first_response_hours_median",
            ticket.pipeline_id,
            named(ticket.pipeline_id, ticket.portal),
            _hours(ticket.first_response),
        )
        for ticket in sample.tickets
        if ticket.first_response is not None
    )


def _hours(time: timedelta) -> Decimal:
    """Hours as the marts keep them, to six decimals."""
    milliseconds = Decimal(time // timedelta(milliseconds=1))
    return (milliseconds / 3_600_000).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def _local_day(instant: datetime, portal: Portal) -> date:
    return instant.astimezone(ZoneInfo(portal.time_zone)).date()
