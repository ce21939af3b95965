"""Associations between the generated records, and the values that HubSpot calculates from them."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from tests.hubspot_simulator.association_types import PRIMARY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.hubspot_simulator.business.drafts import Company, Contact, Deal
    from tests.hubspot_simulator.business.scene import Scene

_SECOND_COMPANY = 0.03
_SECOND_CONTACT = 0.25


def link(
    scene: Scene, companies: Sequence[Company], contacts: Sequence[Contact], deals: Sequence[Deal]
) -> None:
    """Associate contacts, companies and deals: one primary company each, now and then a second one."""
    links, rng = scene.portal.associations, scene.rng
    colleagues = defaultdict(list)
    for contact in contacts:
        if contact.company:
            colleagues[contact.company.id].append(contact)
            labels = (PRIMARY, *_custom_labels(scene, "contacts", "companies"))
            links.add("contacts", contact.id, "companies", contact.company.id, labels)
        if companies and rng.random() < _SECOND_COMPANY:
            links.add("contacts", contact.id, "companies", rng.choice(companies).id)
    for deal in deals:
        _link_deal(scene, deal, colleagues)


def _link_deal(scene: Scene, deal: Deal, colleagues: dict[int, list[Contact]]) -> None:
    contact = deal.contact
    if contact is None:
        return
    links, rng = scene.portal.associations, scene.rng
    links.add("deals", deal.id, "contacts", contact.id, _custom_labels(scene, "deals", "contacts"))
    if contact.company is None:
        return
    links.add("deals", deal.id, "companies", contact.company.id, (PRIMARY,))
    deal.properties["hs_primary_associated_company"] = str(contact.company.id)
    other = rng.choice(colleagues[contact.company.id])
    if other is not contact and rng.random() < _SECOND_CONTACT:
        links.add("deals", deal.id, "contacts", other.id)
        deal.properties["num_associated_contacts"] = "2"


def roll_up(companies: Sequence[Company], contacts: Sequence[Contact], deals: Sequence[Deal]) -> None:
    """Fill the calculated counts and sums of contacts and companies."""
    revenue: Counter[int] = Counter()
    counts: Counter[int] = Counter()
    open_deals: Counter[int] = Counter()
    for deal in deals:
        company = deal.contact.company if deal.contact else None
        if company is not None:
            counts[company.id] += 1
            open_deals[company.id] += deal.closed_ms is None
            revenue[company.id] += round(deal.home_amount * deal.won)
            company.note(deal.modified_ms)
            company.properties["lifecyclestage"] = "customer" if revenue[company.id] else "opportunity"
    for company in companies:
        company.properties["num_associated_contacts"] = str(company.contacts)
        company.properties["num_associated_deals"] = str(counts[company.id])
        company.properties["hs_num_open_deals"] = str(open_deals[company.id])
        if revenue[company.id]:
            company.properties["total_revenue"] = str(revenue[company.id])
    for contact in contacts:
        contact.properties["num_associated_deals"] = str(len(contact.deals))
        if contact.deals:
            contact.set_dated("first_deal_created_date", min(deal.created_ms for deal in contact.deals))
            contact.properties["total_revenue"] = str(
                round(sum(deal.home_amount for deal in contact.deals if deal.won))
            )


def _custom_labels(scene: Scene, from_type: str, to_type: str) -> list[str]:
    return [
        spec.label
        for spec in scene.spec.labels
        if (spec.from_type, spec.to_type) == (from_type, to_type) and scene.rng.random() < spec.share
    ]
