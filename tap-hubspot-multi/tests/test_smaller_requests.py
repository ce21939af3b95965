"""Where HubSpot breaks down over much at once, less is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_hubspot_multi.batch_read import BatchReader
from tap_hubspot_multi.exceptions import Overwhelmed
from tests.copied_tables import assert_equals_truth

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hubspot_simulator import Simulator

Hubspot = Any
Answer = Any
Harness = Any

ALDER = 11111111
TRIES = 6


def record(record_id: int, **properties: str) -> dict[str, Any]:
    return {"id": str(record_id), "properties": properties}


def test_a_batch_that_is_too_much_is_halved_by_ids(hubspot: Callable[..., Hubspot], answer: Answer) -> None:
    script = hubspot(
        *[answer(status=500)] * TRIES,
        answer({"results": [record(1), record(2)]}),
        answer({"results": [record(3), record(4)]}),
    )

    found = BatchReader(script.client, "companies", ["name"]).read(["1", "2", "3", "4"], archived=False)

    assert [raw["id"] for raw in found] == ["1", "2", "3", "4"]
    assert [[each["id"] for each in request.body["inputs"]] for request in script.requests[TRIES:]] == [
        ["1", "2"],
        ["3", "4"],
    ]


def test_one_record_that_is_too_much_is_read_in_parts(
    hubspot: Callable[..., Hubspot], answer: Answer
) -> None:
    names = [f"p{number}" for number in range(80)]
    script = hubspot(
        *[answer(status=524)] * TRIES,
        answer({"results": [record(1, p0="a")]}),
        answer({"results": [record(1, p40="b")]}),
    )

    [raw] = BatchReader(script.client, "companies", names).read(["1"], archived=False)

    assert raw["properties"] == {"p0": "a", "p40": "b"}
    assert [request.body["properties"] for request in script.requests[TRIES:]] == [names[:40], names[40:]]


def test_parts_are_asked_for_less_often_and_then_it_is_enough(
    hubspot: Callable[..., Hubspot], answer: Answer
) -> None:
    script = hubspot(*[answer(status=500)] * 20)

    with pytest.raises(Overwhelmed, match="status 500"):
        BatchReader(script.client, "companies", ["name"]).read(["1", "2", "3", "4"], archived=False)

    assert [len(request.body["inputs"]) for request in script.requests] == [4] * TRIES + [2] * 2 + [1] * 2


@pytest.mark.parametrize("trouble", ["reset", "locked", "come back in two hours"])
def test_what_has_nothing_to_do_with_size_is_not_split(
    hubspot: Callable[..., Hubspot], answer: Answer, no_answer: Exception, trouble: str
) -> None:
    answers = {
        "reset": no_answer,
        "locked": answer(status=423),
        "come back in two hours": answer(status=503, headers={"Retry-After": "7200"}),
    }
    script = hubspot(*[answers[trouble]] * 20)

    with pytest.raises(Exception, match="The next run goes on from here"):
        BatchReader(script.client, "companies", ["name"]).read(["1", "2"], archived=False)

    assert {len(request.body["inputs"]) for request in script.requests} == {2}


def test_a_list_goes_on_with_smaller_pages_and_with_large_ones_later(
    harness: Harness, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tap_hubspot_multi.strategies.crm_listing._PAGES_UNTIL_LARGER", 3)
    harness.config |= {"portals": {"include": [ALDER]}, "history_properties": {}}
    simulator.world.bulk_create(ALDER, "companies", 900)
    # The archive is one page; the second page of the live list is what HubSpot breaks down over, in halves too.
    simulator.faults.add(
        "502", portal_id=ALDER, route="crm.list", object_type="companies", skip=2, count=TRIES + 2
    )

    run = harness.sync(objects=["companies"])

    assert_equals_truth(simulator, [run], streams=["companies"], portals=[ALDER])
    sizes = [
        int(request.query["limit"])
        for request in simulator.requests.where(route="crm.list", object_type="companies", status=200)
        if request.query["archived"] == "false"
    ]
    assert sizes[:8] == [100, 25, 25, 25, 50, 50, 50, 100]
    [sync] = run.rows("portal_syncs", stream="companies")
    assert (sync["status"], sync["reason"]) == ("ok", None)
