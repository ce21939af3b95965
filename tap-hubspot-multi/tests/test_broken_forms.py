"""A form that HubSpot cannot read does not stop the other forms of its portal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.hubspot_simulator.errors import HubSpotError, error_body
from tests.marketing_tables import copied_rows, expected_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any

ALDER = 11111111


@pytest.fixture
def submissions(harness: Harness) -> Harness:
    """Only what was filled in, in the portal that names its submissions."""
    harness.config["portals"] = {"include": [ALDER]}
    return harness.only("form_submissions")


def ids(rows: Iterable[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(row["form_id"], row["id"]) for row in rows}


def expected(simulator: Simulator) -> set[tuple[str, str]]:
    return ids(expected_rows(simulator, "form_submissions", ALDER))


def copied(*runs: Run) -> set[tuple[str, str]]:
    return ids(copied_rows(runs, "form_submissions", "portal_id", "form_id", "id"))


def a_form_in_use(simulator: Simulator) -> str:
    submitted = list(simulator.portal(ALDER).truth_of("form_submissions"))
    return str(max(submitted, key=lambda raw: raw["submittedAt"])["formId"])


@pytest.fixture
def broken(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Ids of forms whose submissions HubSpot answers with a 500, for as long as they are in here."""
    broken = set[str]()
    book = simulator.portal(ALDER).marketing.forms
    newest_first = book.newest_first

    def newest_first_or_error(form_id: str) -> Any:  # noqa: ANN401 - hands on what it gets
        if form_id in broken:
            raise HubSpotError(500, error_body("INTERNAL_ERROR", "internal error"))
        return newest_first(form_id)

    monkeypatch.setattr(book, "newest_first", newest_first_or_error)
    return broken


def test_in_a_backfill_it_is_left_out_named_and_read_whole_when_it_can_be(
    submissions: Harness, simulator: Simulator, broken: set[str]
) -> None:
    form_id = a_form_in_use(simulator)
    broken.add(form_id)

    first = submissions.sync()

    [sync] = first.rows("portal_syncs")
    assert (sync["status"], sync["window_from"]) == ("ok", None)
    assert f"form {form_id} is left out for now" in sync["reason"]
    broken.clear()
    assert copied(first) == {key for key in expected(simulator) if key[0] != form_id}

    submissions.pass_time(hours=1)
    second = submissions.sync(first.state)

    assert copied(first, second) == expected(simulator)
    assert "unread" not in second.state["bookmarks"]["form_submissions"]["partitions"][0]


def test_in_between_it_is_asked_back_to_where_it_was_read_last(
    submissions: Harness, simulator: Simulator, broken: set[str]
) -> None:
    form_id = a_form_in_use(simulator)
    runs = [submissions.sync()]
    submissions.pass_time(hours=1)
    simulator.world.submit_form(ALDER, form_id, {"email": "while.broken@example.com"})
    broken.add(form_id)
    for _ in range(6):
        submissions.pass_time(hours=1)
        runs.append(submissions.sync(runs[-1].state))
    broken.clear()
    assert copied(*runs) != expected(simulator)

    runs.append(submissions.sync(runs[-1].state))

    assert copied(*runs) == expected(simulator)
    assert len(runs[-1].rows("form_submissions")) < 10


def test_in_a_full_read_nothing_counts_as_gone_because_of_it(
    submissions: Harness, simulator: Simulator, broken: set[str]
) -> None:
    form_id = a_form_in_use(simulator)
    first = submissions.sync()
    broken.add(form_id)
    submissions.pass_time(days=8)

    second = submissions.sync(first.state)

    [sync] = second.rows("portal_syncs")
    assert (sync["mode"], sync["window_from"]) == ("full", None)
    broken.clear()
    assert copied(first, second) == expected(simulator)


def test_several_in_a_row_are_hubspots_trouble_and_end_the_stream_where_it_was(
    submissions: Harness, simulator: Simulator, broken: set[str]
) -> None:
    first = submissions.sync()
    broken |= {str(form["id"]) for form in simulator.portal(ALDER).truth_of("forms")}
    submissions.pass_time(hours=25)

    second = submissions.sync(first.state)

    [sync] = second.rows("portal_syncs")
    assert sync["status"] == "failed"
    bookmarks = [run.state["bookmarks"]["form_submissions"]["partitions"] for run in (first, second)]
    assert bookmarks[0] == bookmarks[1]
