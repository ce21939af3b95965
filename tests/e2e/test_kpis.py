"""Every KPI of the marts, held against the simulated HubSpot's own: the whole chain, as an operator runs it."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.truth import kpi_values
from tests.kpi_truth import (
    FOUR_PORTALS,
    KPIS,
    Key,
    Settings,
    by_day,
    by_month,
    differences,
    samples_of_all,
    totals_by_month,
)
from tests.kpi_truth.definitions import COUNTED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from decimal import Decimal
    from pathlib import Path

    from tests.e2e.conftest import Connected
    from tests.e2e.stack import Stack
    from tests.kpi_truth import Sample

COUNTERS_OF_EMAILS = {kpi for kpi in KPIS if kpi.startswith("email") and kpi != "emails_logged"}

AUCKLAND, LOS_ANGELES, CALCUTTA, BERLIN = 31000001, 31000002, 31000003, 31000004


@pytest.fixture
def agency(connected: Connected) -> Iterator[Stack]:
    """Four portals, and what its people have entered: rates, spend, the scale of a survey."""
    with connected(FOUR_PORTALS) as stack:
        enter_settings(stack)
        fill_in_every_form(stack)
        yield stack


def test_every_kpi_of_every_portal_and_period_is_what_hubspot_itself_would_say(agency: Stack) -> None:
    compare(agency)
    agency.hubspot.tick()
    change_what_counted(agency)
    # What came of e-mails sent long ago is read again by the next full read only.
    compare(agency, without=COUNTERS_OF_EMAILS)


def compare(stack: Stack, without: Collection[str] = ()) -> None:
    """Copy and build, then compare by day and dimension, by month and dimension, and by month."""
    samples = synced(stack)
    assert {key.kpi for key in totals_by_month(samples)} == KPIS.keys(), "the truth has all to compare"
    for actual, expected in (
        (kpi_values(stack, "kpi_daily", "date"), by_day(samples)),
        (kpi_values(stack, "kpi_monthly", "month"), by_month(samples)),
        (scorecard(stack, totals := _until_now(stack, totals_by_month(samples))), totals),
    ):
        told = differences(
            *({key: rows[key] for key in rows if key.kpi not in without} for rows in (actual, expected))
        )
        assert not told, f"{len(told)} differences: " + "; ".join(told[:20])


def synced(stack: Stack) -> list[Sample]:
    """Run the chain and say what it should have made; once more if a portal's day ended meanwhile."""
    for _ in range(2):
        began = datetime.now(UTC)
        run = stack.run("sync")
        assert run.exit_code == 0, run.output
        if _days(stack, began) == _days(stack, datetime.now(UTC)):
            break
    return samples_of_all(stack.hubspot.world, Settings.read(stack.project / "transform" / "seeds"), began)


def scorecard(stack: Stack, expected: Mapping[Key, Decimal]) -> dict[Key, Decimal]:
    """The wide one's; of a month in which nothing was counted, it says zero, and a tall one has no row."""
    rows = stack.query("SELECT * FROM hubspot_marts.portal_scorecard")
    values = {
        Key(row["portal_id"], row["month"], kpi): row[kpi]
        for row in rows
        for kpi in KPIS
        if row[kpi] is not None
    }

    def is_of_nothing(key: Key) -> bool:
        return key.kpi in COUNTED and key._replace(kpi=COUNTED[key.kpi]) not in expected

    return {key: value for key, value in values.items() if value or not is_of_nothing(key)}


def _until_now(stack: Stack, totals: Mapping[Key, Decimal]) -> dict[Key, Decimal]:
    """Without the months to come, for which tasks are planned already: a scorecard ends with the present one."""
    months = dict(zip(stack.hubspot.world.portals, _days(stack, datetime.now(UTC)), strict=True))
    return {key: value for key, value in totals.items() if key.period <= months[key.portal_id]}


def enter_settings(stack: Stack) -> None:
    """Fill the seeds that are the user's."""
    seeds = stack.project / "transform" / "seeds"
    this_month = date.today().replace(day=1)  # noqa: DTZ011 - any recent month will do
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    _write(
        seeds / "marketing_spend.csv",
        ("portal_id", "month", "channel", "amount", "currency"),
        [
            (AUCKLAND, last_month, "fairs", "1250.50", "NZD"),
            (LOS_ANGELES, last_month, "search", "900", "USD"),
            (LOS_ANGELES, last_month, "social", "310.25", "EUR"),
            (BERLIN, last_month, "search", "700", "EUR"),
            (BERLIN, this_month, "search", "0", "EUR"),
        ],
    )
    _write(
        seeds / "csat_scales.csv",
        ("portal_id", "survey_id", "scale_max"),
        [(AUCKLAND, "1000102", 7), (CALCUTTA, "1000102", 10)],
    )
    # Rates that change in the middle of months, so that the day of a deal tells.
    with (seeds / "exchange_rates.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            ("NZD", "USD", this_month - timedelta(days=45 * number), f"{0.57 + number / 100:.2f}")
            for number in range(12)
        )


def fill_in_every_form(stack: Stack) -> None:
    """Let all forms be in use: what comes into one that was not for a month, is read within a day only."""
    world = stack.hubspot.world
    for portal_id, portal in world.portals.items():
        for form in portal.marketing.forms.open_forms():
            world.submit_form(portal_id, form.id, {"email": "somebody@example.com"})


def change_what_counted(stack: Stack) -> None:
    """Let what was counted in the first build not count any more, or elsewhere."""
    world = stack.hubspot.world
    for portal_id, portal in world.portals.items():
        deals = portal.objects["deals"]
        won = [each.id for each in deals if each.properties.get("hs_is_closed_won") == "true"]
        world.archive(portal_id, "deals", won[0])
        opening = portal.spec.pipelines[0].stages[0].id
        world.update(
            portal_id,
            "deals",
            won[1],
            {
                "pipeline": portal.spec.pipelines[0].id,
                "dealstage": opening,
                "hs_is_closed": "false",
                "hs_is_closed_won": "false",
            },
        )
        contacts = portal.objects["contacts"].live_ids
        world.merge(portal_id, "contacts", contacts[0], contacts[1])
        world.archive(portal_id, "calls", portal.objects["calls"].live_ids[0])
        tickets = portal.objects["tickets"]
        closed = [each.id for each in tickets if each.properties.get("closed_date")]
        stage = portal.spec.ticket_pipelines[0].stages[0].id
        world.update(
            portal_id,
            "tickets",
            closed[0],
            {"hs_pipeline": portal.spec.ticket_pipelines[0].id, "hs_pipeline_stage": stage},
        )


def _days(stack: Stack, now: datetime) -> list[date]:
    zones = (ZoneInfo(portal.spec.time_zone) for portal in stack.hubspot.world.portals.values())
    return [now.astimezone(zone).date() for zone in zones]


def _write(path: Path, names: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([names, *rows])
