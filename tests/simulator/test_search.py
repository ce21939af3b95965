from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.hubspot_simulator.clock import iso, to_ms
from tests.simulator.support import DE, MODIFIED, NOON, US, Api, ids_of, where

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator

HOUR = timedelta(hours=1)


def window(object_type: str, start: object, end: object) -> list[dict[str, object]]:
    return [where(MODIFIED[object_type], "GTE", start), where(MODIFIED[object_type], "LT", end)]


@pytest.mark.parametrize(("limit", "status"), [(200, 200), (201, 400)])
def test_a_page_holds_at_most_200_records(api: Api, limit: int, status: int) -> None:
    assert api.search(limit=limit).status_code == status


def test_total_counts_all_hits_whatever_the_page(api: Api) -> None:
    page = api.search(limit=1).json()

    assert page["total"] == len(api.portal.objects["contacts"])
    assert len(page["results"]) == 1


def test_paging_visits_every_hit_once(unlimited: Api) -> None:
    rows = unlimited.every_hit("contacts", limit=7)

    assert sorted(ids_of(rows)) == unlimited.portal.objects["contacts"].live_ids


def test_paging_past_10_000_answers_400_although_total_counts_on(
    simulator: Simulator, unlimited: Api
) -> None:
    simulator.world.bulk_create(US, "contacts", 10_050)
    last = unlimited.search(limit=200, after="9800").json()

    assert last["total"] > 10_050
    assert len(last["results"]) == 200
    assert last["paging"]["next"]["after"] == "10000"
    assert unlimited.search(limit=200, after="10000").status_code == 400


@pytest.mark.parametrize("object_type", ["contacts", "companies", "deals"])
def test_a_window_is_half_open_in_milliseconds(simulator: Simulator, api: Api, object_type: str) -> None:
    start, end = NOON - HOUR, NOON
    moments = [start - timedelta(milliseconds=1), start, end - timedelta(milliseconds=1), end]
    made = [simulator.world.create(US, object_type, {}, at=moment).id for moment in moments]

    hits = api.search(object_type, *window(object_type, to_ms(start), iso(to_ms(end)))).json()

    assert ids_of(hits["results"]) == made[1:3]


def test_digits_finer_than_milliseconds_are_ignored(simulator: Simulator, api: Api) -> None:
    made = simulator.world.create(US, "contacts", {})

    hits = api.search("contacts", where("lastmodifieddate", "GTE", "2026-11-22T12:00:00.000900Z")).json()

    assert ids_of(hits["results"]) == [made.id]


def test_contacts_have_an_hs_lastmodifieddate_that_finds_nothing(simulator: Simulator, api: Api) -> None:
    simulator.world.create(US, "contacts", {})

    answer = api.search("contacts", where("hs_lastmodifieddate", "GTE", "2020-01-01T00:00:00Z"))

    assert (answer.status_code, answer.json()["total"]) == (200, 0)


def test_archived_records_are_never_found(simulator: Simulator, api: Api) -> None:
    made = simulator.world.create(US, "contacts", {})
    simulator.world.archive(US, "contacts", made.id)

    assert api.search("contacts", where("hs_object_id", "EQ", made.id)).json()["total"] == 0


def test_associations_are_never_returned(api: Api) -> None:
    assert all(
        "associations" not in row
        for row in api.search(limit=200, associations=["companies"]).json()["results"]
    )


def test_more_than_10_000_records_may_share_one_millisecond(simulator: Simulator, unlimited: Api) -> None:
    made = simulator.world.bulk_create(US, "contacts", 10_100, at=NOON - HOUR)
    same = window("contacts", to_ms(NOON - HOUR), to_ms(NOON - HOUR) + 1)
    middle = made[5_000].id

    halves = [
        unlimited.every_hit("contacts", *same, where("hs_object_id", operator, middle))
        for operator in ("LT", "GTE")
    ]

    assert unlimited.search("contacts", *same).json()["total"] == 10_100
    assert [len(half) for half in halves] == [5_000, 5_100]


def test_sort_order_can_be_wrong_by_up_to_an_hour(simulator: Simulator, unlimited: Api) -> None:
    unlimited.portal.options.search_order = "shuffled"
    for minute in range(60):
        simulator.world.create(US, "contacts", {}, at=NOON - timedelta(minutes=minute))

    rows = unlimited.every_hit(
        "contacts", sorts=[{"propertyName": "lastmodifieddate", "direction": "ASCENDING"}]
    )
    dates = [row["updatedAt"] for row in rows]

    assert dates != sorted(dates)
    assert sorted(ids_of(rows)) == unlimited.portal.objects["contacts"].live_ids


