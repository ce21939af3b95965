"""Products, line items, quotes and leads of the demo hang together with its deals and contacts."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.simulator.support import share

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator
    from tests.hubspot_simulator.portal import Portal

JAPAN, USA = 7052094, 1458021


def portals(demo: Simulator) -> list[Portal]:
    """Without the one that holds odd values on purpose."""
    return [portal for portal in demo.world.portals.values() if not portal.spec.value_quirks]


def test_every_portal_has_a_price_list(demo: Simulator) -> None:
    for portal in portals(demo):
        products = portal.objects["products"].records
        assert len(products) == portal.spec.products
        assert len({product.properties["hs_sku"] for product in products.values()}) == len(products)
        assert all(Decimal(product.properties["price"]) > 0 for product in products.values())


def test_a_line_item_is_of_one_deal_and_of_a_product(demo: Simulator) -> None:
    for portal in portals(demo):
        products = portal.objects["products"].records
        for item in portal.objects["line_items"]:
            assert len(portal.associations.linked("line_items", item.id, "deals")) == 1
            assert int(item.properties["hs_product_id"]) in products


def test_a_line_item_s_amount_is_its_quantity_times_the_price_less_the_discount(demo: Simulator) -> None:
    for portal in portals(demo):
        for item in portal.objects["line_items"]:
            price, discount, pieces, amount = (
                Decimal(item.properties[name]) for name in ("price", "discount", "quantity", "amount")
            )
            assert (price - discount) * pieces == amount > 0


def test_the_line_items_of_a_deal_add_up_to_its_amount_in_its_currency(demo: Simulator) -> None:
    for portal in portals(demo):
        sums: defaultdict[int, Decimal] = defaultdict(Decimal)
        for item in portal.objects["line_items"].records.values():
            [deal_id] = portal.associations.linked("line_items", item.id, "deals")
            deal = portal.objects["deals"][deal_id].properties
            assert item.properties["hs_line_item_currency_code"] == deal.get(
                "deal_currency_code", portal.spec.currency
            )
            sums[deal_id] += Decimal(item.properties["amount"])
        amounts = {each: Decimal(portal.objects["deals"][each].properties["amount"]) for each in sums}
        assert sums == amounts
        assert 0.35 < len(sums) / len(portal.objects["deals"]) < 0.55


def test_amounts_of_a_currency_without_cents_are_whole(demo: Simulator) -> None:
    items = demo.portal(JAPAN).objects["line_items"]

    assert all("." not in item.properties["amount"] for item in items)


def test_quotes_belong_to_a_deal_and_carry_its_line_items(demo: Simulator) -> None:
    portal = demo.portal(USA)
    quotes = portal.objects["quotes"]
    with_items = 0
    for quote in quotes:
        [deal_id] = portal.associations.linked("quotes", quote.id, "deals")
        items = portal.associations.linked("quotes", quote.id, "line_items")
        assert set(items) <= set(portal.associations.linked("deals", deal_id, "line_items"))
        assert quote.properties["hs_quote_amount"] == portal.objects["deals"][deal_id].properties["amount"]
        with_items += bool(items)

    assert 0.3 < with_items / len(quotes) < 0.6
    assert share(portal.live_links("quotes", quote.id, "contacts") for quote in quotes) > 0.9


def test_leads_are_contacts_that_marketing_handed_over(demo: Simulator) -> None:
    portal = demo.portal(USA)
    for lead in portal.objects["leads"]:
        for contact_id, labels in portal.live_links("leads", lead.id, "contacts"):
            contact = portal.objects["contacts"][contact_id].properties
            assert "Primary" in labels
            if "hs_merged_object_ids" not in contact:
                assert (
                    contact["hs_lifecyclestage_marketingqualifiedlead_date"] <= lead.properties["createdate"]
                )


def test_leads_are_new_in_work_qualified_and_not(demo: Simulator) -> None:
    portal = demo.portal(USA)
    [line] = portal.pipelines["leads"]
    stages = Counter(lead.properties["hs_pipeline_stage"] for lead in portal.objects["leads"])

    assert stages.keys() == {stage.id for stage in line.stages}
    for lead in portal.objects["leads"]:
        disqualified = lead.properties["hs_pipeline_stage"] == "unqualified-stage-id"
        assert ("hs_lead_disqualification_reason" in lead.properties) == disqualified


def test_deals_remember_earlier_amounts_and_close_dates(demo: Simulator) -> None:
    for portal in portals(demo):
        lengths = Counter[tuple[str, int]]()
        for deal in portal.objects["deals"]:
            for name in ("amount", "closedate", "dealstage"):
                history = deal.history_of(name)
                if name in deal.properties:
                    assert history[0].value == deal.properties[name]
                    assert history[-1].at_ms == deal.created_ms
                    assert history[0].at_ms <= deal.modified_ms
                lengths[name, len(history)] += 1
        assert 0.2 < lengths["amount", 2] / len(portal.objects["deals"]) < 0.4
        assert lengths["closedate", 2] > lengths["closedate", 1] > 0


def test_contacts_remember_their_lifecycle_stages(demo: Simulator) -> None:
    for portal in portals(demo):
        lengths = Counter(len(contact.history_of("lifecyclestage")) for contact in portal.objects["contacts"])
        assert lengths[1] > 0 < lengths[2]
        assert max(lengths) >= 4
