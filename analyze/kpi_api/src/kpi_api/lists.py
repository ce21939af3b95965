"""Answers that are lists: portals, groups, KPIs, deal values, and how streams are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_api.asking import of_portals
from kpi_marts.deal_values import deal_values
from kpi_marts.health import stream_health

if TYPE_CHECKING:
    from kpi_api.asking import Asker, Found
    from kpi_api.queries import OfPortals, Rendered


def portals(asker: Asker, query: OfPortals) -> Found:
    """Answer `/portals`."""
    asked = asker.portals(query.portal_id, query.group)
    rows = [each for each in asker.directory.portals.values() if each.portal_id in asked]
    return of_portals(asker, asked, rows)


def groups(asker: Asker, _: Rendered) -> Found:
    """Answer `/groups`."""
    return of_portals(asker, asker.directory.portals, list(asker.directory.groups.values()))


def kpis(asker: Asker, _: Rendered) -> Found:
    """Answer `/kpis`."""
    return of_portals(asker, asker.directory.portals, list(asker.directory.kpis.values()))


def values_by_company(asker: Asker, query: OfPortals) -> Found:
    """Answer `/deals/value-by-company`."""
    asked = asker.portals(query.portal_id, query.group)
    return of_portals(asker, asked, deal_values(asker.marts.only(asked)))


def streams(asker: Asker, query: OfPortals) -> Found:
    """Answer `/health/streams`."""
    asked = asker.portals(query.portal_id, query.group)
    return of_portals(asker, asked, stream_health(asker.marts, asked))
