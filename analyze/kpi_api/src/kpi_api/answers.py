"""What each path answers: the one declaration that the rows are made of and the OpenAPI document shows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

Figure = int | float | None


class PortalRow(msgspec.Struct):
    """A portal that one may see."""

    portal_id: int
    portal_name: str
    hub_domain: str | None
    time_zone: Annotated[str, Meta(description="Its days are those of this time zone.")]
    company_currency: str | None
    is_active: Annotated[bool, Meta(description="Whether it is connected, and so kept up to date.")]
    has_left: bool
    connection_status: str | None
    last_error_code: str | None
    last_synced_at: datetime | None
    last_synced_date: Annotated[date | None, Meta(description="The same as a day of its time zone.")]
    group_names: list[str]


class GroupRow(msgspec.Struct):
    """A group of which one may see all portals."""

    group_type: str
    group_name: str
    portal_ids: list[int]


class KpiRow(msgspec.Struct):
    """A KPI of the catalogue."""

    kpi: str
    label: str
    team: str
    unit: Annotated[
        str,
        Meta(description="`count`, `money`, `money_per_day`, `ratio` (0 to 1), `days`, `hours` or `points`."),
    ]
    reporting_currency: str | None
    aggregation: Annotated[str, Meta(description="How it adds up over days and portals.")]
    dimension: Annotated[str, Meta(description="What `by=dimension` keeps apart; empty if there is nothing.")]
    sub_dimension: str
    better: Annotated[str, Meta(description="`up`, `down`, or empty where neither is better.")]
    empty_is_zero: Annotated[
        bool, Meta(description="Whether a period without an event is zero, not unknown.")
    ]
    definition: str


class FigureRow(msgspec.Struct):
    """One figure. What it is not kept apart by is null."""

    start: Annotated[date, Meta(description="First day of the period.")]
    portal_id: int | None
    portal_name: str | None
    group_name: str | None
    dimension_id: str | None
    dimension: str | None
    sub_dimension_id: str | None
    sub_dimension: str | None
    value: Annotated[Figure, Meta(description="Null if it is not known, or there is nothing to divide by.")]
    numerator: Annotated[
        Figure, Meta(description="What adds up to the value, or is divided; null of medians.")
    ]
    denominator: Annotated[Figure, Meta(description="What it is divided by; null of sums.")]


class DealValueRow(msgspec.Struct):
    """All deals of a portal (a company), in the reporting currency."""

    portal_id: int
    portal_name: str
    company_currency: str | None
    reporting_currency: str
    deals_created: int
    deals_created_value: Figure
    deals_won: int
    won_value: Figure
    deals_lost: int
    open_deals: int
    pipeline_value: Figure
    weighted_pipeline_value: Figure
    unvalued_deals: Annotated[
        int, Meta(description="Deals whose amount has no rate, left out of the values.")
    ]


class ScoreRow(msgspec.Struct):
    """A KPI of a portal (or group) and month."""

    name: Annotated[str, Meta(description="Name of the portal or group.")]
    portal_id: int | None
    month: date
    fiscal_year: int
    fiscal_quarter: int
    kpi: str
    value: Figure
    previous: Annotated[Figure, Meta(description="That of the month before.")]
    change: Annotated[Figure, Meta(description="Relative change since then: 0.1 is a tenth more.")]
    target: Figure
    attainment: Annotated[Figure, Meta(description="Value ÷ target.")]


class StreamRow(msgspec.Struct):
    """How the latest reading of a stream of a portal went."""

    portal_id: int
    portal_name: str
    stream: str
    object_type: str
    is_broken: bool
    last_status: str
    last_mode: str | None
    last_reason: str | None
    last_started_at: datetime | None
    last_ok_at: datetime | None
    last_records: int | None
    last_full_read_at: datetime | None
    live_rows: int | None
    missing_rows: int | None
    completeness: Annotated[
        Figure, Meta(description="Our rows ÷ HubSpot's own count, as of the last full reading.")
    ]


class Listing(msgspec.Struct, kw_only=True):
    """What all lists have."""

    data_as_of: Annotated[
        datetime | None,
        Meta(
            description="Everything up to then is known of every portal that was asked for and has not left."
        ),
    ]
    next: Annotated[
        str | None,
        Meta(description="Query of the next page, also in the header `Link`; null on the last page."),
    ]


class PortalList(Listing):
    """Portals by name, those that have left at the end."""

    data: list[PortalRow]


class GroupList(Listing):
    """Groups, that of all portals first."""

    data: list[GroupRow]


class KpiList(Listing):
    """KPIs by team."""

    data: list[KpiRow]


class FigureList(Listing):
    """Figures of a KPI, line by line, each in the order of time."""

    kpi: str
    label: str
    unit: str
    currency: Annotated[str | None, Meta(description="Of money.")]
    since: date = msgspec.field(name="from")
    to: date
    period: str
    by: list[str]
    data: list[FigureRow]


class DealValueList(Listing):
    """Total deal value per company, the one that has won most first."""

    data: list[DealValueRow]


class ScoreList(Listing):
    """Scores by portal or group, month and KPI."""

    since: date = msgspec.field(name="from")
    to: date
    data: list[ScoreRow]


class StreamList(Listing):
    """Streams by portal, broken ones first."""

    data: list[StreamRow]


class PortalHealth(msgspec.Struct):
    """Whether a portal is kept up to date."""

    portal_id: int
    portal_name: str
    is_active: bool
    last_synced_at: datetime | None
    last_error_code: str | None
    broken_streams: list[str]


class Health(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Whether the API is alive; with a key, also how fresh and whole the figures are."""

    status: Annotated[
        str,
        Meta(
            description="`ok`; or `degraded`: a portal is not connected or a stream's latest reading failed."
        ),
    ]
    database: str | None = None
    data_as_of: datetime | None = None
    portals: list[PortalHealth] | None = None
