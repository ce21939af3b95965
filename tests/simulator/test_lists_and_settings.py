from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

import pytest

from tests.simulator.support import DE, NOON, US, Api

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator
    from tests.simulator.support import Param

LISTS = "/crm/lists/2026-09"
USERS = "/settings/users/2026-03"
RATES = "/settings/currencies/2026-09/exchange-rates"


def search(api: Api, **body: object) -> dict[str, Any]:
    return api.post(f"{LISTS}/search", body).json()


def every(api: Api, path: str, **params: Param) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    after: dict[str, Param] = {}
    while True:
        page = api.get(path, **{**params, **after}).json()
        rows += page["results"]
        if "paging" not in page:
            return rows
        after = {"after": page["paging"]["next"]["after"]}


def list_named(api: Api, name: str) -> str:
    return next(row["listId"] for row in api.portal.truth_of("lists") if row["name"].startswith(name))


# Lists


def test_a_search_answers_lists_and_where_the_next_page_starts(api: Api) -> None:
    first = search(api, count=3)
    second = search(api, count=3, offset=first["offset"])

    assert (first["total"], first["hasMore"], first["offset"]) == (5, True, 3)
    assert (second["total"], second["hasMore"], second["offset"]) == (5, False, 5)
    assert first["lists"] + second["lists"] == list(api.portal.truth_of("lists"))


@pytest.mark.parametrize("wrong", [{"count": 501}, {"count": 0}, {"offset": 10_001}, {"offset": "x"}])
def test_a_search_has_bounds(api: Api, wrong: dict[str, object]) -> None:
    assert api.post(f"{LISTS}/search", wrong).status_code == 400


def test_twenty_lists_a_page_unless_asked_for_more(simulator: Simulator, api: Api) -> None:
    for number in range(20):
        simulator.world.add_list(US, f"List {number}")

    assert len(search(api)["lists"]) == 20
    assert len(search(api, count=500)["lists"]) == 25


def test_lists_are_found_by_name_type_and_id(api: Api) -> None:
    assert [row["name"] for row in search(api, query="custom")["lists"]] == ["Customers"]
    assert {row["processingType"] for row in search(api, processingTypes=["DYNAMIC"])["lists"]} == {"DYNAMIC"}
    assert [row["listId"] for row in search(api, listIds=["2"])["lists"]] == ["2"]
    assert [row["name"] for row in search(api, objectTypeId="0-2")["lists"]] == ["Target accounts"]


def test_memberships_are_paged_by_record_id(unlimited: Api) -> None:
    list_id = list_named(unlimited, "All contacts")
    rows = every(unlimited, f"{LISTS}/{list_id}/memberships", limit=7)

    ids = [int(row["recordId"]) for row in rows]
    assert ids == unlimited.portal.objects["contacts"].live_ids
    assert rows[0].keys() == {"recordId", "membershipTimestamp"}
    assert unlimited.get(f"{LISTS}/{list_id}/memberships", limit=251).status_code == 400


def test_the_truth_of_memberships_is_what_the_api_answers(unlimited: Api) -> None:
    read = [
        {**row, "listId": each["listId"]}
        for each in search(unlimited)["lists"]
        for row in every(unlimited, f"{LISTS}/{each['listId']}/memberships", limit=10)
    ]

    assert read == list(unlimited.portal.truth_of("list_memberships"))
    sizes = Counter(row["listId"] for row in read)
    for each in search(unlimited)["lists"]:
        assert each["additionalProperties"]["hs_list_size"] == str(sizes[each["listId"]])


def test_join_order_is_that_of_time(simulator: Simulator, api: Api) -> None:
    made = simulator.world.add_list(US, "New")
    older, newer = api.portal.objects["contacts"].live_ids[:2]
    simulator.world.add_to_list(US, made.id, [newer])
    simulator.world.add_to_list(US, made.id, [older], at=NOON + timedelta(hours=1))

    def order(path: str) -> list[str]:
        return [row["recordId"] for row in every(api, f"{LISTS}/{made.id}/{path}", limit=1)]

    assert order("memberships") == [str(older), str(newer)]
    assert order("memberships/join-order") == [str(newer), str(older)]


def test_a_list_of_companies_says_so(api: Api) -> None:
    [companies] = search(api, query="accounts")["lists"]

    assert companies["objectTypeId"] == "0-2"
    rows = every(api, f"{LISTS}/{companies['listId']}/memberships")
    assert rows
    assert all(api.portal.objects["companies"].is_live(int(row["recordId"])) for row in rows)


def test_who_leaves_is_archived_or_merged_leaves_its_place(simulator: Simulator, api: Api) -> None:
    world = simulator.world
    made = world.add_list(US, "New")
    left, archived, first, second, stays = (each.id for each in world.bulk_create(US, "contacts", 5))
    world.add_to_list(US, made.id, [left, archived, first, second, stays])
    world.remove_from_list(US, made.id, [left])
    world.archive(US, "contacts", archived)
    winner = world.merge(US, "contacts", first, second)

    rows = every(api, f"{LISTS}/{made.id}/memberships")

    assert [row["recordId"] for row in rows] == [str(stays), str(winner.id)]
    assert search(api, listIds=[made.id])["lists"][0]["updatedAt"] == "2026-11-22T12:00:00.000Z"


def test_a_deleted_list_is_gone(simulator: Simulator, api: Api) -> None:
    list_id = list_named(api, "Customers")
    simulator.world.delete_list(US, list_id)

    assert api.get(f"{LISTS}/{list_id}/memberships").status_code == 404
    assert list_id not in {row["listId"] for row in search(api)["lists"]}


