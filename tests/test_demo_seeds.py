"""What the demo fills in is of its own portals, and of this day."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from demo import seeds
from tests.hubspot_simulator.business.feedback import CSAT, SURVEYS
from tests.hubspot_simulator.scenario import Scenario

if TYPE_CHECKING:
    import pytest

TRANSFORM = Path(__file__).parents[1] / "transform"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_speaks_of_what_the_demo_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeds, "SEEDS", tmp_path / "seeds")
    for today in (date(2025, 12, 31), date(2026, 2, 28)):  # again is anew
        seeds.write(today)
    filled = {path.stem: _rows(path) for path in (tmp_path / "seeds").iterdir()}
    assert filled.keys() <= {path.stem for path in (TRANSFORM / "seeds").iterdir()}
    named = {row["portal_id"] for rows in filled.values() for row in rows if row.get("portal_id")}
    assert named == {str(portal.portal_id) for portal in Scenario.load("demo").portals}
    kpis = {row["kpi"] for row in _rows(TRANSFORM / "definitions" / "kpi_definitions.csv")}
    assert {row["kpi"] for row in filled["kpi_targets"]} <= kpis
    groups = {row["group_name"] for row in filled["portal_groups"]} | {"All portals", ""}
    assert {row["group_name"] for row in filled["kpi_targets"]} <= groups
    months = sorted({row["month"] for row in filled["kpi_targets"]})
    assert (len(months), months[0], months[-1]) == (12, "2025-03", "2026-02")
    unusual = {
        survey.id: str(survey.highest) for survey in SURVEYS if survey.type == CSAT and survey.highest != 5
    }
    assert {row["survey_id"]: row["scale_max"] for row in filled["csat_scales"]} == unusual
