"""Campaigns, and what was spent on them: one request a campaign, and items that leave no trace when they go."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tests.marketing_tables import assert_copied, expected_rows

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any

ALDER, KESSLER = 11111111, 22222222  # the second one's subscription has no campaigns


@pytest.fixture
def campaigns(harness: Harness) -> Harness:
    return harness.only("campaigns", "campaign_spend_items")


def assert_campaigns_copied(simulator: Simulator, *runs: Run) -> None:
    assert_copied(simulator, runs, "campaigns", "id", portal_ids=[ALDER])
    assert_copied(simulator, runs, "campaign_spend_items", "campaign_id", "id", portal_ids=[ALDER])


def with_spend(simulator: Simulator) -> tuple[str, str]:
    """A campaign and the first of its spend items."""
    row = next(iter(expected_rows(simulator, "campaign_spend_items", ALDER)))
    return row["campaign_id"], row["id"]


def statuses(run: Run, portal_id: int = ALDER) -> dict[str, str]:
    return {sync["stream"]: sync["status"] for sync in run.rows("portal_syncs", portal_id=portal_id)}


def test_campaigns_and_what_they_cost_are_read_whole(campaigns: Harness, simulator: Simulator) -> None:
    run = campaigns.sync()

    assert_campaigns_copied(simulator, run)
    [sync] = run.rows("portal_syncs", portal_id=ALDER, stream="campaigns")
    assert sync["expected_total"] == len(run.rows("campaigns"))
    currencies = {row["id"]: row["currency_code"] for row in run.rows("campaigns")}
    items = run.rows("campaign_spend_items")
    assert all(item["currency_code"] == currencies[item["campaign_id"]] for item in items)


def test_money_and_days_are_text(campaigns: Harness) -> None:
    run = campaigns.sync()

    assert all(isinstance(item["amount"], str) for item in run.rows("campaign_spend_items"))
    assert all(len(row["start_date"]) == len("2026-11-22") for row in run.rows("campaigns"))


def test_changed_new_and_removed_items_and_campaigns_are_right_after_the_next_run(
    campaigns: Harness, simulator: Simulator
) -> None:
    world, first = simulator.world, campaigns.sync()
    campaign, item = with_spend(simulator)
    campaigns.pass_time(hours=1)
    world.remove_spend_item(ALDER, campaign, item)
    other = next(
        row
        for row in expected_rows(simulator, "campaign_spend_items", ALDER)
        if row["campaign_id"] != campaign
    )
    world.change_spend_item(ALDER, other["campaign_id"], other["id"], 1234.56)
    world.delete_campaign(ALDER, list(simulator.portal(ALDER).marketing.campaigns)[-1])
    new = world.add_campaign(ALDER, {"hs_name": "New"})
    world.add_spend_item(ALDER, new.id, "Advert", 0.1)
    simulator.tick()
    campaigns.pass_time(hours=1)

    assert_campaigns_copied(simulator, first, campaigns.sync(first.state))


def test_a_campaign_deleted_after_it_was_listed_takes_only_its_own_items_along(
    campaigns: Harness, simulator: Simulator
) -> None:
    campaign, _ = with_spend(simulator)
    simulator.faults.when(partial(simulator.world.delete_campaign, ALDER, campaign), route="campaigns.budget")

    run = campaigns.sync()

    assert simulator.requests.count(status=404) == 1
    assert_copied(simulator, [run], "campaign_spend_items", "campaign_id", "id", portal_ids=[ALDER])
    assert statuses(run) == {"campaigns": "ok", "campaign_spend_items": "ok"}


def test_where_a_campaign_is_refused_the_others_are_read_and_nothing_is_proved_gone(
    campaigns: Harness, simulator: Simulator
) -> None:
    first = campaigns.sync()
    campaigns.pass_time(days=1)
    simulator.faults.add("403-scopes", route="campaigns.budget", skip=1)

    second = campaigns.sync(first.state)

    [sync] = second.rows("portal_syncs", portal_id=ALDER, stream="campaign_spend_items")
    assert (sync["status"], sync["window_from"]) == ("ok", None)
    assert sync["reason"].startswith("1 campaigns left out; the first: campaign ")
    assert_campaigns_copied(simulator, first, second)


@pytest.mark.parametrize("wording", ["403-scopes", "403-text"])
def test_costs_that_may_not_be_read_are_skipped_at_the_first_refusal(
    campaigns: Harness, simulator: Simulator, wording: str
) -> None:
    simulator.faults.add(wording, route="campaigns.budget", count=None)

    run = campaigns.sync()

    assert statuses(run) == {"campaigns": "ok", "campaign_spend_items": "skipped"}
    assert simulator.requests.count(route="campaigns.budget") == 1


def test_a_portal_whose_subscription_has_no_campaigns_is_skipped(campaigns: Harness) -> None:
    run = campaigns.sync()

    assert statuses(run, KESSLER) == {"campaigns": "skipped", "campaign_spend_items": "skipped"}
    assert run.rows("campaigns", portal_id=KESSLER) == []


def test_many_campaigns_are_paged(campaigns: Harness, simulator: Simulator) -> None:
    for number in range(230):
        simulator.world.add_campaign(ALDER, {"hs_name": f"Number {number}"})

    run = campaigns.sync()

    assert_campaigns_copied(simulator, run)
