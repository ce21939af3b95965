from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.simulator.support import US, ids_of

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator
    from tests.simulator.support import Api


@pytest.mark.parametrize(("number", "status"), [(100, 200), (101, 400), (0, 400)])
def test_at_most_100_ids_are_read_at_once(simulator: Simulator, api: Api, number: int, status: int) -> None:
    made = simulator.world.bulk_create(US, "deals", max(number, 1))

    assert api.batch_read("deals", [deal.id for deal in made][:number]).status_code == status


@pytest.mark.parametrize(("number", "status"), [(50, 200), (51, 400)])
def test_with_history_at_most_50_ids(simulator: Simulator, api: Api, number: int, status: int) -> None:
    made = simulator.world.bulk_create(US, "deals", number)

    answer = api.batch_read("deals", [deal.id for deal in made], propertiesWithHistory=["dealstage"])

    assert answer.status_code == status


def test_results_are_in_no_order_and_each_comes_once(api: Api) -> None:
    ids = api.portal.objects["contacts"].live_ids

    read = ids_of(api.batch_read("contacts", [*ids, *ids[:5]]).json()["results"])

    assert read != ids
    assert sorted(read) == ids


def test_missing_ids_make_it_a_207_that_names_them(api: Api) -> None:
    known = api.portal.objects["contacts"].live_ids[0]

    answer = api.batch_read("contacts", [known, 1, "x"])
    body = answer.json()

    assert answer.status_code == 207
    assert ids_of(body["results"]) == [known]
    assert body["numErrors"] == 1
    assert (body["errors"][0]["category"], body["errors"][0]["context"]) == (
        "OBJECT_NOT_FOUND",
        {"ids": ["1", "x"]},
    )


def test_the_id_of_a_record_that_was_merged_away_answers_the_winner_once(
    simulator: Simulator, api: Api
) -> None:
    first, second = simulator.world.bulk_create(US, "contacts", 2)
    winner = simulator.world.merge(US, "contacts", first.id, second.id)

    answer = api.batch_read("contacts", [first.id, second.id, winner.id])

    assert (answer.status_code, ids_of(answer.json()["results"])) == (200, [winner.id])


def test_archived_records_are_read_only_when_asked_for(simulator: Simulator, api: Api) -> None:
    record = simulator.world.create(US, "contacts", {})
    simulator.world.archive(US, "contacts", record.id)
    body = {"inputs": [{"id": str(record.id)}]}

    assert api.batch_read("contacts", [record.id]).status_code == 207
    asked = api.post("/crm/objects/2026-09/contacts/batch/read?archived=true", body)
    assert (asked.status_code, ids_of(asked.json()["results"])) == (200, [record.id])


def test_more_than_1000_properties_end_in_a_500(api: Api) -> None:
    known = api.portal.objects["contacts"].live_ids[:1]

    assert api.batch_read("contacts", known, properties=["email"] * 1_000).status_code == 200
    assert api.batch_read("contacts", known, properties=["email"] * 1_001).status_code == 500


def test_contacts_can_be_read_by_email(api: Api) -> None:
    record = next(iter(api.portal.objects["contacts"]))

    answer = api.batch_read("contacts", [record.properties["email"]], idProperty="email")

    assert ids_of(answer.json()["results"]) == [record.id]


def test_a_property_that_is_not_unique_cannot_stand_for_the_id(api: Api) -> None:
    assert api.batch_read("contacts", ["Berlin"], idProperty="city").status_code == 400


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"inputs": [1]}'])
def test_a_malformed_body_answers_400(api: Api, body: bytes) -> None:
    answer = api.client.post(
        "/crm/objects/2026-09/contacts/batch/read",
        content=body,
        headers={"Authorization": f"Bearer {api.token}"},
    )

    assert answer.status_code == 400
