from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

import pytest

from tests.hubspot_simulator.clock import iso, parse_moment
from tests.simulator.support import NOON, US, Api, tiny

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator
    from tests.simulator.support import Param

EMAILS = "/marketing/emails/2026-09"
EVER: dict[str, Param] = {"startTimestamp": "2020-01-01T00:00:00Z", "endTimestamp": "2030-01-01T00:00:00Z"}


def every_email(api: Api, **params: Param) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    after: dict[str, Param] = {}
    while True:
        page = api.get(EMAILS, **{"limit": 4, **params, **after}).json()
        rows += page["results"]
        if "paging" not in page:
            return rows
        after = {"after": page["paging"]["next"]["after"]}


def truth(api: Api) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in api.portal.truth_of("marketing_emails")}


def ids(rows: list[dict[str, Any]]) -> set[str]:
    return {row["id"] for row in rows}


def test_live_and_archived_emails_are_two_lists(unlimited: Api) -> None:
    live, archived = every_email(unlimited), every_email(unlimited, archived="true")

    assert ids(live) | ids(archived) == truth(unlimited).keys()
    assert not ids(live) & ids(archived)
    assert all(row["archived"] and row["deletedAt"] for row in archived)
    assert archived
    assert all("stats" not in row for row in live)


def test_a_list_says_how_many_there_are(api: Api) -> None:
    page = api.get(EMAILS, limit=2).json()

    assert page["total"] == sum(not row["archived"] for row in truth(api).values())
    assert len(page["results"]) == 2
    assert api.get(EMAILS, limit=301).status_code == 400


def test_asking_for_statistics_loses_emails(unlimited: Api) -> None:
    listed, with_stats = every_email(unlimited), every_email(unlimited, includeStats="true")

    lost = ids(listed) - ids(with_stats)
    never_sent = {row["id"] for row in listed if not row["isPublished"]}
    assert never_sent < lost
    assert with_stats == [row for row in truth(unlimited).values() if row["id"] in ids(with_stats)]
    page = unlimited.get(EMAILS, includeStats="true").json()
    assert page["total"] == len(listed) > len(page["results"])


def test_a_single_email_always_has_its_statistics(api: Api) -> None:
    for email_id, expected in truth(api).items():
        answer = api.get(f"{EMAILS}/{email_id}", includeStats="true", archived=str(expected["archived"]))
        assert answer.json() == expected


def test_a_single_archived_email_must_be_asked_for_as_such(api: Api) -> None:
    [archived] = [row["id"] for row in truth(api).values() if row["archived"]]

    assert api.get(f"{EMAILS}/{archived}").status_code == 404
    assert "stats" not in api.get(f"{EMAILS}/{archived}", archived="true").json()
    assert api.get(f"{EMAILS}/1").status_code == 404


@pytest.mark.parametrize("name", ["created", "updated", "published"])
def test_bounds_of_time_are_strict(simulator: Simulator, api: Api, name: str) -> None:
    email = simulator.world.add_email(US, "Only one")
    simulator.world.send_email(US, email.id, 10)
    field = f"{name}At"
    moment = api.get(f"{EMAILS}/{email.id}").json()[field]
    before = iso((parse_moment(moment) or 0) - 1)

    def found(**params: Param) -> bool:
        return email.id in ids(api.get(EMAILS, **params).json()["results"])

    assert not found(**{f"{name}After": moment})
    assert not found(**{f"{name}Before": moment})
    assert found(**{f"{name}After": before})
    assert api.get(EMAILS, **{f"{name}After": "yesterday"}).status_code == 400


def test_lists_can_be_filtered_and_sorted(api: Api) -> None:
    drafts = api.get(EMAILS, isPublished="false").json()["results"]
    automated = api.get(EMAILS, type="AUTOMATED_EMAIL").json()["results"]
    newest = api.get(EMAILS, sort="-updatedAt").json()["results"]

    assert {row["state"] for row in drafts} == {"DRAFT", "SCHEDULED"}
    assert {row["type"] for row in automated} == {"AUTOMATED_EMAIL"}
    moments = [row["updatedAt"] for row in newest]
    assert moments == sorted(moments, reverse=True)
    assert api.get(EMAILS, sort="colour").status_code == 400


