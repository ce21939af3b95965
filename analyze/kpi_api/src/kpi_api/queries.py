"""Which parameters each path takes: the one declaration that checks, answers and documents them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kpi_marts.periods import Period

# A NUL is no text to PostgreSQL.
_NAME = r"^[^\x00]{1,200}$"

PortalIds = Annotated[
    tuple[int, ...],
    Meta(description="Only these portals (repeat it for several); by default all you may see."),
]
GroupNames = Annotated[
    tuple[Annotated[str, Meta(pattern=_NAME)], ...],
    Meta(description="Only portals of these groups (repeat it for several)."),
]
Limit = Annotated[int, Meta(ge=1, le=10_000, description="How many rows at most.")]


class Rendered(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What every list takes."""

    format: Annotated[
        Literal["json", "csv"] | UnsetType,
        Meta(description="`csv` for a table; by default what the header `Accept` asks for, else JSON."),
    ] = UNSET
    limit: Limit = 1_000
    cursor: (
        Annotated[
            str, Meta(pattern=r"^[0-9]{1,9}-[0-9a-f]{16}$", description="From `next` of the page before.")
        ]
        | UnsetType
    ) = UNSET


class OfPortals(Rendered, kw_only=True):
    """Lists of portals."""

    portal_id: PortalIds = ()
    group: GroupNames = ()


class Figures(OfPortals, kw_only=True):
    """`/kpis/{kpi}`."""

    kpi: Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,63}$", description="Name of a KPI, from `/kpis`.")]
    since: Annotated[
        date | UnsetType,
        Meta(description="First day, where the portal is; by default twelve whole months before `to`."),
    ] = msgspec.field(name="from", default=UNSET)
    to: Annotated[
        date | UnsetType, Meta(description="Last day; by default the last that is known of any portal.")
    ] = UNSET
    period: Annotated[
        Period,
        Meta(
            description="How long each figure's time is; a week begins on Monday, `all` is the whole window. Of periods "
            "that the window cuts, the days inside count."
        ),
    ] = Period.MONTH
    by: Annotated[
        tuple[Literal["portal", "group", "dimension", "sub_dimension", "total"], ...],
        Meta(
            description="What to keep apart (repeat it for several): everything else is added up as the KPI's definition "
            "says. `total` keeps nothing apart."
        ),
    ] = ("portal",)
    dimension: (
        Annotated[
            str,
            Meta(
                pattern=_NAME,
                description="Only this source, pipeline, …: the portal's id of it or the name all portals share.",
            ),
        ]
        | UnsetType
    ) = UNSET
    currency: (
        Annotated[
            str,
            Meta(
                pattern=r"^[A-Z]{3}$",
                description="Currency of money (ISO 4217); by default the reporting currency.",
            ),
        ]
        | UnsetType
    ) = UNSET


class Scorecard(OfPortals, kw_only=True):
    """`/scorecard`."""

    month: Annotated[
        date | UnsetType, Meta(description="Any day of the month; by default the last that is known.")
    ] = UNSET
    since: Annotated[
        date | UnsetType, Meta(description="Instead of `month`: any day of the first month.")
    ] = msgspec.field(name="from", default=UNSET)
    to: Annotated[
        date | UnsetType,
        Meta(description="Instead of `month`: any day of the last month; by default the last known."),
    ] = UNSET
    by: Annotated[
        Literal["portal", "group"],
        Meta(description="Scores of portals, or of groups; of those you see all portals of."),
    ] = "portal"
    kpi: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,63}$")], ...],
        Meta(description="Only these KPIs (repeat it for several)."),
    ] = ()
