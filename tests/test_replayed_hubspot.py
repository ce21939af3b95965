"""The HubSpot that the benchmarks replay answers as the simulated one does."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from starlette.testclient import TestClient

from benchmarks.engine import worlds
from benchmarks.replay.answers import Answers, UnknownPathError
from tests.hubspot_simulator import Simulator, create_app

if TYPE_CHECKING:
    from collections.abc import Mapping

LIST = "/crm/objects/2026-09/contacts"
PROPERTIES = "/crm/properties/2026-09/contacts?archived=false&dataSensitivity=non_sensitive"


def ask(answers: Answers, target: str, body: object = None) -> dict[str, Any]:
    method = "GET" if body is None else "POST"
    packed = answers.body(method, target, msgspec.json.encode(body), 1)
    return msgspec.json.decode(gzip.decompress(packed), type=dict[str, Any])


@pytest.fixture(scope="module")
def simulated() -> tuple[TestClient, Mapping[str, str]]:
    simulator = Simulator(worlds.crm_only(1, contacts=150, companies=10), anchor=worlds.anchor())
    (token,) = worlds.tokens(simulator)
    return TestClient(create_app(simulator)), {"authorization": f"Bearer {token}"}


@pytest.mark.parametrize("target", [f"{LIST}?limit=100&properties=createdate", PROPERTIES])
def test_a_replayed_answer_has_the_shape_of_a_simulated_one(
    simulated: tuple[TestClient, Mapping[str, str]], target: str
) -> None:
    client, headers = simulated
    real, replayed = client.get(target, headers=headers).json(), ask(Answers({"contacts": 150}), target)
    assert replayed.keys() == real.keys()
    assert replayed["results"][0].keys() == real["results"][0].keys()


def test_associations_have_the_shape_of_simulated_ones(
    simulated: tuple[TestClient, Mapping[str, str]],
) -> None:
    client, headers = simulated
    target = "/crm/associations/2026-09/contacts/companies/batch/read"
    ids = [each["id"] for each in client.get(f"{LIST}?limit=100", headers=headers).json()["results"]]
    real = client.post(target, headers=headers, json={"inputs": [{"id": each} for each in ids]}).json()
    replayed = ask(Answers({}), target, {"inputs": [{"id": "1"}]})
    assert replayed["results"][0].keys() == real["results"][0].keys()
    assert replayed["results"][0]["to"][0].keys() == real["results"][0]["to"][0].keys()


def test_a_replayed_list_shows_each_record_once() -> None:
    answers, after, seen = Answers({"contacts": 250}), "0", list[str]()
    while True:
        page = ask(answers, f"{LIST}?limit=100&after={after}")
        seen += [each["id"] for each in page["results"]]
        if "paging" not in page:
            break
        after = page["paging"]["next"]["after"]
    assert len(seen) == len(set(seen)) == 250


def test_a_replayed_record_has_30_of_100_properties() -> None:
    answers = Answers({"contacts": 1})
    names = ",".join(each["name"] for each in ask(answers, PROPERTIES)["results"])
    values = ask(answers, f"{LIST}?properties={names}")["results"][0]["properties"].values()
    assert (len(values), sum(value is not None for value in values)) == (100, 30)


def test_a_replayed_search_counts_what_its_filters_let_through() -> None:
    answers = Answers({"contacts": 250})
    ids = [each["id"] for each in ask(answers, f"{LIST}?limit=100")["results"]]
    between = [
        {"propertyName": "hs_object_id", "operator": "GTE", "value": ids[10]},
        {"propertyName": "hs_object_id", "operator": "LT", "value": ids[20]},
    ]
    found = ask(answers, f"{LIST}/search", {"filterGroups": [{"filters": between}], "limit": 4})
    assert (found["total"], [each["id"] for each in found["results"]]) == (10, ids[10:14])


def test_a_path_that_nobody_asks_for_is_refused() -> None:
    with pytest.raises(UnknownPathError):
        ask(Answers({}), "/oauth/v1/token")
