"""The scenario that the marts are compared on has something of everything."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.hubspot_simulator import Clock, Scenario, Simulator
from tests.kpi_truth import FOUR_PORTALS, KPIS, Settings, by_day, samples_of_all, totals_by_month
from tests.kpi_truth.definitions import MONTHLY_ONLY

if TYPE_CHECKING:
    from tests.kpi_truth import Sample

SEEDS = Path(__file__).parents[2] / "transform" / "seeds"
NOW = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    simulator = Simulator(Scenario.load(FOUR_PORTALS), clock=Clock(NOW, frozen=True))
    return samples_of_all(simulator.world, Settings.read(SEEDS), NOW)


def test_every_kpi_has_values_of_several_portals_and_months(samples: list[Sample]) -> None:
    portals, months = defaultdict(set), defaultdict(set)
    for key in totals_by_month(samples):
        portals[key.kpi].add(key.portal_id)
        months[key.kpi].add(key.period)
    assert portals.keys() == KPIS.keys()
    few = {"marketing_spend", "cac"}
    assert {kpi for kpi, ids in portals.items() if len(ids) < 2} <= few
    stocks = {"pipeline_value", "weighted_pipeline_value"}
    assert {kpi for kpi, values in months.items() if len(values) < 6} <= stocks | {"cac"}
    assert {key.kpi for key in by_day(samples)} == KPIS.keys() - MONTHLY_ONLY


def test_a_portal_without_rates_has_counts_but_no_values(samples: list[Sample]) -> None:
    kpis = {key.kpi for key in totals_by_month(samples) if key.portal_id == 31000003}
    assert {"deals_won", "win_rate", "sales_cycle_days"} <= kpis
    assert not kpis & {"won_value", "deals_created_value", "pipeline_value", "sales_velocity", "cac"}
