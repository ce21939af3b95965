"""Answers `/health`: alive, and for clients with a key, how fresh and whole the figures are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_api.answers import Health, PortalHealth
from kpi_marts.health import stream_health

if TYPE_CHECKING:
    from kpi_api.asking import Asker

ALIVE = Health(status="ok")


def health(asker: Asker) -> Health:
    """Say how the client's portals are; those that have left are nobody's worry."""
    broken: dict[int, list[str]] = {}
    for stream in stream_health(asker.marts):
        if stream.is_broken:
            broken.setdefault(stream.portal_id, []).append(stream.object_type or stream.stream)
    portals = [
        PortalHealth(
            portal_id=portal.portal_id,
            portal_name=portal.portal_name,
            is_active=portal.is_active,
            last_synced_at=portal.last_synced_at,
            last_error_code=portal.last_error_code,
            broken_streams=broken.get(portal.portal_id, []),
        )
        for portal in asker.directory.portals.values()
        if not portal.has_left
    ]
    well = all(portal.is_active and not portal.broken_streams for portal in portals)
    # Broken ones first: nobody scrolls through what is well.
    portals.sort(key=lambda portal: portal.is_active and not portal.broken_streams)
    return Health(
        status="ok" if well else "degraded",
        database="ok",
        data_as_of=asker.directory.as_of(asker.directory.portals),
        portals=portals,
    )
