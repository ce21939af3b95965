from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.hubspot_simulator import Clock, Scenario, Simulator
from tests.simulator.support import ANCHOR, NOON

if TYPE_CHECKING:
    from tests.hubspot_simulator.portal import Portal

UK, DE_DEMO, JAPAN, USA = 145802233, 26110977, 7052094, 1458021
FUNNEL = ("lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer")


def portals(demo: Simulator) -> list[Portal]:
    return list(demo.world.portals.values())


def everything(simulator: Simulator) -> list[object]:
    return [
        (portal.portal_id, object_type, list(portal.truth(object_type)))
        for portal in portals(simulator)
        for object_type in portal.objects
    ]


def test_the_same_scenario_seed_and_anchor_make_the_same_world() -> None:
    first, second = (Simulator(Scenario.load("tiny"), anchor=ANCHOR, seed=3) for _ in range(2))

    assert everything(first) == everything(second)


def test_another_seed_makes_another_world() -> None:
    first, second = (Simulator(Scenario.load("tiny"), anchor=ANCHOR, seed=seed) for seed in (3, 4))

    assert everything(first) != everything(second)


def test_another_anchor_moves_the_end_of_the_history() -> None:
    early = Simulator(Scenario.load("tiny"), anchor=date(2026, 3, 1))

    last = max(
        record.modified_ms
        for portal in portals(early)
        for store in portal.objects.values()
        for record in store
    )

    assert datetime.fromtimestamp(last / 1000, ZoneInfo("UTC")).date() < date(2026, 3, 1)


def test_the_demo_has_the_promised_size(demo: Simulator) -> None:
    sizes = {
        object_type: sum(len(portal.objects[object_type]) for portal in portals(demo))
        for object_type in ("contacts", "companies", "deals")
    }

    assert 10_000 <= sizes["contacts"] <= 11_000
    assert 1_900 <= sizes["companies"] <= 2_200
    assert 2_800 <= sizes["deals"] <= 3_200


def test_one_or_two_records_in_a_hundred_are_archived_and_some_are_merged(demo: Simulator) -> None:
    for portal in portals(demo):
        contacts = portal.objects["contacts"]
        assert 0.01 <= len(contacts.archived_ids) / len(contacts.records) <= 0.02
        assert contacts.merged


def test_contacts_grow_over_the_year_and_follow_season_and_week(demo: Simulator) -> None:
    portal = demo.portal(DE_DEMO)
    zone = ZoneInfo(portal.spec.time_zone)
    days = [datetime.fromtimestamp(record.created_ms / 1000, zone) for record in portal.objects["contacts"]]
    months = Counter((day.year, day.month) for day in days)
    weekend = sum(day.weekday() >= 5 for day in days) / len(days)

    assert months[2026, 10] > months[2025, 10]
    assert months[2026, 9] > 1.4 * months[2026, 8]
    assert weekend < 0.08


def test_the_history_covers_about_eighteen_months(demo: Simulator) -> None:
    first = min(record.created_ms for portal in portals(demo) for record in portal.objects["contacts"])

    assert (
        date(2025, 5, 20) <= datetime.fromtimestamp(first / 1000, ZoneInfo("UTC")).date() <= date(2025, 6, 5)
    )


def test_nothing_happens_after_the_anchor_or_before_its_own_creation(demo: Simulator) -> None:
    for portal in portals(demo):
        for store in portal.objects.values():
            for record in store.records.values():
                assert record.created_ms <= record.modified_ms < NOON.timestamp() * 1000 - 12 * 3_600_000


def test_sources_differ_by_portal_and_some_are_unknown(demo: Simulator) -> None:
    def shares(portal_id: int) -> Counter[str | None]:
        return Counter(
            record.properties.get("hs_analytics_source")
            for record in demo.portal(portal_id).objects["contacts"]
        )

    assert shares(DE_DEMO)["OFFLINE"] > shares(DE_DEMO)["PAID_SEARCH"]
    assert shares(USA)["PAID_SEARCH"] > shares(USA)["OFFLINE"]
    assert shares(USA)[None] > 0


def test_the_funnel_narrows_and_its_dates_are_in_order(demo: Simulator) -> None:
    for portal in portals(demo):
        entered = Counter[str]()
        for record in portal.objects["contacts"]:
            dates = [record.properties.get(f"hs_lifecyclestage_{stage}_date") for stage in FUNNEL]
            entered.update(stage for stage, moment in zip(FUNNEL, dates, strict=True) if moment)
            qualified = [moment for moment in dates[:3] if moment]
            # A merge mixes the dates of two people.
            assert qualified == sorted(qualified) or "hs_merged_object_ids" in record.properties
        assert entered["lead"] > entered["marketingqualifiedlead"] > entered["customer"] > 0


def test_calculated_stage_dates_exist_only_where_the_subscription_has_them(demo: Simulator) -> None:
    def has_stage_dates(portal: Portal) -> bool:
        return any(
            name.startswith("hs_v2_date_entered_")
            for record in portal.objects["contacts"]
            for name in record.properties
        )

    assert [has_stage_dates(portal) for portal in portals(demo)] == [
        portal.portal_id != JAPAN for portal in portals(demo)
    ]