def test_opens_move_the_numbers_of_an_old_email_but_not_its_updated_at(
    simulator: Simulator, api: Api
) -> None:
    before = next(row for row in truth(api).values() if row["type"] == "BATCH_EMAIL" and row["isPublished"])
    simulator.world.change_email_statistics(US, before["id"], {"open": 5, "click": 2})

    after = api.get(f"{EMAILS}/{before['id']}", includeStats="true").json()

    assert after["updatedAt"] == before["updatedAt"]
    assert after["stats"]["counters"]["open"] == before["stats"]["counters"]["open"] + 5
    assert after["stats"]["ratios"]["openratio"] > before["stats"]["ratios"]["openratio"]


def test_an_email_that_was_never_sent_has_empty_statistics(api: Api) -> None:
    draft = next(row for row in truth(api).values() if row["state"] == "DRAFT")

    stats = api.get(f"{EMAILS}/{draft['id']}", includeStats="true").json()["stats"]

    assert stats == {"counters": {}, "ratios": {}, "deviceBreakdown": {}, "qualifierStats": {}}
    assert draft["publishDate"] is None
    assert "publishedAt" not in draft


def test_statistics_of_one_email_are_those_of_its_own(api: Api) -> None:
    for row in (row for row in truth(api).values() if row["stats"]["counters"]):
        answer = api.get(f"{EMAILS}/statistics/list", emailIds=row["id"], **EVER).json()
        assert answer["aggregate"] == row["stats"]
        assert answer["campaignAggregations"] == {row["primaryEmailCampaignId"]: row["stats"]}
        assert answer["emails"] == [int(row["id"])]


def test_statistics_are_grouped_by_the_time_of_sending(simulator: Simulator, api: Api) -> None:
    email = simulator.world.add_email(US, "Sent long ago")
    simulator.world.send_email(US, email.id, 100, at=NOON - timedelta(days=60))
    simulator.world.change_email_statistics(US, email.id, {"open": 40})

    def opened(days_ago: int) -> int:
        start, end = NOON - timedelta(days=days_ago), NOON - timedelta(days=days_ago - 1)
        answer = api.get(
            f"{EMAILS}/statistics/list",
            emailIds=email.id,
            startTimestamp=start.isoformat(),
            endTimestamp=end.isoformat(),
        )
        return answer.json()["aggregate"]["counters"].get("open", 0)

    assert (opened(60), opened(1)) == (40, 0)


def test_a_histogram_adds_up_to_the_whole(api: Api) -> None:
    automated = next(row for row in truth(api).values() if row["type"] == "AUTOMATED_EMAIL")

    def intervals(interval: str) -> list[dict[str, Any]]:
        answer = api.get(
            f"{EMAILS}/statistics/histogram", interval=interval, emailIds=automated["id"], **EVER
        ).json()
        assert answer["total"] == len(answer["results"])
        return answer["results"]

    for interval in ("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "QUARTER_HOUR", "MINUTE", "SECOND"):
        found = intervals(interval)
        sent = sum(each["aggregations"]["counters"]["sent"] for each in found)
        assert sent == automated["stats"]["counters"]["sent"]
        starts = [each["interval"]["start"] for each in found]
        assert starts == sorted(set(starts))
        assert all(each["interval"]["start"] < each["interval"]["end"] for each in found)
    assert len(intervals("DAY")) > len(intervals("MONTH")) > 1


def test_intervals_begin_where_the_calendar_says(simulator: Simulator, api: Api) -> None:
    email = simulator.world.add_email(US, "One")
    simulator.world.send_email(US, email.id, 10, at=NOON)

    def interval(name: str) -> tuple[str, str]:
        answer = api.get(f"{EMAILS}/statistics/histogram", interval=name, emailIds=email.id, **EVER).json()
        [only] = answer["results"]
        return only["interval"]["start"][:10], only["interval"]["end"][:10]

    assert interval("DAY") == ("2026-11-22", "2026-11-23")
    assert interval("WEEK") == ("2026-11-16", "2026-11-23")
    assert interval("MONTH") == ("2026-11-01", "2026-12-01")
    assert interval("QUARTER") == ("2026-10-01", "2027-01-01")


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"startTimestamp": "2026-01-01T00:00:00Z"},
        {"startTimestamp": "soon", "endTimestamp": "later"},
        {"startTimestamp": "2026-02-01T00:00:00Z", "endTimestamp": "2026-01-01T00:00:00Z"},
    ],
)
def test_statistics_need_a_span_of_time(api: Api, wrong: dict[str, Param]) -> None:
    assert api.get(f"{EMAILS}/statistics/list", **wrong).status_code == 400
    assert api.get(f"{EMAILS}/statistics/histogram", interval="DAY", **wrong).status_code == 400