def test_a_tick_changes_a_list(simulator: Simulator, api: Api) -> None:
    before = list(api.portal.truth_of("list_memberships"))
    simulator.tick()

    assert list(api.portal.truth_of("list_memberships")) != before


# Users and teams


def test_users_are_the_owners_who_are_still_there(unlimited: Api) -> None:
    users = every(unlimited, USERS, limit=2)
    owners = {owner.user_id: owner for owner in unlimited.portal.owners if not owner.archived}

    assert users == list(unlimited.portal.truth_of("users"))
    assert {int(user["id"]): user["email"] for user in users} == {
        user_id: owner.email for user_id, owner in owners.items()
    }
    assert [user["superAdmin"] for user in users].count(True) == 1
    for user in users:
        teams = {team.id: team.primary for team in owners[int(user["id"])].teams}
        said = {user["primaryTeamId"]: True, **dict.fromkeys(user["secondaryTeamIds"], False)}
        assert said == teams


def test_teams_name_their_users_even_the_team_of_nobody(api: Api) -> None:
    teams = api.get(f"{USERS}/teams").json()["results"]
    users = every(api, USERS)

    assert teams == list(api.portal.truth_of("teams"))
    assert 2 <= len(teams) <= 4
    for team in teams:
        assert set(team["userIds"]) == {u["id"] for u in users if u["primaryTeamId"] == team["id"]}
        assert set(team["secondaryUserIds"]) == {
            u["id"] for u in users if team["id"] in u["secondaryTeamIds"]
        }
    assert any(not team["userIds"] for team in teams)
    assert any(team["secondaryUserIds"] for team in teams)


def test_a_deactivated_user_is_an_archived_owner_and_in_no_team(simulator: Simulator, api: Api) -> None:
    leaving = every(api, USERS)[1]
    simulator.world.deactivate_user(US, leaving["id"])

    assert leaving["id"] not in {user["id"] for user in every(api, USERS)}
    assert leaving["id"] not in str(api.get(f"{USERS}/teams").json())
    archived = api.get("/crm/owners/2026-09", archived="true").json()["results"]
    assert leaving["email"] in {owner["email"] for owner in archived}


# Currencies


def test_rates_have_a_history_in_pages(unlimited: Api) -> None:
    rates = every(unlimited, RATES, limit=30)

    assert rates == list(unlimited.portal.truth_of("exchange_rates"))
    assert len(rates) > 70
    assert {(rate["fromCurrencyCode"], rate["toCurrencyCode"]) for rate in rates} == {("EUR", "USD")}
    assert len({rate["conversionRate"] for rate in rates}) > 50
    assert unlimited.get(RATES, limit=101).status_code == 400


def test_the_current_rate_is_the_last_one_in_effect(simulator: Simulator, api: Api) -> None:
    def current() -> float:
        [rate] = api.get(f"{RATES}/current").json()["results"]
        return rate["conversionRate"]

    assert current() == 1.08
    simulator.world.set_exchange_rate(US, "EUR", 1.2)
    simulator.world.set_exchange_rate(US, "EUR", 1.4, at=NOON + timedelta(days=1))
    assert current() == 1.2


def test_a_portal_with_one_currency_has_no_rates(simulator: Simulator) -> None:
    german = Api(simulator, DE)

    assert german.get(RATES).json() == {"results": []}
    assert german.get("/settings/currencies/2026-09/company-currency").json()["id"] == "EUR"


# Access


@pytest.mark.parametrize("wording", ["category", "text"])
@pytest.mark.parametrize(
    ("path", "scope"),
    [
        (f"{LISTS}/1/memberships", "crm.lists.read"),
        (f"{LISTS}/1/memberships/join-order", "crm.lists.read"),
        (USERS, "settings.users.read"),
        (f"{USERS}/teams", "settings.users.teams.read"),
        (RATES, "settings.currencies.read"),
        (f"{RATES}/current", "settings.currencies.read"),
    ],
)
def test_each_needs_its_scope(
    simulator: Simulator, path: str, scope: str, wording: Literal["category", "text"]
) -> None:
    api = Api(simulator, scopes=["oauth"])
    api.portal.options.missing_scope_body = wording

    answer = api.get(path)

    assert answer.status_code == 403
    assert scope in answer.text
    assert api.post(f"{LISTS}/search", {}).status_code == 403
    assert Api(simulator, scopes=[scope]).get(path).status_code == 200


def test_the_scope_of_the_crm_s_users_opens_users_as_well(simulator: Simulator) -> None:
    assert Api(simulator, scopes=["crm.objects.users.read"]).get(USERS).status_code == 200


def test_a_fault_of_scopes_names_those_of_the_route(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("403-scopes", route="settings.users")

    [error] = api.get(USERS).json()["errors"]

    assert error["context"]["requiredGranularScopes"] == ["crm.objects.users.read", "settings.users.read"]


def test_calls_count_against_the_burst_limit_under_their_names(simulator: Simulator, api: Api) -> None:
    api.portal.options.burst_limit = 5
    api.post(f"{LISTS}/search", {})
    for path in (f"{LISTS}/1/memberships", USERS, f"{USERS}/teams", RATES, f"{RATES}/current"):
        api.get(path)

    assert [(entry.route, entry.status) for entry in simulator.requests] == [
        ("lists.search", 200),
        ("lists.memberships", 200),
        ("settings.users", 200),
        ("settings.teams", 200),
        ("settings.exchange_rates", 200),
        ("settings.exchange_rates.current", 429),
    ]


def test_the_control_tells_the_truth_of_streams_too(api: Api) -> None:
    lines = api.client.get(f"/_simulator/truth/{US}/users").text.splitlines()

    assert len(lines) == len(list(api.portal.truth_of("users")))
