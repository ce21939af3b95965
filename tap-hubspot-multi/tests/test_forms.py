"""Forms and what was filled into them: newest first, without a since, in a list that shifts while it is read."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tests.form_submissions import asked, assert_all_submissions, content, form_named
from tests.marketing_tables import assert_copied, copied_rows, expected_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any

ALDER, KESSLER = 11111111, 22222222  # the one names its submissions, the other does not
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def forms(harness: Harness) -> Harness:
    return harness.only("forms", "form_submissions")


@pytest.fixture
def submissions(harness: Harness) -> Harness:
    """Only what was filled in, in both portals."""
    return harness.only("form_submissions")


def test_forms_of_every_type_are_read_archived_ones_too(forms: Harness, simulator: Simulator) -> None:
    run = forms.sync()

    assert_copied(simulator, [run], "forms", "id")
    assert {row["form_type"] for row in run.rows("forms")} == {"hubspot", "captured", "flow", "blog_comment"}
    assert {row["archived"] for row in run.rows("forms")} == {True, False}


def test_a_deleted_form_is_proved_gone(forms: Harness, simulator: Simulator) -> None:
    first = forms.sync()
    simulator.world.delete_form(ALDER, form_named(simulator, "Contact us"))
    forms.pass_time(hours=1)

    second = forms.sync(first.state, full_read_days=7)

    assert_copied(simulator, [first, second], "forms", "id")


def test_a_backfill_reads_every_submission_of_live_and_archived_forms(
    submissions: Harness, simulator: Simulator
) -> None:
    run = submissions.sync()

    assert run.error is None
    assert_all_submissions(simulator, run)
    assert {sync["status"] for sync in run.rows("portal_syncs")} == {"ok"}
    archived = [form["id"] for form in simulator.portal(ALDER).truth_of("forms") if form["archived"]]
    assert {row["form_id"] for row in run.rows("form_submissions")} & set(archived)


def test_comments_of_a_blog_are_not_even_asked_for(submissions: Harness, simulator: Simulator) -> None:
    submissions.sync()

    assert asked(simulator, form_named(simulator, "Blog comments")) == 0
    assert simulator.requests.count(status=400) == 0


def test_a_form_whose_submissions_are_never_given_is_left_out(
    submissions: Harness, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tap_hubspot_multi.strategies.form_submissions._NEVER_GIVEN", frozenset())

    run = submissions.sync()

    assert simulator.requests.count(status=400) == 2
    assert_all_submissions(simulator, run)


def test_a_form_that_is_deleted_after_it_was_listed_is_left_out(
    submissions: Harness, simulator: Simulator
) -> None:
    form_id = form_named(simulator, "Newsletter sign-up")
    simulator.faults.when(
        partial(simulator.world.delete_form, ALDER, form_id), route="forms.submissions", portal_id=ALDER
    )

    run = submissions.sync()

    assert simulator.requests.count(status=404) == 1
    assert_all_submissions(simulator, run)
    assert {sync["status"] for sync in run.rows("portal_syncs")} == {"ok"}


def test_the_next_run_reads_only_as_far_back_as_the_last_pass(
    submissions: Harness, simulator: Simulator
) -> None:
    first = submissions.sync()
    submissions.pass_time(hours=2)
    for portal_id in (ALDER, KESSLER):
        simulator.tick()
        form = simulator.world.add_form(portal_id, "Brand new")
        simulator.world.submit_form(portal_id, form.id, {"email": "new@mail.example"})
    submissions.pass_time(minutes=1)
    simulator.requests.clear()

    second = submissions.sync(first.state)

    assert_all_submissions(simulator, first, second)
    assert len(second.rows("form_submissions")) < 20
    pages = simulator.requests.count(route="forms.submissions")
    assert pages <= sum(len(list(simulator.portal(each).truth_of("forms"))) for each in (ALDER, KESSLER))
    for sync in second.rows("portal_syncs"):
        assert (sync["mode"], sync["window_to"]) == ("incremental", sync["started_at"])


def test_a_late_submission_within_the_overlap_is_found(submissions: Harness, simulator: Simulator) -> None:
    first = submissions.sync()
    form_id = form_named(simulator, "Contact us")
    simulator.world.submit_form(
        ALDER, form_id, {"email": "late@mail.example"}, at=NOON - timedelta(minutes=50)
    )
    submissions.pass_time(hours=1)

    assert_all_submissions(simulator, first, submissions.sync(first.state, overlap_seconds=3600))


@pytest.mark.parametrize("new", [1, 2, 50, 51, 120])
@pytest.mark.parametrize("portal_id", [ALDER, KESSLER])
def test_submissions_that_come_in_while_paging_shift_nothing_out_of_sight(
    submissions: Harness, simulator: Simulator, new: int, portal_id: int
) -> None:
    form = simulator.world.add_form(portal_id, "Busy")
    for minute in range(130):
        at = NOON - timedelta(minutes=minute)
        simulator.world.submit_form(portal_id, form.id, {"email": f"{minute}@mail.example"}, at=at)

    def rush() -> None:
        for number in range(new):
            simulator.world.submit_form(portal_id, form.id, {"email": f"rush-{number}@mail.example"})

    simulator.faults.when(
        rush, route="forms.submissions", portal_id=portal_id, nth=_second_page(simulator, form.id)
    )
    first = submissions.sync()
    submissions.pass_time(minutes=5)

    assert_all_submissions(simulator, first, submissions.sync(first.state))


def _second_page(simulator: Simulator, form_id: str) -> int:
    """Which request for submissions of the portal is the one for a form's second page, in a backfill."""
    portal = next(
        portal for portal in simulator.world.portals.values() if form_id in portal.marketing.forms.forms
    )
    pages = {
        str(form["id"]): max(1, -(-len(portal.marketing.forms.newest_first(form["id"])) // 50))
        for form in portal.truth_of("forms")
        if form["formType"] != "blog_comment"
    }
    return sum(number for each, number in pages.items() if each < form_id) + 2


@pytest.mark.parametrize("twins", [2, 3, 51, 101])
def test_twins_without_an_id_remain_as_many_as_they_are(
    submissions: Harness, simulator: Simulator, twins: int
) -> None:
    form = simulator.world.add_form(KESSLER, "Double click")
    for number in range(49):  # so that the twins lie across two pages
        at = NOON + timedelta(seconds=number + 1)
        simulator.world.submit_form(KESSLER, form.id, {"email": f"{number}@mail.example"}, at=at)
    for _ in range(twins):
        simulator.world.submit_form(KESSLER, form.id, {"email": "twin@mail.example"})

    first = submissions.sync()
    again = submissions.sync()

    assert_all_submissions(simulator, first)
    assert_all_submissions(simulator, first, again)


def test_a_shift_makes_no_twins(submissions: Harness, simulator: Simulator) -> None:
    form = simulator.world.add_form(KESSLER, "Busy")
    for minute in range(60):
        at = NOON - timedelta(minutes=minute)
        simulator.world.submit_form(KESSLER, form.id, {"email": f"{minute}@mail.example"}, at=at)
    simulator.faults.when(
        partial(simulator.world.submit_form, KESSLER, form.id, {"email": "new@mail.example"}),
        route="forms.submissions",
        portal_id=KESSLER,
        nth=_second_page(simulator, form.id),
    )

    run = submissions.sync()

    ids = {row["id"] for row in run.rows("form_submissions", form_id=form.id)}
    assert len(ids) == 60
    assert not any("-" in row_id for row_id in ids)


def test_a_full_read_proves_what_is_gone(submissions: Harness, simulator: Simulator) -> None:
    first = submissions.sync()
    simulator.world.delete_form(ALDER, form_named(simulator, "Contact us"))
    submissions.pass_time(days=8)
    simulator.tick()
    submissions.pass_time(minutes=1)

    second = submissions.sync(first.state)

    assert_all_submissions(simulator, first, second)
    assert {sync["mode"] for sync in second.rows("portal_syncs")} == {"full"}


@pytest.mark.parametrize("request_number", range(4, 20, 3))
def test_a_killed_backfill_goes_on_with_the_next_form(
    submissions: Harness, simulator: Simulator, kill: Callable[[int], None], request_number: int
) -> None:
    submissions.config |= {"portals": {"include": [ALDER]}}
    for name in ("Contact us", "Newsletter sign-up"):
        form_id = form_named(simulator, name)
        for minute in range(250):
            at = NOON - timedelta(minutes=minute)
            simulator.world.submit_form(ALDER, form_id, {"email": f"{minute}@mail.example"}, at=at)
    kill(-1)
    undisturbed = submissions.sync().rows("portal_syncs")[0]["requests"]
    simulator.requests.clear()
    kill(request_number)
    killed = submissions.sync()
    before = simulator.requests.count(route="forms.submissions")
    kill(-1)
    simulator.tick()
    submissions.pass_time(minutes=1)

    resumed = submissions.sync(killed.state_of_the_killed)
    after = submissions.sync(resumed.state)

    rows = copied_rows([killed, resumed, after], "form_submissions", "portal_id", "form_id", "id")
    expected = [row for row in expected_rows(simulator, "form_submissions") if row["portal_id"] == ALDER]
    assert sorted(map(content, rows)) == sorted(map(content, expected))
    [sync] = resumed.rows("portal_syncs")
    assert (sync["mode"], sync["status"]) == ("backfill", "ok")
    # Only the form that was under way is read again: it has at most six pages, and a seventh since.
    assert sync["requests"] <= undisturbed - before + 7


def test_a_failure_amid_the_forms_loses_nothing(submissions: Harness, simulator: Simulator) -> None:
    first = submissions.sync()
    submissions.pass_time(hours=1)
    for name in ("Contact us", "Newsletter sign-up"):
        simulator.world.submit_form(ALDER, form_named(simulator, name), {"email": "a@mail.example"})
    submissions.pass_time(hours=5)
    simulator.faults.add("500", route="forms.submissions", portal_id=ALDER, skip=1, count=6)

    failed = submissions.sync(first.state, overlap_seconds=0)

    [sync] = failed.rows("portal_syncs", portal_id=ALDER)
    assert "is left out for now" in sync["reason"]
    assert len(_partition(failed, ALDER)["unread"]) == 1
    assert "unread" not in _partition(failed, KESSLER)
    assert_all_submissions(simulator, first, failed, submissions.sync(failed.state, overlap_seconds=0))


def _partition(run: Run, portal_id: int) -> dict[str, Any]:
    partitions = run.state["bookmarks"]["form_submissions"]["partitions"]
    return next(each for each in partitions if each["context"] == {"portal_id": portal_id})


def test_the_bookmark_names_only_forms_that_are_in_use(submissions: Harness, simulator: Simulator) -> None:
    alive = form_named(simulator, "Contact us")
    simulator.world.submit_form(ALDER, alive, {"email": "a@mail.example"})

    partition = _partition(submissions.sync(), ALDER)

    assert partition.keys() == {
        "context",
        "saved_ms",
        "modified_until",
        "full_read_at",
        "last_submissions",
    }
    assert partition["modified_until"] == partition["full_read_at"] == "2026-11-22T12:00:00.000Z"
    assert partition["last_submissions"][alive] == "2026-11-22"
    assert form_named(simulator, "Trade fair raffle") not in partition["last_submissions"]


def test_submissions_before_the_start_date_are_left_out(submissions: Harness, simulator: Simulator) -> None:
    run = submissions.sync(start_date="2026-10-01")

    expected = [
        content(row)
        for row in expected_rows(simulator, "form_submissions")
        if row["submitted_at"] >= "2026-10-01"
    ]
    assert Counter(map(content, run.rows("form_submissions"))) == Counter(expected)


@pytest.mark.parametrize("wording", ["403-scopes", "403-text"])
def test_forms_that_may_not_be_read_are_skipped(forms: Harness, simulator: Simulator, wording: str) -> None:
    simulator.faults.add(wording, route="forms.*", portal_id=ALDER, count=None)

    run = forms.sync()

    assert run.error is None
    syncs = run.rows("portal_syncs", portal_id=ALDER)
    assert {sync["stream"]: sync["status"] for sync in syncs} == {
        "forms": "skipped",
        "form_submissions": "skipped",
    }
    assert all("granted scopes" in sync["reason"] for sync in syncs)
    assert run.rows("forms", portal_id=KESSLER)