def test_a_customer_has_won_a_deal(demo: Simulator) -> None:
    portal = demo.portal(USA)
    deals = portal.objects["deals"]
    won = {deal.id for deal in deals if deal.properties["hs_is_closed_won"] == "true"}
    customers = [
        record
        for record in portal.objects["contacts"]
        if record.properties.get("lifecyclestage") == "customer"
    ]
    buying = [
        record
        for record in customers
        if won & set(portal.associations.linked("contacts", record.id, "deals"))
    ]

    assert len(buying) >= 0.95 * len(customers)


def test_deals_are_won_lost_and_open_in_stages_of_their_own_pipeline(demo: Simulator) -> None:
    for portal in portals(demo):
        stages = {
            line.id: {stage.id: stage.metadata for stage in line.stages} for line in portal.pipelines["deals"]
        }
        outcomes = Counter[str]()
        for deal in portal.objects["deals"]:
            metadata = stages[deal.properties["pipeline"]][deal.properties["dealstage"]]
            closed = deal.properties["hs_is_closed"]
            assert metadata["isClosed"] == closed
            won = metadata["probability"] == "1.0"
            assert deal.properties["hs_is_closed_won"] == str(won).lower()
            outcomes["won" if won else "lost" if closed == "true" else "open"] += 1
        assert min(outcomes[name] for name in ("won", "lost", "open")) > 10


def test_amounts_are_in_the_row_s_currency_and_home_amounts_in_the_company_s(demo: Simulator) -> None:
    for portal in portals(demo):
        currencies = Counter[str]()
        for deal in portal.objects["deals"]:
            values = deal.properties
            if "amount" not in values:
                currencies["unpriced"] += 1
                continue
            currencies[values.get("deal_currency_code", "not said")] += 1
            expected = float(values["amount"]) * float(values.get("hs_exchange_rate", "1"))
            assert float(values["amount_in_home_currency"]) == pytest.approx(expected, rel=1e-4, abs=1)
        several = {portal.spec.currency, *portal.spec.additional_currencies}
        assert currencies.keys() == {"unpriced", *(several if len(several) > 1 else {"not said"})}


def test_every_contact_with_a_company_has_one_primary_company(demo: Simulator) -> None:
    portal = demo.portal(UK)
    for record in portal.objects["contacts"]:
        links = portal.associations.linked("contacts", record.id, "companies")
        primary = [company for company, labels in links.items() if "Primary" in labels]
        assert len(primary) <= 1
        if company := record.properties.get("associatedcompanyid"):
            assert primary == [int(company)]


def test_names_are_of_the_country(demo: Simulator) -> None:
    def text(portal_id: int, name: str) -> str:
        return "".join(
            record.properties.get(name, "") for record in demo.portal(portal_id).objects["contacts"]
        )

    assert any("一" <= character <= "鿿" for character in text(JAPAN, "lastname"))
    assert any(character in "äöüß" for character in text(DE_DEMO, "lastname"))
    assert text(JAPAN, "email").isascii()


def test_email_addresses_are_unique_and_of_nobody(demo: Simulator) -> None:
    for portal in portals(demo):
        emails = [record.properties["email"] for record in portal.objects["contacts"]]
        assert len(set(emails)) == len(emails)
        assert all(email.endswith(".example") for email in emails)


def test_one_name_has_different_types_in_two_portals(demo: Simulator) -> None:
    kinds = {
        demo.portal(portal_id).properties["contacts"]["customer_tier"].type for portal_id in (USA, DE_DEMO)
    }

    assert kinds == {"enumeration", "number"}


def test_some_records_share_the_millisecond_of_a_batch_job(demo: Simulator) -> None:
    moments = Counter(record.modified_ms for record in demo.portal(USA).objects["contacts"])

    assert moments.most_common(1)[0][1] > 50


def test_a_tick_lets_business_go_on_in_every_portal() -> None:
    simulator = Simulator(Scenario.load("tiny"), anchor=ANCHOR, clock=Clock(NOON, frozen=True))
    before = {portal.portal_id: set(portal.objects["contacts"].records) for portal in portals(simulator)}

    counts = simulator.tick()

    for portal in portals(simulator):
        assert counts[portal.portal_id]["contacts created"] > 0
        assert set(portal.objects["contacts"].records) - before[portal.portal_id]
        changed = [
            record
            for record in portal.objects["deals"]
            if record.modified_ms > NOON.timestamp() * 1000 - 60_000
        ]
        assert changed
        assert all(record.modified_ms <= simulator.clock.now_ms() for record in changed)


def test_ticks_are_repeatable() -> None:
    def played() -> Simulator:
        simulator = Simulator(Scenario.load("tiny"), anchor=ANCHOR, clock=Clock(NOON, frozen=True))
        for _ in range(30):
            simulator.tick()
            simulator.clock.advance(3_600)
        return simulator

    assert everything(played()) == everything(played())
