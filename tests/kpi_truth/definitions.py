"""Every KPI by its name, and how several samples of it become one value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

#: `sum` adds numerators; `ratio` divides the sum of numerators by that of denominators, which is how means are made as
#: well; `median` is the middle one; `last` is what stood at the end of a period; `trailing` is of the days up to one, and
#: a period has what its last day had.
Kind = Literal["sum", "ratio", "median", "last", "trailing"]

KPIS: Final[Mapping[str, Kind]] = {
    # marketing
    "new_contacts": "sum",
    "mqls": "sum",
    "new_customers": "sum",
    "marketing_spend": "sum",
    "cac": "ratio",
    "sessions": "sum",
    "emails_sent": "sum",
    "emails_delivered": "sum",
    "emails_opened": "sum",
    "emails_clicked": "sum",
    "emails_bounced": "sum",
    "emails_unsubscribed": "sum",
    "email_open_rate": "ratio",
    "email_click_rate": "ratio",
    "email_click_through_rate": "ratio",
    "form_submissions": "sum",
    # sales
    "deals_created": "sum",
    "deals_created_value": "sum",
    "deals_won": "sum",
    "deals_lost": "sum",
    "won_value": "sum",
    "win_rate": "ratio",
    "sales_cycle_days": "ratio",
    "sales_cycle_days_median": "median",
    "sales_velocity": "trailing",
    "pipeline_value": "last",
    "weighted_pipeline_value": "last",
    "calls_logged": "sum",
    "meetings_logged": "sum",
    "emails_logged": "sum",
    "notes_logged": "sum",
    "tasks_logged": "sum",
    # service
    "tickets_created": "sum",
    "tickets_closed": "sum",
    "first_response_hours": "ratio",
    "first_response_hours_median": "median",
    "first_response_coverage": "ratio",
    "csat_responses": "sum",
    "csat_score": "ratio",
    "csat_satisfied_rate": "ratio",
}

#: Known for months only: what one day's new customers cost says nothing.
MONTHLY_ONLY: Final = frozenset({"cac"})

#: What is zero where nothing is, and what there has to be none of: amounts may be missing instead.
COUNTED: Final = {kpi: kpi for kpi, kind in KPIS.items() if kind == "sum" and kpi != "marketing_spend"} | {
    "deals_created_value": "deals_created",
    "won_value": "deals_won",
}