def test_a_histogram_needs_a_known_interval(api: Api) -> None:
    assert api.get(f"{EMAILS}/statistics/histogram", interval="FORTNIGHT", **EVER).status_code == 400


def test_emails_can_be_renamed_archived_and_deleted(simulator: Simulator, api: Api) -> None:
    email = simulator.world.add_email(US, "First name")
    simulator.world.update_email(US, email.id, name="Second name", at=NOON + timedelta(hours=1))
    renamed = api.get(f"{EMAILS}/{email.id}").json()
    assert (renamed["name"], renamed["updatedAt"]) == ("Second name", "2026-11-22T13:00:00.000Z")

    simulator.world.archive_email(US, email.id)
    assert api.get(f"{EMAILS}/{email.id}", archived="true").json()["updatedAt"] == renamed["updatedAt"]

    simulator.world.delete_email(US, email.id)
    assert api.get(f"{EMAILS}/{email.id}", archived="true").status_code == 404
    assert email.id not in truth(api)


@pytest.mark.parametrize("wording", ["category", "text"])
def test_either_of_two_scopes_opens_emails(
    simulator: Simulator, wording: Literal["category", "text"]
) -> None:
    api = Api(simulator, scopes=["oauth"])
    api.portal.options.missing_scope_body = wording
    for path in ("", "/1", "/statistics/list", "/statistics/histogram"):
        refusal = api.get(f"{EMAILS}{path}")
        assert refusal.status_code == 403
        assert "marketing.email.read" in refusal.text
    assert Api(simulator, scopes=["content"]).get(EMAILS).status_code == 200
    assert Api(simulator, scopes=["marketing.email.read"]).get(EMAILS).status_code == 200


def test_each_call_has_its_name_in_the_log(simulator: Simulator, api: Api) -> None:
    email_id = next(iter(truth(api)))
    api.get(EMAILS)
    api.get(f"{EMAILS}/{email_id}")
    api.get(f"{EMAILS}/statistics/list", **EVER)
    api.get(f"{EMAILS}/statistics/histogram", interval="DAY", **EVER)

    assert [entry.route.rpartition(".")[2] for entry in simulator.requests] == [
        "list",
        "get",
        "statistics",
        "histogram",
    ]


def test_ticks_move_old_numbers_and_send_new_emails(simulator: Simulator, api: Api) -> None:
    before = truth(api)
    for _ in range(20):
        simulator.tick()
    after = truth(api)

    assert any(after[key] != row for key, row in before.items())
    assert all(after[key]["updatedAt"] == row["updatedAt"] for key, row in before.items())
    new = [row for key, row in after.items() if key not in before]
    assert new
    assert all(row["stats"]["counters"]["sent"] > 0 for row in new)


def test_the_same_seed_makes_the_same_emails() -> None:
    assert truth(Api(tiny())) == truth(Api(tiny()))
    assert truth(Api(tiny())) != truth(Api(tiny(seed=8)))
