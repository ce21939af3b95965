"""All that the three teams count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.kpi_truth import marketing, sales, service
from tests.kpi_truth.account import Account

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tests.hubspot_simulator.world import World
    from tests.kpi_truth.samples import Sample
    from tests.kpi_truth.settings import Settings


def samples_of(account: Account, settings: Settings) -> Iterator[Sample]:
    """Of one portal."""
    for team in (marketing, sales, service):
        yield from team.samples(account, settings)


def samples_of_all(world: World, settings: Settings, now: datetime) -> list[Sample]:
    """Of every portal of a simulated HubSpot, as it is at present."""
    with world.lock:
        accounts = [Account.of(portal, now) for portal in world.portals.values()]
    return [each for account in accounts for each in samples_of(account, settings)]
