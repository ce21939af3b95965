from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

import pytest

from tests.hubspot_simulator import Clock, Scenario, Simulator
from tests.simulator.support import ANCHOR, DE, NOON, US, Api

if TYPE_CHECKING:
    from tests.simulator.support import Param

REPORTS = "/analytics/v2/reports"
WHOLE: dict[str, Param] = {"start": "20250501", "end": "20261122"}
YEAR: dict[str, Param] = {"start": "20251201", "end": "20261122"}


def report(api: Api, path: str = "sources/daily", **params: Param) -> Any:  # noqa: ANN401
    answer = api.get(f"{REPORTS}/{path}", **{**YEAR, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()


def truth(api: Api) -> list[dict[str, Any]]:
    return list(api.portal.truth_of("web_analytics_daily"))


def test_daily_is_an_object_by_date_with_a_row_for_each_source_that_had_any(api: Api) -> None:
    read = [
        {"date": day, **row}
        for start, end in (("20250101", "20251231"), ("20260101", "20261122"))
        for day, rows in report(api, start=start, end=end).items()
        for row in rows
    ]

    assert read == truth(api)
    assert len(read) > 500


def test_days_without_any_are_absent_and_so_is_what_is_zero(api: Api) -> None:
    days = report(api)

    assert len(days) < 357
    assert all(days.values())
    assert 0 not in {value for rows in days.values() for row in rows for value in row.values()}


def test_what_happened_offline_has_contacts_but_no_visits(api: Api) -> None:
    offline = [row for row in truth(api) if row["breakdown"] == "offline"]

    assert all("visits" not in row for row in offline)


@pytest.mark.parametrize("wrong", ["2026-01-01", "", "20261301", "1767225600000", "2026011"])
def test_dates_have_eight_digits_and_no_dashes(api: Api, wrong: str) -> None:
    assert api.get(f"{REPORTS}/sources/daily", start=wrong, end="20261122").status_code == 400
    assert api.get(f"{REPORTS}/sources/daily", start="20260101", end=wrong).status_code == 400


def test_both_dates_are_needed_and_in_order(api: Api) -> None:
    assert api.get(f"{REPORTS}/sources/daily", start="20260101").status_code == 400
    assert api.get(f"{REPORTS}/sources/daily", end="20260101").status_code == 400
    assert api.get(f"{REPORTS}/sources/daily", start="20260102", end="20260101").status_code == 400


def test_more_than_five_hundred_points_are_refused(api: Api) -> None:
    def asked(days: int, period: str = "daily") -> int:
        start = date(2026, 11, 22) - timedelta(days=days - 1)
        return api.get(f"{REPORTS}/sources/{period}", start=f"{start:%Y%m%d}", end="20261122").status_code

    assert (asked(500), asked(501)) == (200, 413)
    assert (asked(501, "weekly"), asked(501, "monthly"), asked(501, "total")) == (200, 200, 200)
    refusal = api.get(f"{REPORTS}/sources/summarize/daily", start="20200101", end="20261122")
    assert refusal.json()["category"] == "RESULT_POINT_LIMIT_EXCEEDED"


def test_the_total_adds_up_and_has_pages(api: Api) -> None:
    whole = report(api, "sources/total", **WHOLE)
    visits, contacts = Counter[str](), Counter[str]()
    for row in truth(api):
        visits[row["breakdown"]] += row.get("visits", 0)
        contacts[row["breakdown"]] += row.get("contacts", 0)

    assert {row["breakdown"]: row.get("visits", 0) for row in whole["breakdowns"]} == visits
    assert {row["breakdown"]: row.get("contacts", 0) for row in whole["breakdowns"]} == contacts
    assert whole["totals"]["visits"] == visits.total()
    assert (whole["offset"], whole["total"]) == (0, len(whole["breakdowns"]))
    second = report(api, "sources/total", **WHOLE, limit=2, offset=2)
    assert second["breakdowns"] == whole["breakdowns"][2:4]
    assert second["offset"] == 2


@pytest.mark.parametrize("path", ["sources/summarize/daily", "totals/summarize/daily"])
def test_a_summary_has_one_row_a_day_and_no_source(api: Api, path: str) -> None:
    daily, summary = report(api), report(api, path)

    assert summary.keys() == daily.keys()
    for day, [row] in summary.items():
        assert "breakdown" not in row
        assert row.get("visits", 0) == sum(each.get("visits", 0) for each in daily[day])


def test_weeks_begin_on_monday_and_months_on_the_first(api: Api) -> None:
    assert all(date.fromisoformat(day).weekday() == 0 for day in report(api, "sources/weekly"))
    assert all(day.endswith("-01") for day in report(api, "sources/monthly"))


def test_rates_are_shares_of_the_counts(api: Api) -> None:
    row = report(api, "sources/total", **WHOLE)["totals"]

    assert row["bounceRate"] == pytest.approx(row["bounces"] / row["visits"], abs=1e-5)
    assert row["pageviewsPerSession"] == pytest.approx(row["rawViews"] / row["visits"], abs=1e-5)
    assert 0 < row["newVisitorSessionRate"] < 1


@pytest.mark.parametrize("path", ["sources/yearly", "totals/daily", "unicorns/daily", "totals/total"])
def test_unknown_reports_are_refused(api: Api, path: str) -> None:
    assert api.get(f"{REPORTS}/{path}", **YEAR).status_code == 400


def test_a_drill_down_is_refused_rather_than_ignored(api: Api) -> None:
    assert api.get(f"{REPORTS}/sources/daily", **YEAR, d1="organic").status_code == 400


def test_days_of_any_age_still_move(simulator: Simulator, api: Api) -> None:
    day = date(2026, 10, 30)
    before = {row["breakdown"]: row for row in report(api).get("2026-10-30", [])}
    simulator.world.change_analytics(US, day, "email", {"visits": 3, "rawViews": 6})

    after = {row["breakdown"]: row for row in report(api)["2026-10-30"]}

    assert after["email"]["visits"] == before.get("email", {}).get("visits", 0) + 3


@pytest.mark.parametrize(("portal_id", "day"), [(US, "2026-11-21"), (DE, "2026-11-22")])
def test_today_is_that_of_the_portal_s_time_zone(portal_id: int, day: str) -> None:
    night = NOON.replace(hour=23, minute=30) - timedelta(days=1)
    simulator = Simulator(Scenario.load("tiny"), anchor=ANCHOR, clock=Clock(night, frozen=True))
    simulator.world.change_analytics(portal_id, ANCHOR, "email", {"visits": 90_000})
    simulator.world.change_analytics(portal_id, date(2026, 11, 21), "email", {"visits": 90_000})

    assert max(report(Api(simulator, portal_id))) == day


@pytest.mark.parametrize("wording", ["category", "text"])
def test_analytics_need_their_scope(simulator: Simulator, wording: Literal["category", "text"]) -> None:
    api = Api(simulator, scopes=["oauth"])
    api.portal.options.missing_scope_body = wording

    answer = api.get(f"{REPORTS}/sources/daily", **YEAR)

    assert answer.status_code == 403
    assert "business-intelligence" in answer.text
    assert simulator.requests.count(route="analytics.sources", status=403) == 1


def test_contacts_are_those_of_the_crm(simulator: Simulator) -> None:
    portal = simulator.portal(US)
    counted = sum(row.get("contacts", 0) for row in portal.truth_of("web_analytics_daily"))

    assert counted == len(portal.objects["contacts"])


def test_a_tick_counts_visits_and_its_new_contacts(simulator: Simulator, api: Api) -> None:
    def total(metric: str) -> int:
        return sum(row.get(metric, 0) for row in truth(api))

    before = {metric: total(metric) for metric in ("visits", "contacts")}
    counts = simulator.tick()[US]

    assert total("visits") == before["visits"] + counts["visits counted"]
    assert total("contacts") == before["contacts"] + counts["contacts created"]


def test_visits_follow_the_season_of_the_business(demo: Simulator) -> None:
    germany = Counter[str]()
    for row in demo.portal(26110977).truth_of("web_analytics_daily"):
        germany[row["date"][:7]] += row.get("visits", 0)

    assert germany["2026-09"] > 1.5 * germany["2026-08"] > 0
