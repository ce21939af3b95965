"""Months of portals and groups, every KPI side by side with the month before and the target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from kpi_marts.catalogue import Kpi
    from kpi_marts.reader import Marts


@dataclass(frozen=True, slots=True)
class Score:
    """A KPI of a portal (or group) and month.

    Args:
        name: Name of the portal or group.
        month: First day of the month.
        kpi: Name of the KPI.
        value: The KPI; None if it is not known.
        previous: That of the month before.
        change: Relative change since then, 0.1 = a tenth more.
        target: From the seed `kpi_targets`.
        attainment: Value ÷ target.
        portal_id: Of a portal.
        fiscal_year: Named after the calendar year it ends in.
        fiscal_quarter: 1 to 4.
    """

    name: str
    month: date
    kpi: str
    value: Decimal | None
    previous: Decimal | None
    change: Decimal | None
    target: Decimal | None
    attainment: Decimal | None
    portal_id: int | None
    fiscal_year: int
    fiscal_quarter: int


def portal_scores(
    marts: Marts, kpis: Iterable[Kpi], since: date, until: date, portal_ids: Collection[int] | None = None
) -> list[Score]:
    """Months of portals, from that of `since` to that of `until`, by portal, month and KPI.

    Args:
        marts: What one may see.
        kpis: From `catalogue.kpis`.
        since: Any day of the first month.
        until: Any day of the last month.
        portal_ids: Only these portals; None for all.
    """
    # The scorecard is wide, a column for each KPI and aspect: people read it so, programs read it long.
    names = [kpi.kpi for kpi in kpis]
    rows = ",\n".join(
        f"({place}, '{name}', card.{name}, card.{name}_previous, card.{name}_change, card.{name}_target, "
        f"card.{name}_attainment)"
        for place, name in enumerate(names)
    )
    return marts.ask(
        f"""
        SELECT
            card.portal_name AS name, card.month, long.kpi, long.value, long.previous, long.change, long.target,
            long.attainment, card.portal_id, card.fiscal_year, card.fiscal_quarter
        FROM {{portal_scorecard}} AS card
        CROSS JOIN LATERAL (VALUES {rows}) AS long (place, kpi, value, previous, change, target, attainment)
        WHERE
            card.month BETWEEN date_trunc('month', %(since)s::timestamp)::date AND %(until)s
            AND (%(portal_ids)s::bigint[] IS NULL OR card.portal_id = ANY(%(portal_ids)s))
        ORDER BY card.portal_name, card.portal_id, card.month, long.place
        """,
        Score,
        {"since": since, "until": until, "portal_ids": None if portal_ids is None else sorted(portal_ids)},
    )


def group_scores(
    marts: Marts, kpis: Iterable[Kpi], since: date, until: date, group_names: Collection[str] | None = None
) -> list[Score]:
    """The same of groups; those of which one may see all portals."""
    return marts.ask(
        """
        SELECT
            group_name AS name, month, kpi, value, previous_value AS previous, change, target, attainment,
            NULL::bigint AS portal_id, fiscal_year, fiscal_quarter
        FROM {group_scorecard} AS card
        WHERE
            month BETWEEN date_trunc('month', %(since)s::timestamp)::date AND %(until)s
            AND kpi = ANY(%(kpis)s)
            AND (%(group_names)s::text[] IS NULL OR group_name = ANY(%(group_names)s))
        ORDER BY group_type <> 'all', group_type, group_name, month, array_position(%(kpis)s::text[], kpi)
        """,
        Score,
        {
            "since": since,
            "until": until,
            "kpis": [kpi.kpi for kpi in kpis],
            "group_names": None if group_names is None else sorted(group_names),
        },
    )
