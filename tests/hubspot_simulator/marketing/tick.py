"""Marketing goes on: what happens in a portal from one tick to the next."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.hubspot_simulator.clock import to_ms
from tests.hubspot_simulator.marketing.analytics import SOURCES
from tests.hubspot_simulator.marketing.draft_analytics import source_key
from tests.hubspot_simulator.ticking import PortalTick

if TYPE_CHECKING:
    import random
    from datetime import datetime

    from tests.hubspot_simulator.world import World

_CONTACTS_FOR_ONE_MORE = 600
_CORRECTED = 0.3
_SENDS_AN_EMAIL = 0.2
_MARKETABLE = 0.7
_STILL_MOVING_DAYS = 30


def run_marketing_tick(world: World, portal_id: int, at: datetime, rng: random.Random) -> dict[str, int]:
    """Make some things happen to the marketing of one portal, at about `at`; larger portals are busier.

    Returns:
        How often each thing happened.
    """
    tick = _Tick(world, portal_id, at, rng)
    for _ in range(1 + len(world.portals[portal_id].objects["contacts"]) // _CONTACTS_FOR_ONE_MORE):
        tick.submit_a_form()
        tick.open_an_old_email()
        tick.visit_the_site()
    tick.count_new_contacts()
    tick.spend_money()
    tick.change_a_list()
    if rng.random() < _SENDS_AN_EMAIL:
        tick.send_an_email()
    return dict(tick.counts)


class _Tick(PortalTick):
    def __init__(self, world: World, portal_id: int, at: datetime, rng: random.Random) -> None:
        super().__init__(world, portal_id, at, rng)
        self._began = self._at

    def submit_a_form(self) -> None:
        """Somebody known fills in one of the forms that are in use."""
        book, contacts = self._portal.marketing.forms, self._portal.objects["contacts"]
        used = [form.id for form in book.open_forms() if book.newest_first(form.id)]
        if not used or not contacts.live_ids:
            return
        contact = self._any("contacts")
        values = {name: value for name in ("email", "firstname") if (value := contact.properties.get(name))}
        # The first form is the busiest.
        form_id = used[min(int(self._rng.expovariate(1.0)), len(used) - 1)]
        self._world.submit_form(self._portal.portal_id, form_id, values, at=self._next_moment())
        self.counts["forms submitted"] += 1

    def open_an_old_email(self) -> None:
        """Somebody opens an e-mail long after it was sent; the e-mail's `updatedAt` does not move."""
        sent = [key for key, sendings in self._portal.marketing.emails.sendings.items() if sendings]
        if sent:
            changes = {"open": 1, "click": self._rng.randrange(2)}
            self._world.change_email_statistics(self._portal.portal_id, self._rng.choice(sent), changes)
            self.counts["email statistics changed"] += 1

    def send_an_email(self) -> None:
        """A new e-mail goes out to most of the contacts."""
        portal, at = self._portal, self._next_moment()
        recipients = round(len(portal.objects["contacts"]) * _MARKETABLE)
        if recipients:
            email = self._world.add_email(portal.portal_id, f"News of {at:%d %B %Y, %H:%M}", at=at)
            self._world.send_email(portal.portal_id, email.id, recipients, at=self._next_moment())
            self.counts["emails sent"] += 1

    def spend_money(self) -> None:
        """An invoice is typed into some campaign, or the last one corrected."""
        campaigns = list(self._portal.marketing.campaigns.values())
        if not campaigns:
            return
        portal_id, campaign = self._portal.portal_id, self._rng.choice(campaigns)
        at, amount = self._next_moment(), float(self._rng.randrange(50, 900))
        if campaign.spend and self._rng.random() < _CORRECTED:
            self._world.change_spend_item(portal_id, campaign.id, campaign.spend[-1].id, amount, at=at)
            self.counts["spend items changed"] += 1
        else:
            self._world.add_spend_item(portal_id, campaign.id, "Google Ads", amount, at=at)
            self.counts["spend items created"] += 1

    def visit_the_site(self) -> None:
        """Visits of today, and some of the last weeks that HubSpot only counts now."""
        analytics = self._portal.marketing.analytics
        today = analytics.day_of(to_ms(self._at))
        late = today - timedelta(days=self._rng.randrange(1, _STILL_MOVING_DAYS))
        for day in (today, late):
            changes = {"visits": 1, "visitors": 1, "rawViews": self._rng.randrange(1, 5), "time": 60}
            self._world.change_analytics(self._portal.portal_id, day, self._rng.choice(SOURCES[:-2]), changes)
            self.counts["visits counted"] += 1

    def count_new_contacts(self) -> None:
        """Who came with this tick counts for today, under the source that brought them."""
        contacts, analytics = self._portal.objects["contacts"], self._portal.marketing.analytics
        for record_id in reversed(contacts.live_ids):
            contact = contacts[record_id]
            if contact.created_ms < to_ms(self._began):
                break
            day = analytics.day_of(contact.created_ms)
            changes = {"contacts": 1, "leads": 1}
            self._world.change_analytics(self._portal.portal_id, day, source_key(contact.properties), changes)

    def change_a_list(self) -> None:
        """Somebody joins a list that is kept by hand, and another one leaves it."""
        by_hand = [
            each
            for each in self._portal.marketing.lists.values()
            if each.processing_type == "MANUAL" and each.object_type == "contacts"
        ]
        contacts = self._portal.objects["contacts"].live_ids
        if by_hand and contacts:
            portal_id, chosen = self._portal.portal_id, self._rng.choice(by_hand)
            if chosen.joined:
                self._world.remove_from_list(portal_id, chosen.id, [self._rng.choice(list(chosen.joined))])
            joining = [self._rng.choice(contacts)]
            self._world.add_to_list(portal_id, chosen.id, joining, at=self._next_moment())
            self.counts["lists changed"] += 1
