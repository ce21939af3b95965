from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_hubspot_multi.associations import read_associations
from tap_hubspot_multi.exceptions import TransientExhausted

if TYPE_CHECKING:
    from collections.abc import Callable

Hubspot = Any
Answer = Any

PRIMARY = {"category": "HUBSPOT_DEFINED", "typeId": 1, "label": "Primary"}
PLAIN = {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None}


def result(
    from_id: str, *to_ids: object, after: str | None = None, types: tuple[dict[str, Any], ...] = (PLAIN,)
) -> dict[str, Any]:
    paging = {"paging": {"next": {"after": after}}} if after else {}
    associated = [{"toObjectId": to_id, "associationTypes": list(types)} for to_id in to_ids]
    return {"from": {"id": from_id}, "to": associated, **paging}


def none_found(from_id: str) -> dict[str, Any]:
    return {
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "context": {"fromObjectId": [from_id]},
    }


def test_a_207_that_says_some_have_none_is_success(hubspot: Callable[..., Hubspot], answer: Answer) -> None:
    script = hubspot(answer({"results": [result("2", "70")], "errors": [none_found("1")]}, status=207))

    found = read_associations(script.client, "contacts", "companies", ["1", "2"])

    assert [company["id"] for company in found["2"]] == ["70"]
    assert "1" not in found


def test_another_error_in_a_207_is_an_error(hubspot: Callable[..., Hubspot], answer: Answer) -> None:
    errors = [none_found("1"), {"category": "INTERNAL_ERROR"}]
    script = hubspot(answer({"results": [], "errors": errors}, status=207))

    with pytest.raises(TransientExhausted, match="INTERNAL_ERROR"):
        read_associations(script.client, "contacts", "companies", ["1", "2"])


def test_ids_are_text_even_when_hubspot_sends_numbers(
    hubspot: Callable[..., Hubspot], answer: Answer
) -> None:
    raw = {"from": {"id": 1}, "to": [{"toObjectId": 70, "associationTypes": [PLAIN]}]}
    script = hubspot(answer({"results": [raw]}))

    assert read_associations(script.client, "contacts", "companies", ["1"]) == {
        "1": [{"id": "70", "types": [{"category": "HUBSPOT_DEFINED", "type_id": 279, "label": None}]}]
    }


def test_all_types_of_a_pair_are_kept_and_each_once(hubspot: Callable[..., Hubspot], answer: Answer) -> None:
    script = hubspot(answer({"results": [result("1", "70", types=(PLAIN, PRIMARY, PLAIN))]}))

    [company] = read_associations(script.client, "contacts", "companies", ["1"])["1"]

    assert [kind["type_id"] for kind in company["types"]] == [1, 279]


def test_no_call_asks_for_more_than_a_thousand_records(
    hubspot: Callable[..., Hubspot], answer: Answer
) -> None:
    script = hubspot(*[answer({"results": []})] * 3)

    read_associations(script.client, "contacts", "companies", [str(number) for number in range(2500)])

    assert [len(request.body["inputs"]) for request in script.requests] == [1000, 1000, 500]


def test_a_record_with_many_associations_is_read_to_its_end(
    hubspot: Callable[..., Hubspot], answer: Answer
) -> None:
    script = hubspot(
        answer({"results": [result("1", "70", after="71"), result("2", "90")]}),
        answer({"results": [result("1", "71", after="72")]}),
        answer({"results": [result("1", "72")]}),
    )

    found = read_associations(script.client, "deals", "contacts", ["1", "2"])

    assert [contact["id"] for contact in found["1"]] == ["70", "71", "72"]
    assert [request.body["inputs"] for request in script.requests[1:]] == [
        [{"id": "1", "after": "71"}],
        [{"id": "1", "after": "72"}],
    ]
