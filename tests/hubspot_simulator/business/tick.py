"""Business goes on: what happens in a portal from one tick to the next."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.hubspot_simulator.association_types import PRIMARY
from tests.hubspot_simulator.clock import iso, to_ms
from tests.hubspot_simulator.ticking import PortalTick

if TYPE_CHECKING:
    import random
    from datetime import datetime

    from tests.hubspot_simulator.world import World

_SOURCES = ("ORGANIC_SEARCH", "PAID_SEARCH", "DIRECT_TRAFFIC", "REFERRALS", "PAID_SOCIAL")
_NEXT_STAGE = {
    "subscriber": "lead",
    "lead": "marketingqualifiedlead",
    "marketingqualifiedlead": "salesqualifiedlead",
    "salesqualifiedlead": "opportunity",
}
_CONTACTS_FOR_ONE_MORE = 600
_MERGE_EVERY = 3


def run_tick(world: World, portal_id: int, at: datetime, rng: random.Random) -> dict[str, int]:
    """Make some things happen in one portal, at about `at`; larger portals are busier.

    Returns:
        How often each thing happened.
    """
    tick = _Tick(world, portal_id, at, rng)
    busyness = 2 + len(world.portals[portal_id].objects["contacts"]) // _CONTACTS_FOR_ONE_MORE
    for _ in range(busyness):
        tick.new_contact()
        tick.advance_contact()
        tick.advance_deal()
    tick.new_deal()
    tick.archive_contact()
    if rng.randrange(_MERGE_EVERY) == 0:
        tick.merge_contacts()
    return dict(tick.counts)


class _Tick(PortalTick):
    def new_contact(self) -> None:
        """Somebody fills in a form; most belong to a company that is known already."""
        portal, at = self._portal, self._next_moment()
        model = self._any("contacts")
        source = self._rng.choice(_SOURCES)
        kept = ("country", "hs_language", "hs_timezone", "jobtitle", "firstname")
        properties = {name: model.properties[name] for name in kept if name in model.properties}
        family = self._any("contacts").properties.get("lastname", "Berg")
        properties |= {
            "lastname": family,
            "email": f"lead{to_ms(at)}.{self._rng.randrange(10_000)}@mail.example",
            "hs_analytics_source": source,
            "hs_latest_source": source,
            "lifecyclestage": "lead",
            "hs_lifecyclestage_lead_date": iso(to_ms(at)),
            "hs_lead_status": "NEW",
        }
        contact = self._world.create(portal.portal_id, "contacts", properties, at=at)
        if portal.objects["companies"].live_ids:
            company = self._any("companies")
            self._world.associate(portal.portal_id, "contacts", contact.id, "companies", company.id, PRIMARY)
        self.counts["contacts created"] += 1

    def advance_contact(self) -> None:
        """A contact reaches the next lifecycle stage, or is merely touched."""
        contact, at = self._any("contacts"), self._next_moment()
        reached = _NEXT_STAGE.get(contact.properties.get("lifecyclestage", ""))
        changes: dict[str, str | None] = {"notes_last_contacted": iso(to_ms(at))}
        if reached:
            changes |= {"lifecyclestage": reached, f"hs_lifecyclestage_{reached}_date": iso(to_ms(at))}
            if self._portal.spec.stage_dates:
                changes[f"hs_v2_date_entered_{reached}"] = iso(to_ms(at))
        self._world.update(self._portal.portal_id, "contacts", contact.id, changes, at=at)
        self.counts["contacts changed"] += 1

    def new_deal(self) -> None:
        """A deal is opened for some contact and its company."""
        portal, at = self._portal, self._next_moment()
        contact, line = self._any("contacts"), self._rng.choice(portal.spec.pipelines)
        first = line.stages[0]
        amount = f"{portal.spec.business.deal_size * self._rng.uniform(0.4, 2.2):.0f}"
        properties = {
            "dealname": f"{contact.properties.get('lastname', 'New')} – {self._rng.choice(portal.spec.business.deal_names)}",
            "pipeline": line.id,
            "dealstage": first.id,
            "amount": amount,
            "amount_in_home_currency": amount,
            "hs_deal_stage_probability": str(first.probability),
            "hs_is_closed": "false",
            "hs_is_closed_won": "false",
            "hs_is_closed_lost": "false",
            "closedate": iso(to_ms(at + timedelta(days=portal.spec.business.cycle_days))),
            "hubspot_owner_id": self._rng.choice(portal.owners).id,
        }
        if portal.spec.additional_currencies:
            properties |= {"deal_currency_code": portal.spec.currency, "hs_exchange_rate": "1"}
        deal = self._world.create(portal.portal_id, "deals", properties, at=at)
        self._world.associate(portal.portal_id, "deals", deal.id, "contacts", contact.id)
        for company_id, labels in portal.live_links("contacts", contact.id, "companies"):
            if PRIMARY in labels:
                self._world.associate(portal.portal_id, "deals", deal.id, "companies", company_id, PRIMARY)
        self.counts["deals created"] += 1

    def advance_deal(self) -> None:
        """An open deal moves on one stage; from the last open stage it is won or lost."""
        portal = self._portal
        still_open = [
            deal for deal in portal.objects["deals"] if deal.properties.get("hs_is_closed") == "false"
        ]
        if not still_open:
            return
        deal, at = self._rng.choice(still_open), self._next_moment()
        line = next(line for line in portal.spec.pipelines if line.id == deal.properties["pipeline"])
        stages = [stage.id for stage in line.stages if not stage.closed]
        position = stages.index(deal.properties["dealstage"])
        if position + 1 < len(stages):
            stage = line.stages[position + 1]
        else:
            wins = self._rng.random() < portal.spec.business.win_rate
            stage = next(each for each in line.stages if each.closed and (each.probability == 1) == wins)
        changes: dict[str, str | None] = {
            "dealstage": stage.id,
            "hs_deal_stage_probability": str(stage.probability),
            "hs_is_closed": str(stage.closed).lower(),
            "hs_is_closed_won": str(stage.closed and stage.probability == 1).lower(),
            "hs_is_closed_lost": str(stage.closed and stage.probability == 0).lower(),
        }
        if stage.closed:
            changes["closedate"] = iso(to_ms(at))
        if portal.spec.stage_dates:
            changes[f"hs_v2_date_entered_{stage.id}"] = iso(to_ms(at))
        self._world.update(portal.portal_id, "deals", deal.id, changes, at=at)
        self.counts["deals changed"] += 1

    def archive_contact(self) -> None:
        """Somebody deletes a contact."""
        contact = self._any("contacts")
        self._world.archive(self._portal.portal_id, "contacts", contact.id, at=self._next_moment())
        self.counts["contacts archived"] += 1

    def merge_contacts(self) -> None:
        """Two contacts turn out to be one person."""
        primary, other = self._any("contacts"), self._any("contacts")
        if primary.id != other.id:
            self._world.merge(
                self._portal.portal_id, "contacts", primary.id, other.id, at=self._next_moment()
            )
            self.counts["contacts merged"] += 1
