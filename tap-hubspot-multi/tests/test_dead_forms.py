"""Forms that nobody fills in any more: asked seldom, and still without losing what comes in again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.form_submissions import asked, assert_all_submissions, form_named

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator

Harness = Any

ALDER, KESSLER = 11111111, 22222222
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def submissions(harness: Harness) -> Harness:
    """Only what was filled in, in both portals."""
    return harness.only("form_submissions")


def test_a_dead_form_is_polled_once_a_day(submissions: Harness, simulator: Simulator) -> None:
    dead, alive = form_named(simulator, "Trade fair raffle"), form_named(simulator, "Contact us")
    simulator.world.submit_form(ALDER, alive, {"email": "a@mail.example"})
    state = submissions.sync().state
    simulator.requests.clear()

    for _ in range(48):
        submissions.pass_time(hours=1)
        state = submissions.sync(state, full_read_days=0).state

    assert asked(simulator, dead) == 2
    assert asked(simulator, alive) == 48


def test_dead_forms_are_polled_at_different_times_of_the_day(
    submissions: Harness, simulator: Simulator
) -> None:
    state = submissions.sync().state
    hours = set()
    for name in range(20):
        long_ago = NOON - timedelta(days=200)
        simulator.world.add_form(ALDER, f"Old {name}", at=long_ago)
    old = [form["id"] for form in simulator.portal(ALDER).truth_of("forms") if form["name"].startswith("Old")]

    for hour in range(24):
        submissions.pass_time(hours=1)
        simulator.requests.clear()
        state = submissions.sync(state, full_read_days=0).state
        asked_now = [form_id for form_id in old if asked(simulator, form_id)]
        hours |= {(hour, form_id) for form_id in asked_now}

    assert len(hours) == len(old)
    assert len({hour for hour, _ in hours}) > 6


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(hours=7), timedelta(days=3)])
def test_a_form_that_wakes_up_loses_nothing(
    submissions: Harness, simulator: Simulator, step: timedelta
) -> None:
    dead = [form_named(simulator, "Trade fair raffle"), form_named(simulator, "Messe-Gewinnspiel", KESSLER)]
    runs = [submissions.sync()]

    for number in range(30):
        simulator.clock.advance(step.total_seconds())
        if number == 1:
            for portal_id, form_id in zip((ALDER, KESSLER), dead, strict=True):
                simulator.world.submit_form(portal_id, form_id, {"email": "awake@mail.example"})
                earlier = simulator.clock.now() - step / 2
                simulator.world.submit_form(portal_id, form_id, {"email": "first@mail.example"}, at=earlier)
        runs.append(submissions.sync(runs[-1].state, full_read_days=0, overlap_seconds=0))

    assert_all_submissions(simulator, *runs)


def test_a_form_that_wakes_up_is_asked_in_every_run(submissions: Harness, simulator: Simulator) -> None:
    dead = form_named(simulator, "Trade fair raffle")
    state = submissions.sync().state
    submissions.pass_time(hours=25)
    simulator.world.submit_form(ALDER, dead, {"email": "awake@mail.example"})
    submissions.pass_time(hours=25)
    state = submissions.sync(state, full_read_days=0).state
    simulator.requests.clear()

    for _ in range(3):
        submissions.pass_time(hours=1)
        state = submissions.sync(state, full_read_days=0).state

    assert asked(simulator, dead) == 3


def test_what_was_filled_in_just_before_a_form_was_archived_is_found(
    submissions: Harness, simulator: Simulator
) -> None:
    dead = form_named(simulator, "Trade fair raffle")
    first = submissions.sync()
    submissions.pass_time(hours=1)
    simulator.world.submit_form(ALDER, dead, {"email": "last@mail.example"})
    simulator.world.archive_form(ALDER, dead)
    submissions.pass_time(hours=25)

    assert_all_submissions(simulator, first, submissions.sync(first.state, full_read_days=0))


def test_a_form_archived_long_ago_waits_for_the_full_read(submissions: Harness, simulator: Simulator) -> None:
    [archived] = [form["id"] for form in simulator.portal(ALDER).truth_of("forms") if form["archived"]]
    state = submissions.sync().state
    simulator.requests.clear()
    submissions.pass_time(hours=25)

    state = submissions.sync(state).state

    assert asked(simulator, archived) == 0
    submissions.pass_time(days=7)
    submissions.sync(state)
    assert asked(simulator, archived) > 0
