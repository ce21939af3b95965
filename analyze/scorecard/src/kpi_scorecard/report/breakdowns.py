"""What a month's KPIs are made of: sources, e-mails, pipelines, stages, people, surveys."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from kpi_marts.periods import Period
from kpi_marts.questions import Question, answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from kpi_marts.catalogue import Kpi
    from kpi_marts.questions import By, Point
    from kpi_marts.reader import Marts

# A page has room for so many rows of a table.
_ROWS = 12


@dataclass(frozen=True, slots=True)
class _Layout:
    """A table of the report; the first KPI orders its rows and is drawn as bars.

    Args:
        without_share: KPIs of it say nothing of a whole, so there are no bars.
    """

    team: str
    title: str
    of: str
    kpis: Sequence[str]
    by_stage: bool = False


_LAYOUTS = (
    _Layout("marketing", "Sources", "source", ("new_contacts", "mqls", "new_customers", "sessions")),
    _Layout(
        "marketing",
        "Marketing e-mails",
        "e-mail",
        ("emails_delivered", "email_open_rate", "email_click_rate", "emails_bounced", "emails_unsubscribed"),
    ),
    _Layout("marketing", "Forms", "form", ("form_submissions",)),
    _Layout("marketing", "Spend", "channel", ("marketing_spend",)),
    _Layout(
        "sales",
        "Deals by pipeline",
        "pipeline",
        ("won_value", "deals_created", "deals_won", "deals_lost", "win_rate", "sales_cycle_days"),
    ),
    _Layout(
        "sales",
        "Open pipeline by stage",
        "stage",
        ("pipeline_value", "weighted_pipeline_value"),
        by_stage=True,
    ),
    _Layout(
        "sales",
        "Activities by owner",
        "owner",
        ("calls_logged", "meetings_logged", "emails_logged", "notes_logged", "tasks_logged"),
    ),
    _Layout(
        "service",
        "Tickets by pipeline",
        "pipeline",
        ("tickets_created", "tickets_closed", "first_response_hours_median", "first_response_coverage"),
    ),
    _Layout(
        "service", "Satisfaction surveys", "survey", ("csat_responses", "csat_score", "csat_satisfied_rate")
    ),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: what it is of, and its values in the order of the KPIs.

    Args:
        name: Name of the source, e-mail, pipeline and so on.
        values: None where nothing is known.
        share: The first value as a share of the greatest, 0 to 1.
    """

    name: str
    values: Sequence[Decimal | None]
    share: float


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A table of the report, empty if nothing is known of the month."""

    team: str
    title: str
    of: str
    kpis: Sequence[Kpi]
    rows: Sequence[Row]
    left_out: int


def breakdowns(
    marts: Marts, catalogue: Mapping[str, Kpi], portal_id: int, since: date, until: date
) -> list[Breakdown]:
    """All tables of a portal's month."""
    kpis = [catalogue[name] for layout in _LAYOUTS if not layout.by_stage for name in layout.kpis]
    stocks = [catalogue[name] for layout in _LAYOUTS if layout.by_stage for name in layout.kpis]

    def ask(asked: Iterable[Kpi], *by: By) -> list[Point]:
        question = Question(list(asked), since, until, Period.MONTH, frozenset(by), [portal_id])
        return answer(marts, question)

    points = [
        # HubSpot calls a source by one name in a contact and by another in its web analytics.
        *ask((kpi for kpi in kpis if kpi.dimension == "source"), "dimension"),
        *ask((kpi for kpi in kpis if kpi.dimension != "source"), "portal", "dimension"),
        *ask(stocks, "portal", "dimension", "sub_dimension"),
    ]
    values: dict[str, dict[str, Decimal | None]] = defaultdict(dict)
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for point in points:
        key = f"{point.dimension_id}|{point.sub_dimension_id or ''}"
        values[point.kpi][key] = point.value
        names[point.kpi][key] = " · ".join(filter(None, (point.dimension, point.sub_dimension)))
    return [_table(layout, catalogue, values, names) for layout in _LAYOUTS]


def _table(
    layout: _Layout,
    catalogue: Mapping[str, Kpi],
    values: Mapping[str, Mapping[str, Decimal | None]],
    names: Mapping[str, Mapping[str, str]],
) -> Breakdown:
    kpis = [catalogue[name] for name in layout.kpis]
    named = {key: name for kpi in reversed(layout.kpis) for key, name in names.get(kpi, {}).items()}
    lines = {key: [_value(kpi, values.get(kpi.kpi, {}).get(key)) for kpi in kpis] for key in named}
    greatest = max((line[0] or Decimal(0) for line in lines.values()), default=Decimal(0))
    rows = [
        Row(
            name=named[key] or "(no name)",
            values=line,
            share=float((line[0] or 0) / greatest) if greatest > 0 else 0,
        )
        for key, line in lines.items()
    ]
    if layout.by_stage:
        # Stages are passed in the order of their probability, which is what the two values say.
        rows.sort(key=lambda row: (row.name.partition(" · ")[0], _quotient(row.values[1], row.values[0])))
    else:
        rows.sort(key=lambda row: (-(row.values[0] or 0), row.name))
    return Breakdown(
        team=layout.team,
        title=layout.title,
        of=layout.of,
        kpis=kpis,
        rows=rows[:_ROWS],
        left_out=max(0, len(rows) - _ROWS),
    )


def _value(kpi: Kpi, value: Decimal | None) -> Decimal | None:
    """A source that has sessions but no row of contacts has brought none."""
    return Decimal(0) if value is None and kpi.empty_is_zero else value


def _quotient(part: Decimal | None, whole: Decimal | None) -> Decimal:
    return (part or Decimal(0)) / whole if whole else Decimal(0)