def test_without_a_sort_the_order_can_be_any(unlimited: Api) -> None:
    unlimited.portal.options.search_order = "shuffled"

    ids = ids_of(unlimited.every_hit("contacts", limit=9))

    assert ids != sorted(ids)
    assert sorted(ids) == unlimited.portal.objects["contacts"].live_ids


def test_sorting_works_on_one_rule_in_either_direction(unlimited: Api) -> None:
    rule = {"propertyName": "email", "direction": "DESCENDING"}
    emails = [row["properties"]["email"] for row in unlimited.every_hit("contacts", sorts=[rule])]

    assert emails == sorted(emails, reverse=True)
    assert unlimited.search(sorts=[rule, rule]).status_code == 400


def test_a_sort_that_is_plain_text_is_ignored_silently(api: Api) -> None:
    ignored = ids_of(api.search(sorts=["-email"], limit=200).json()["results"])

    assert ignored == api.portal.objects["contacts"].live_ids


def test_a_change_is_invisible_until_the_index_has_caught_up(simulator: Simulator, api: Api) -> None:
    api.portal.options.index_delay_seconds = 20
    contact = next(iter(api.portal.objects["contacts"]))
    simulator.world.update(US, "contacts", contact.id, {"city": "Elsewhere"})
    found = where("city", "EQ", "Elsewhere")

    assert api.search("contacts", found).json()["total"] == 0
    assert api.page(limit=1, properties="city").json()["results"][0]["properties"]["city"] == "Elsewhere"
    simulator.clock.advance(20)
    assert api.search("contacts", found).json()["total"] == 1


def test_the_index_keeps_showing_the_old_version_meanwhile(simulator: Simulator, api: Api) -> None:
    api.portal.options.index_delay_seconds = 20
    contact = next(iter(api.portal.objects["contacts"]))
    simulator.world.update(US, "contacts", contact.id, {"city": "First"})
    simulator.clock.advance(15)
    simulator.world.update(US, "contacts", contact.id, {"city": "Second"})
    simulator.clock.advance(5)

    assert api.search("contacts", where("city", "EQ", "First")).json()["total"] == 1
    assert api.search("contacts", where("city", "EQ", "Second")).json()["total"] == 0


def test_rows_outside_the_window_can_come_back(simulator: Simulator, api: Api) -> None:
    api.portal.options.search_strays = 1
    early, inside, late = (
        simulator.world.create(US, "deals", {}, at=NOON + HOUR * step).id for step in range(3)
    )

    hits = api.search("deals", *window("deals", to_ms(NOON + HOUR), to_ms(NOON + HOUR) + 1)).json()

    assert ids_of(hits["results"]) == [early, inside, late]


def test_calculated_values_can_be_null_in_search_although_a_batch_read_has_them(api: Api) -> None:
    api.portal.options.search_nulls_calculated = True
    [row] = api.search("deals", limit=1, properties=["hs_is_closed", "amount"]).json()["results"]
    [read] = api.batch_read("deals", [row["id"]], properties=["hs_is_closed"]).json()["results"]

    assert row["properties"]["hs_is_closed"] is None
    assert row["properties"]["amount"]
    assert read["properties"]["hs_is_closed"] in {"true", "false"}


def test_filtering_from_1970_on_ends_in_a_500(api: Api) -> None:
    assert api.search("contacts", where("lastmodifieddate", "GTE", 0)).status_code == 500


