"""HubSpot's search, at its worst."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tap_hubspot_multi.crm import CRM_OBJECTS
from tap_hubspot_multi.search import ChangeSearch
from tap_hubspot_multi.windows import Window, answerable

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hubspot_simulator import Simulator
    from tests.hubspot_simulator.records import Record

Harness = Any
Run = Any
Answer = Any
Hubspot = Any

ALDER, KESSLER = 11111111, 22222222
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
COMPANIES = CRM_OBJECTS[1]


@pytest.fixture
def contacts(harness: Harness) -> Harness:
    """Only the contacts of one portal are read."""
    harness.config |= {"portals": {"include": [ALDER]}, "objects": ["contacts"], "overlap_seconds": 0}
    return harness


def new_contacts(simulator: Simulator, run: Run) -> set[str]:
    """Ids of live contacts that were created since noon, by HubSpot; and by the run, each once."""
    rows = Counter(row["id"] for row in run.rows("contacts", archived=False))
    assert set(rows.values()) <= {1}
    store = simulator.world.portals[ALDER].objects["contacts"]
    assert set(rows) == {str(record.id) for record in store if record.created_ms > NOON.timestamp() * 1000}
    return set(rows)


def create_for_half_an_hour(simulator: Simulator) -> list[Record]:
    """Contacts that came after noon, twenty in each minute."""
    return [
        record
        for minute in range(30)
        for record in simulator.world.bulk_create(
            ALDER, "contacts", 20, at=NOON + timedelta(minutes=minute + 1)
        )
    ]


@pytest.mark.parametrize(
    "habit",
    [{"search_order": "shuffled"}, {"search_strays": 3}, {"search_nulls_calculated": True}],
    ids=["shuffled order", "rows outside the window", "calculated values null"],
)
def test_changes_are_read_completely_however_search_answers(
    contacts: Harness, simulator: Simulator, habit: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tap_hubspot_multi.search.answerable", partial(answerable, cap=300))
    first = contacts.sync()
    for name, value in habit.items():
        setattr(simulator.world.portals[ALDER].options, name, value)
    for minute in range(0, 90, 5):
        moment = NOON + timedelta(minutes=minute + 1)
        simulator.world.bulk_create(ALDER, "contacts", 60, lambda _: {"num_associated_deals": "7"}, at=moment)
    contacts.pass_time(hours=2)

    second = contacts.sync(first.state)

    assert len(new_contacts(simulator, second)) == 18 * 60
    assert all(
        row["properties"]["num_associated_deals"] == "7" for row in second.rows("contacts", archived=False)
    )


def test_more_than_ten_thousand_records_at_one_millisecond(contacts: Harness, simulator: Simulator) -> None:
    first = contacts.sync()
    simulator.world.bulk_create(ALDER, "contacts", 10_300, at=NOON + timedelta(minutes=10))
    contacts.pass_time(hours=1)

    second = contacts.sync(first.state)

    assert second.error is None
    assert len(new_contacts(simulator, second)) == 10_300
    assert simulator.requests.count(route="crm.search", status=400) == 0


def test_records_that_leave_the_window_while_it_is_paged_push_no_other_out(
    contacts: Harness, simulator: Simulator
) -> None:
    first = contacts.sync()
    created = create_for_half_an_hour(simulator)
    contacts.pass_time(hours=2)

    def modify_some() -> None:
        for record in created[:30]:
            simulator.world.update(ALDER, "contacts", record.id, {"city": "Moved"})

    simulator.faults.when(modify_some, nth=2, route="crm.search", portal_id=ALDER, object_type="contacts")

    second = contacts.sync(first.state)
    contacts.pass_time(hours=1)
    third = contacts.sync(second.state)

    ids = {row["id"] for run in (second, third) for row in run.rows("contacts")}
    assert {str(record.id) for record in created} <= ids
    moved = {row["id"] for row in third.rows("contacts") if row["properties"].get("city") == "Moved"}
    assert moved == {str(record.id) for record in created[:30]}


def test_a_crowd_with_ids_of_seventeen_digits_is_cut_by_id(
    contacts: Harness, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tap_hubspot_multi.search.answerable", partial(answerable, cap=300))
    contacts.config["portals"] = {"include": [KESSLER]}
    first = contacts.sync()
    created = simulator.world.bulk_create(KESSLER, "contacts", 1_000, at=NOON + timedelta(minutes=10))
    contacts.pass_time(hours=1)

    second = contacts.sync(first.state)

    rows = Counter(row["id"] for row in second.rows("contacts"))
    assert rows == Counter(str(record.id) for record in created)
    assert {len(record_id) for record_id in rows} == {17}


def test_records_that_are_deleted_while_the_window_is_paged_push_no_other_out(
    contacts: Harness, simulator: Simulator
) -> None:
    first = contacts.sync()
    created = create_for_half_an_hour(simulator)
    contacts.pass_time(hours=2)

    def delete_some() -> None:
        for record in created[:15]:
            simulator.world.archive(ALDER, "contacts", record.id)
        for record in created[15:30]:
            simulator.world.purge(ALDER, "contacts", record.id)

    simulator.faults.when(delete_some, nth=2, route="crm.search", portal_id=ALDER, object_type="contacts")

    second = contacts.sync(first.state)
    third = contacts.sync(second.state)

    live = {str(record.id) for record in created[30:]}
    assert {row["id"] for row in second.rows("contacts", archived=False)} >= live
    assert {row["id"] for row in third.rows("contacts", archived=True)} == {
        str(record.id) for record in created[:15]
    }


def test_a_window_that_fills_up_while_it_is_paged_is_read_completely(
    contacts: Harness, simulator: Simulator
) -> None:
    first = contacts.sync()
    moment = NOON + timedelta(minutes=10)
    simulator.world.bulk_create(ALDER, "contacts", 300, at=moment)
    contacts.pass_time(hours=1)
    # The index shows late what a bulk job did at that millisecond.
    simulator.faults.when(
        lambda: simulator.world.bulk_create(ALDER, "contacts", 10_001, at=moment),
        nth=2,
        route="crm.search",
        portal_id=ALDER,
        object_type="contacts",
    )

    second = contacts.sync(first.state)

    assert second.error is None
    assert len(new_contacts(simulator, second)) == 10_301
    assert simulator.requests.count(route="crm.search", status=400) == 0


def test_a_record_that_vanishes_between_search_and_read_is_no_error(
    contacts: Harness, simulator: Simulator
) -> None:
    first = contacts.sync()
    gone, stays = simulator.world.bulk_create(ALDER, "contacts", 2, at=NOON + timedelta(minutes=1))
    contacts.pass_time(hours=1)
    simulator.faults.when(
        lambda: simulator.world.archive(ALDER, "contacts", gone.id),
        route="crm.batch_read",
        portal_id=ALDER,
        object_type="contacts",
    )

    second = contacts.sync(first.state)
    third = contacts.sync(second.state)

    assert [row["id"] for row in second.rows("contacts")] == [str(stays.id)]
    assert [(row["id"], row["archived"]) for row in third.rows("contacts")] == [(str(gone.id), True)]


def test_contacts_are_searched_by_the_property_that_is_filled(
    contacts: Harness, simulator: Simulator
) -> None:
    first = contacts.sync()
    contacts.pass_time(hours=1)
    simulator.requests.clear()

    contacts.sync(first.state | {})

    filters = [
        entry.json["filterGroups"][0]["filters"]
        for entry in simulator.requests.where(route="crm.search")
        if entry.json["filterGroups"]
    ]
    assert filters
    assert {each["propertyName"] for group in filters for each in group} == {"lastmodifieddate"}


def found(*ids: int, total: int | None = None, after: str | None = None) -> dict[str, Any]:
    rows = [{"id": str(record_id), "properties": {"hs_lastmodifieddate": "1000"}} for record_id in ids]
    paging = {"paging": {"next": {"after": after}}} if after else {}
    return {"total": len(ids) if total is None else total, "results": rows, **paging}


def test_the_page_that_told_the_total_is_not_asked_for_again(
    hubspot: Callable[..., Hubspot], answer: Answer
) -> None:
    script = hubspot(answer(found(1, 2)))
    search, window = ChangeSearch(script.client, COMPANIES), Window(0, 2000)

    assert search.total(window) == 2
    assert search.drain(window) == ["1", "2"]


@pytest.mark.parametrize("later_total", [200, 202])
def test_a_window_whose_total_changes_while_it_is_paged_is_not_trusted(
    hubspot: Callable[..., Hubspot], answer: Answer, later_total: int
) -> None:
    pages = found(*range(1, 201), total=201, after="200"), found(201, total=later_total)

    assert ChangeSearch(hubspot(*map(answer, pages)).client, COMPANIES).drain(Window(0, 2000)) is None


def test_a_window_that_lists_fewer_rows_than_it_counts_is_cut_smaller(
    hubspot: Callable[..., Hubspot], answer: Answer
) -> None:
    script = hubspot(answer(found(1, total=300, after="200")), answer(found(1, total=300)))

    assert ChangeSearch(script.client, COMPANIES).drain(Window(0, 2000)) is None


def test_a_row_that_comes_twice_means_that_another_may_be_missing(
    hubspot: Callable[..., Hubspot], answer: Answer
) -> None:
    pages = found(*range(1, 201), total=201, after="200"), found(200, 777, total=201)

    assert ChangeSearch(hubspot(*map(answer, pages)).client, COMPANIES).drain(Window(0, 2000)) is None


def test_a_short_page_is_read_again_and_then_taken_with_a_warning(
    hubspot: Callable[..., Hubspot], answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    script = hubspot(*[answer(found(1, total=2))] * 4)

    assert ChangeSearch(script.client, COMPANIES).drain(Window(0, 2000)) == ["1"]
    assert "search counts 2 records in a window but lists 1" in caplog.text


def test_a_short_page_that_heals_is_complete(hubspot: Callable[..., Hubspot], answer: Answer) -> None:
    script = hubspot(answer(found(1, total=2)), answer(found(1, 2)))

    assert ChangeSearch(script.client, COMPANIES).drain(Window(0, 2000)) == ["1", "2"]


def test_rows_outside_the_window_are_dropped(hubspot: Callable[..., Hubspot], answer: Answer) -> None:
    page = found(1, 2, 3)
    page["results"][1]["properties"]["hs_lastmodifieddate"] = "1970-01-01T00:00:02.000Z"
    page["results"][2]["properties"] = {}

    script = hubspot(answer(page))

    assert ChangeSearch(script.client, COMPANIES).drain(Window(0, 2000)) == ["1", "3"]
