from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_multi.crm import CRM_OBJECTS
from tap_hubspot_multi.object_reader import ObjectReader

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

Hubspot = Any
Answer = Any

COMPANIES = CRM_OBJECTS[1]


def record(record_id: int, **properties: str) -> dict[str, Any]:
    return {"id": str(record_id), "properties": properties}


def reader(script: Hubspot, *names: str) -> ObjectReader:
    return ObjectReader(script.client, COMPANIES, portal_id=1, properties=names, clock=script.clock)


def test_many_properties_are_read_in_parts_and_put_together(
    hubspot: Callable[..., Hubspot], answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tap_hubspot_multi.batch_read.PROPERTIES_PER_READ", 2)
    script = hubspot(
        answer({"results": [record(2, a="1", b="2"), record(1, a="3", b="4")]}),
        answer({"results": [record(1, c="5"), record(2, c="6")]}),
    )

    rows = {row["id"]: row["properties"] for row in reader(script, "a", "b", "c").read(["1", "2"])}

    assert rows == {"1": {"a": "3", "b": "4", "c": "5"}, "2": {"a": "1", "b": "2", "c": "6"}}
    assert [request.body["properties"] for request in script.requests] == [["a", "b"], ["c"]]


def test_a_record_that_vanishes_between_two_parts_is_left_out(
    hubspot: Callable[..., Hubspot], answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tap_hubspot_multi.batch_read.PROPERTIES_PER_READ", 1)
    script = hubspot(
        answer({"results": [record(1, a="1"), record(2, a="1")]}), answer({"results": [record(2, b="2")]})
    )

    assert [row["id"] for row in reader(script, "a", "b").read(["1", "2"])] == ["2"]


def test_no_call_asks_for_more_than_a_hundred_records(
    hubspot: Callable[..., Hubspot], answer: Answer
) -> None:
    script = hubspot(*[answer({"results": []})] * 3)

    reader(script, "a").read([str(number) for number in range(250)])

    assert [len(request.body["inputs"]) for request in script.requests] == [100, 100, 50]


def test_two_ids_that_were_merged_are_one_row(hubspot: Callable[..., Hubspot], answer: Answer) -> None:
    script = hubspot(answer({"results": [record(9, a="1")]}), answer({"results": [record(9, a="1")]}))

    rows = reader(script, "a").read([str(number) for number in range(101)])

    assert [row["id"] for row in rows] == ["9"]