@pytest.mark.parametrize(
    ("given", "hits"),
    [
        (where("city", "EQ", "springfield"), ["a"]),
        (where("city", "NEQ", "Springfield"), ["b", "c"]),
        (where("city", "IN", values=["springfield", "shelbyville"]), ["a", "b"]),
        (where("city", "NOT_IN", values=["springfield"]), ["b", "c"]),
        (where("city", "HAS_PROPERTY"), ["a", "b"]),
        (where("city", "NOT_HAS_PROPERTY"), ["c"]),
        (where("city", "CONTAINS_TOKEN", "spring*"), ["a"]),
        (where("city", "NOT_CONTAINS_TOKEN", "spring"), ["b", "c"]),
        (where("num_notes", "GT", 5), ["b"]),
        (where("num_notes", "GTE", 5), ["a", "b"]),
        (where("num_notes", "LT", "1e1"), ["a"]),
        (where("num_notes", "LTE", 12), ["a", "b"]),
        (where("num_notes", "BETWEEN", 4, highValue="6"), ["a"]),
        (where("recent_conversion_date", "GT", "2026-01-01T00:00:00Z"), ["b"]),
        (where("hs_object_id", "GT", 0), ["a", "b", "c"]),
    ],
)
def test_operators(simulator: Simulator, api: Api, given: dict[str, object], hits: list[str]) -> None:
    rows = {
        "a": {"city": "Springfield", "num_notes": "5", "recent_conversion_date": "2025-06-01"},
        "b": {"city": "Shelbyville", "num_notes": "12.0", "recent_conversion_date": "1790000000000"},
        "c": {},
    }
    for name, properties in rows.items():
        simulator.world.create(US, "contacts", {**properties, "lastname": name, "firstname": "of this test"})

    found = api.search(
        "contacts", given, where("firstname", "EQ", "of this test"), properties=["lastname"], limit=200
    ).json()

    assert [row["properties"]["lastname"] for row in found["results"]] == hits


def test_groups_are_alternatives_and_a_hit_of_both_comes_once(api: Api) -> None:
    first, second, *_ = api.portal.objects["contacts"].live_ids
    groups = [
        {"filters": [where("hs_object_id", "EQ", first)]},
        {"filters": [where("hs_object_id", "IN", values=[str(first), str(second)])]},
    ]

    assert ids_of(api.search(filterGroups=groups).json()["results"]) == [first, second]


def test_filters_may_stand_without_a_group(api: Api) -> None:
    first = api.portal.objects["contacts"].live_ids[0]

    assert api.search(filters=[where("hs_object_id", "EQ", first)]).json()["total"] == 1


@pytest.mark.parametrize("groups", [[7], [1, 1, 1, 1, 1, 1], [6, 6, 6, 6]])
def test_filters_are_limited_in_number(api: Api, groups: list[int]) -> None:
    one = where("email", "HAS_PROPERTY")

    assert api.search(filterGroups=[{"filters": [one] * number} for number in groups]).status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        where("emial", "EQ", "x"),
        where("email", "LIKE", "x"),
        where("email", "EQ"),
        where("email", "IN"),
        where("lastmodifieddate", "GTE", "last week"),
        where("num_notes", "GT", "many"),
    ],
)
def test_a_filter_that_makes_no_sense_answers_400(api: Api, wrong: dict[str, object]) -> None:
    assert api.search("contacts", wrong).status_code == 400


def test_the_query_looks_at_a_few_properties_and_is_limited_in_length(api: Api) -> None:
    email = next(iter(api.portal.objects["contacts"])).properties["email"]

    assert api.search(query=email.upper()).json()["total"] == 1
    assert api.search(query="x" * 3_001).status_code == 400


def test_many_properties_in_the_body_are_fine(api: Api) -> None:
    assert api.search(properties=[f"a_property_name_{number}" for number in range(900)]).status_code == 200


def test_a_merge_shows_the_winner_and_hides_the_losers(simulator: Simulator, api: Api) -> None:
    first, second = simulator.world.bulk_create(US, "companies", 2)
    winner = simulator.world.merge(US, "companies", first.id, second.id)

    hits = api.search("companies", where("hs_object_id", "GTE", first.id)).json()

    assert ids_of(hits["results"]) == [winner.id]


def test_seventeen_digit_ids_keep_their_last_digit(simulator: Simulator) -> None:
    api = Api(simulator, DE)
    first, second, *_ = api.portal.objects["contacts"].live_ids

    assert len(str(first)) == 17
    assert ids_of(api.search("contacts", where("hs_object_id", "LT", second)).json()["results"]) == [first]


def test_a_search_in_the_middle_of_paging_does_not_disturb_the_pages(unlimited: Api) -> None:
    first = unlimited.search(limit=10).json()
    unlimited.search("contacts", where("hs_object_id", "EQ", 5))
    second = unlimited.search(limit=10, after=first["paging"]["next"]["after"]).json()

    assert ids_of(first["results"] + second["results"]) == unlimited.portal.objects["contacts"].live_ids[:20]
