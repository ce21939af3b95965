"""Web analytics: days of the portal's own time zone, a limit on points, and numbers that go on moving."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.client import HubSpotClient
from tests.marketing_tables import copied_rows, expected_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any

ALDER, KESSLER = 11111111, 22222222
STREAM = "web_analytics_daily"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOON.date()


@pytest.fixture
def analytics(harness: Harness) -> Harness:
    return harness.only(STREAM)


def assert_visits_copied(simulator: Simulator, *runs: Run, portal_ids: tuple[int, ...] = ()) -> None:
    """Rows without a figure count as no rows."""
    copied = [
        {name: value for name, value in row.items() if name != "synced_at"}
        for row in copied_rows(runs, STREAM, "portal_id", "date", "source")
        if row["metrics"]
    ]

    def order(row: dict[str, Any]) -> tuple[Any, ...]:
        return row["portal_id"], row["date"], row["source"]

    assert sorted(copied, key=order) == sorted(expected_rows(simulator, STREAM, *portal_ids), key=order)


def change(simulator: Simulator, days_ago: int, source: str = "organic", visits: int = 5) -> None:
    simulator.world.change_analytics(ALDER, TODAY - timedelta(days=days_ago), source, {"visits": visits})


def forget(simulator: Simulator, day: date, source: str) -> None:
    """Let a source lose all its visits of a day."""
    counts = {
        each_source: dict(counts)
        for each, each_source, counts in simulator.portal(ALDER).marketing.analytics.between(day, day)
        if each == day
    }[source]
    changes = {name: -count for name, count in counts.items()}
    simulator.world.change_analytics(ALDER, day, source, changes)


def test_a_backfill_has_every_day_and_source(analytics: Harness, simulator: Simulator) -> None:
    run = analytics.sync()

    assert run.error is None
    assert_visits_copied(simulator, run)
    assert simulator.requests.count(status=413) == 0
    assert {sync["mode"] for sync in run.rows("portal_syncs")} == {"backfill"}


def test_counts_are_whole_numbers_and_what_is_missing_is_zero(analytics: Harness) -> None:
    rows = analytics.sync().rows(STREAM)

    assert {type(row[column]) for row in rows for column in ("visits", "leads", "customers")} == {int}
    assert any(row["customers"] == 0 and "customers" not in row["metrics"] for row in rows)


def test_a_backfill_ends_after_two_years_without_a_visit(analytics: Harness, simulator: Simulator) -> None:
    change(simulator, days_ago=365 * 2 + 10)

    run = analytics.sync()

    assert_visits_copied(simulator, run)
    with_data = {
        (TODAY - date.fromisoformat(row["date"])).days // 365 for row in run.rows(STREAM, portal_id=ALDER)
    }
    asked = simulator.requests.count(route="analytics.sources", portal_id=ALDER)
    assert asked == max(with_data) + 1 + 2


def test_a_year_without_a_visit_does_not_end_it(analytics: Harness, simulator: Simulator) -> None:
    first = min(date.fromisoformat(row["date"]) for row in expected_rows(simulator, STREAM, ALDER))
    years = (TODAY - first).days // 365 + 2  # the whole year between has none
    change(simulator, days_ago=365 * years + 100)

    assert_visits_copied(simulator, analytics.sync())


def test_a_start_date_is_where_it_begins(analytics: Harness, simulator: Simulator) -> None:
    run = analytics.sync(start_date="2026-09-15")

    zone = ZoneInfo(simulator.portal(ALDER).spec.time_zone)
    first_day = datetime(2026, 9, 15, tzinfo=UTC).astimezone(zone).date().isoformat()
    assert min(row["date"] for row in run.rows(STREAM, portal_id=ALDER)) >= first_day
    expected = [row for row in expected_rows(simulator, STREAM, ALDER) if row["date"] >= first_day]
    assert len(run.rows(STREAM, portal_id=ALDER)) == len(expected)


def test_the_begin_of_the_account_is_where_it_begins(
    analytics: Harness, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    get = HubSpotClient.get

    def with_begin(self: HubSpotClient, path: str, *arguments: dict[str, str]) -> dict[str, Any]:
        answer: dict[str, Any] = get(self, path, *arguments)
        return answer | {"createdAt": "2022-01-01T00:00:00Z"} if path == endpoints.ACCOUNT_DETAILS else answer

    monkeypatch.setattr(HubSpotClient, "get", with_begin)

    run = analytics.sync()

    assert_visits_copied(simulator, run)
    assert simulator.requests.count(route="analytics.sources", portal_id=ALDER) == 5


@pytest.mark.parametrize(("days_ago", "is_read"), [(0, True), (1, True), (29, True), (32, False)])
def test_the_last_thirty_days_are_read_again(
    analytics: Harness,
    simulator: Simulator,
    days_ago: int,
    is_read: bool,  # noqa: FBT001
) -> None:
    first = analytics.sync()
    analytics.pass_time(hours=1)
    change(simulator, days_ago)

    second = analytics.sync(first.state)

    day = (TODAY - timedelta(days=days_ago)).isoformat()
    assert bool(second.rows(STREAM, portal_id=ALDER, date=day)) == is_read
    if is_read:
        assert_visits_copied(simulator, first, second)


def test_the_thirty_days_count_from_the_last_run(analytics: Harness, simulator: Simulator) -> None:
    first = analytics.sync(full_read_days=0)
    change(simulator, days_ago=25)
    analytics.pass_time(days=500)
    simulator.world.change_analytics(ALDER, TODAY + timedelta(days=400), "social", {"visits": 9})

    second = analytics.sync(first.state, full_read_days=0)

    assert_visits_copied(simulator, first, second)
    assert simulator.requests.count(status=413) == 0


def test_a_source_that_lost_its_last_visit_of_a_day_does_not_keep_its_old_figure(
    analytics: Harness, simulator: Simulator
) -> None:
    change(simulator, days_ago=3, source="other", visits=7)  # the only day that has this source of late
    first = analytics.sync()
    analytics.pass_time(hours=1)
    day = TODAY - timedelta(days=3)
    forget(simulator, day, "other")

    second = analytics.sync(first.state)

    assert_visits_copied(simulator, first, second)
    [row] = second.rows(STREAM, portal_id=ALDER, date=day.isoformat(), source="other")
    assert (row["visits"], row["metrics"]) == (0, {})


def test_a_day_that_lost_all_its_visits_does_not_keep_its_old_figures(
    analytics: Harness, simulator: Simulator
) -> None:
    first = analytics.sync()
    analytics.pass_time(hours=1)
    day = TODAY - timedelta(days=5)
    sources = [
        row["source"] for row in expected_rows(simulator, STREAM, ALDER) if row["date"] == day.isoformat()
    ]
    assert sources
    for source in sources:
        forget(simulator, day, source)

    assert_visits_copied(simulator, first, analytics.sync(first.state))


def test_a_full_read_brings_old_days_right(analytics: Harness, simulator: Simulator) -> None:
    first = analytics.sync()
    change(simulator, days_ago=100)
    old = next(row for row in expected_rows(simulator, STREAM, ALDER) if row["date"] < "2026-09")
    forget(simulator, date.fromisoformat(old["date"]), old["source"])
    analytics.pass_time(days=8)
    simulator.tick()

    second = analytics.sync(first.state)

    assert_visits_copied(simulator, first, second)
    assert {sync["mode"] for sync in second.rows("portal_syncs")} == {"full"}


def test_days_are_those_of_the_portals_time_zone(analytics: Harness, simulator: Simulator) -> None:
    analytics.pass_time(hours=11, minutes=30)  # past midnight in Berlin

    analytics.sync()

    for portal_id, today in ((ALDER, "20261122"), (KESSLER, "20261123")):
        ends = {
            entry.query["end"]
            for entry in simulator.requests
            if entry.route == "analytics.sources" and entry.portal_id == portal_id
        }
        assert max(ends) == today


@pytest.mark.parametrize(
    ("name", "is_known"), [("US/Eastern", True), ("Mars/Olympus", False), ("../etc/passwd", False)]
)
def test_an_unknown_time_zone_counts_as_utc_and_is_said(
    analytics: Harness,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    is_known: bool,  # noqa: FBT001
) -> None:
    get = HubSpotClient.get

    def elsewhere(self: HubSpotClient, path: str, *arguments: dict[str, str]) -> dict[str, Any]:
        answer: dict[str, Any] = get(self, path, *arguments)
        return answer | {"timeZone": name} if path == endpoints.ACCOUNT_DETAILS else answer

    monkeypatch.setattr(HubSpotClient, "get", elsewhere)

    run = analytics.sync()

    for sync in run.rows("portal_syncs"):
        assert sync["status"] == "ok"
        assert ("taken as UTC" in (sync["reason"] or "")) != is_known


@pytest.mark.parametrize("request_number", range(5, 9))
def test_a_killed_backfill_goes_on_with_the_year_before(
    analytics: Harness, simulator: Simulator, kill: Callable[[int], None], request_number: int
) -> None:
    analytics.config |= {"portals": {"include": [ALDER]}}
    for years in (1, 2, 3):
        change(simulator, days_ago=365 * years + 50)
    kill(-1)
    analytics.sync()
    undisturbed = simulator.requests.count(route="analytics.sources")
    simulator.requests.clear()
    kill(request_number)
    killed = analytics.sync()
    before = simulator.requests.count(route="analytics.sources")
    kill(-1)

    resumed = analytics.sync(killed.state_of_the_killed)

    assert_visits_copied(simulator, killed, resumed, portal_ids=(ALDER,))
    assert simulator.requests.count(route="analytics.sources") <= undisturbed + 1
    assert before > 0


@pytest.mark.parametrize("wording", ["403-scopes", "403-text"])
def test_visits_that_may_not_be_read_are_skipped(
    analytics: Harness, simulator: Simulator, wording: str
) -> None:
    simulator.faults.add(wording, route="analytics.*", portal_id=ALDER, count=None)

    run = analytics.sync()

    assert [sync["status"] for sync in run.rows("portal_syncs", portal_id=ALDER)] == ["skipped"]
    assert run.rows(STREAM, portal_id=KESSLER)
