"""Marketing e-mails: a list that loses some when asked for statistics, and statistics that go on moving."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tests.marketing_tables import assert_copied, expected_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any

ALDER, KESSLER = 11111111, 22222222
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def emails(harness: Harness) -> Harness:
    return harness.only("marketing_emails")


@pytest.fixture
def many(emails: Harness, simulator: Simulator) -> Harness:
    """The e-mails of one portal, with 250 more: three pages."""
    for number in range(250):
        email = simulator.world.add_email(ALDER, f"Number {number}", at=NOON - timedelta(days=300))
        if number % 9:
            simulator.world.send_email(ALDER, email.id, number, at=NOON - timedelta(days=number))
    emails.config |= {"portals": {"include": [ALDER]}}
    return emails


def assert_emails_copied(simulator: Simulator, *runs: Run, portal_ids: tuple[int, ...] = ()) -> None:
    assert_copied(simulator, runs, "marketing_emails", "id", portal_ids=portal_ids)


def sent(simulator: Simulator, *, days_ago: int) -> str:
    email = simulator.world.add_email(ALDER, "Sent", at=NOON - timedelta(days=days_ago + 1))
    simulator.world.send_email(ALDER, email.id, 100, at=NOON - timedelta(days=days_ago))
    return email.id


def test_a_backfill_has_every_email_with_its_statistics(emails: Harness, simulator: Simulator) -> None:
    run = emails.sync()

    assert_emails_copied(simulator, run)
    assert {row["archived"] for row in run.rows("marketing_emails")} == {True, False}
    assert simulator.requests.count(route="marketing.emails.get") > 0  # those that the list leaves out
    for sync in run.rows("portal_syncs"):
        live = [
            row for row in run.rows("marketing_emails", portal_id=sync["portal_id"]) if not row["archived"]
        ]
        assert (sync["mode"], sync["expected_total"]) == ("backfill", len(live))


def test_many_emails_are_paged(many: Harness, simulator: Simulator) -> None:
    assert_emails_copied(simulator, many.sync(), portal_ids=(ALDER,))


def test_the_design_of_an_email_is_left_out(emails: Harness) -> None:
    run = emails.sync()

    assert all("content" not in row["details"] for row in run.rows("marketing_emails"))


def test_what_happens_to_emails_is_right_after_the_next_run(emails: Harness, simulator: Simulator) -> None:
    world = simulator.world
    gone, renamed = sent(simulator, days_ago=200), sent(simulator, days_ago=200)
    first = emails.sync()
    emails.pass_time(hours=2)
    world.archive_email(ALDER, gone)
    world.update_email(ALDER, renamed, name="Renamed")
    draft = world.add_email(KESSLER, "New")
    world.send_email(KESSLER, draft.id, 50)
    world.add_email(KESSLER, "Draft")
    emails.pass_time(hours=2)

    second = emails.sync(first.state)

    assert_emails_copied(simulator, first, second)
    assert {sync["mode"] for sync in second.rows("portal_syncs")} == {"incremental"}


@pytest.mark.parametrize(("days_ago", "is_read"), [(1, True), (89, True), (95, False)])
def test_statistics_are_read_again_for_ninety_days(
    emails: Harness,
    simulator: Simulator,
    days_ago: int,
    is_read: bool,  # noqa: FBT001
) -> None:
    email_id = sent(simulator, days_ago=days_ago)
    first = emails.sync()
    emails.pass_time(hours=1)
    simulator.world.change_email_statistics(ALDER, email_id, {"open": 7})

    second = emails.sync(first.state)

    assert bool(second.rows("marketing_emails", id=email_id)) == is_read


def test_the_ninety_days_count_from_the_last_run(emails: Harness, simulator: Simulator) -> None:
    email_id = sent(simulator, days_ago=80)
    first = emails.sync(full_read_days=0)
    simulator.world.change_email_statistics(ALDER, email_id, {"open": 7})
    emails.pass_time(days=60)

    second = emails.sync(first.state, full_read_days=0)

    assert_emails_copied(simulator, first, second)


def test_an_automated_email_is_read_again_however_old_it_is(emails: Harness, simulator: Simulator) -> None:
    [old, *_] = [
        row["id"]
        for row in expected_rows(simulator, "marketing_emails", ALDER)
        if row["type"] == "AUTOMATED_EMAIL" and row["published_at"] < "2026-08"
    ]
    first = emails.sync()
    emails.pass_time(hours=1)
    simulator.world.change_email_statistics(ALDER, old, {"open": 7})

    assert_emails_copied(simulator, first, emails.sync(first.state))


def test_a_full_read_brings_old_statistics_and_proves_what_is_gone(
    emails: Harness, simulator: Simulator
) -> None:
    old, deleted = sent(simulator, days_ago=200), sent(simulator, days_ago=200)
    first = emails.sync()
    emails.pass_time(days=8)
    simulator.tick()
    simulator.world.change_email_statistics(ALDER, old, {"open": 7})
    simulator.world.delete_email(ALDER, deleted)

    second = emails.sync(first.state)

    assert_emails_copied(simulator, first, second)
    assert {sync["mode"] for sync in second.rows("portal_syncs")} == {"full"}


def test_an_email_that_is_archived_between_the_two_lists_is_right_after_the_next_run(
    emails: Harness, simulator: Simulator
) -> None:
    email_id = sent(simulator, days_ago=200)
    simulator.faults.when(
        partial(simulator.world.archive_email, ALDER, email_id),
        route="marketing.emails.list",
        portal_id=ALDER,
        nth=3,
    )
    first = emails.sync()
    emails.pass_time(minutes=5)

    assert_emails_copied(simulator, first, emails.sync(first.state))


def test_an_email_deleted_before_its_statistics_were_asked_for_is_left_out(
    emails: Harness, simulator: Simulator
) -> None:
    draft = simulator.world.add_email(ALDER, "Draft")
    simulator.faults.when(
        partial(simulator.world.delete_email, ALDER, draft.id),
        route="marketing.emails.list",
        portal_id=ALDER,
        nth=4,  # the archive twice, the live list once
    )

    run = emails.sync()

    assert simulator.requests.count(status=404) == 1
    assert_emails_copied(simulator, run)


@pytest.mark.parametrize("request_number", range(6, 60, 9))
def test_a_killed_backfill_goes_on_where_it_was(
    many: Harness, simulator: Simulator, kill: Callable[[int], None], request_number: int
) -> None:
    kill(-1)
    undisturbed = many.sync().rows("portal_syncs")[0]["requests"]
    kill(request_number)
    killed = many.sync()
    kill(-1)

    resumed = many.sync(killed.state_of_the_killed)

    assert_emails_copied(simulator, killed, resumed, portal_ids=(ALDER,))
    pages_done = len(killed.rows("marketing_emails")) // 90
    assert resumed.rows("portal_syncs")[0]["requests"] <= undisturbed - 10 * pages_done


def test_an_unmoved_account_costs_one_look_at_the_lists_a_run(many: Harness, simulator: Simulator) -> None:
    first = many.sync()
    many.pass_time(days=100)
    second = many.sync(first.state, full_read_days=0)
    simulator.requests.clear()
    many.pass_time(hours=1)

    third = many.sync(second.state, full_read_days=0)

    automated = {row["id"] for row in third.rows("marketing_emails")}
    assert {row["type"] for row in third.rows("marketing_emails")} <= {"AUTOMATED_EMAIL"}
    assert simulator.requests.count(route="marketing.emails.*") <= 4 + 3 + len(automated)


@pytest.mark.parametrize("wording", ["403-scopes", "403-text"])
def test_emails_that_may_not_be_read_are_skipped(emails: Harness, simulator: Simulator, wording: str) -> None:
    simulator.faults.add(wording, route="marketing.*", portal_id=ALDER, count=None)

    run = emails.sync()

    [sync] = run.rows("portal_syncs", portal_id=ALDER)
    assert sync["status"] == "skipped"
    assert run.rows("marketing_emails", portal_id=KESSLER)


def test_emails_last_changed_before_the_start_date_are_left_out(
    emails: Harness, simulator: Simulator
) -> None:
    run = emails.sync(start_date="2026-09-01")

    rows = expected_rows(simulator, "marketing_emails")
    expected = {row["id"] for row in rows if row["updated_at"] >= "2026-09-01"}
    assert {row["id"] for row in run.rows("marketing_emails")} == expected
    assert 0 < len(expected) < len(rows)
