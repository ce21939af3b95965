"""Whose KPIs there are: portals, and the groups they are in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from kpi_marts.reader import Marts


@dataclass(frozen=True, slots=True)
class Portal:
    """A row of `dim_portals`, where each column is described."""

    portal_id: int
    portal_name: str
    hub_domain: str | None
    time_zone: str
    company_currency: str | None
    connection_status: str | None
    is_active: bool
    has_left: bool
    left_at: datetime | None
    connected_at: datetime | None
    last_error_code: str | None
    last_synced_at: datetime | None
    # Day of the last reading, where the portal is: its days are known up to then.
    last_synced_date: date | None
    group_names: list[str]


@dataclass(frozen=True, slots=True)
class Group:
    """Portals that are added up; the seed `portal_groups`. A name is of one type only."""

    group_type: str
    group_name: str
    portal_ids: list[int]


def portals(marts: Marts) -> list[Portal]:
    """Every portal by name, those that have left at the end."""
    return marts.ask(
        """
        SELECT
            portals.portal_id, portal_name, hub_domain, time_zone, company_currency, connection_status, is_active,
            has_left, left_at, connected_at, last_error_code, last_synced_at,
            (last_synced_at AT TIME ZONE time_zone)::date AS last_synced_date,
            coalesce(memberships.group_names, '{{}}') AS group_names
        FROM {dim_portals} AS portals
        LEFT JOIN (
            SELECT portal_id, array_agg(group_name ORDER BY group_type, group_name) AS group_names
            FROM {dim_portal_groups}
            WHERE group_type <> 'all'
            GROUP BY portal_id
        ) AS memberships ON memberships.portal_id = portals.portal_id
        ORDER BY has_left, portal_name, portals.portal_id
        """,
        Portal,
    )


def groups(marts: Marts) -> list[Group]:
    """Every group of which one may see all portals, that of all portals first."""
    return marts.ask(
        """
        SELECT group_type, group_name, array_agg(portal_id ORDER BY portal_id) AS portal_ids
        FROM {dim_portal_groups}
        GROUP BY group_type, group_name
        ORDER BY group_type <> 'all', group_type, group_name
        """,
        Group,
    )
