"""The activities of a portal: what its people logged about contacts, deals and tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.business.drafts import Attached
from tests.hubspot_simulator.business.touches import LOGGERS, Touch
from tests.hubspot_simulator.clock import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.hubspot_simulator.business.clientele import Clientele
    from tests.hubspot_simulator.business.drafts import Contact, Deal, Draft, Ticket
    from tests.hubspot_simulator.business.scene import Scene

_MIX = {"calls": 24, "emails": 29, "meetings": 13, "notes": 16, "tasks": 13, "communications": 5}
_ABOUT_A_TICKET = 0.16
_ABOUT_NOBODY = 0.02
_WITH_COMPANY = 0.8
_ABOUT_THE_DEAL = 0.75
_DAYS_OF_TALK = 4


def draft_activities(
    scene: Scene, clientele: Clientele, tickets: Sequence[Ticket]
) -> dict[str, list[Attached]]:
    """Every activity of the portal by object type, each oldest first."""
    mix = scene.business.activity_mix or _MIX
    total = sum(mix.values())
    return {
        kind: _draft_kind(
            scene.aside(kind), kind, round(scene.spec.activities * share / total), clientele, tickets
        )
        for kind, share in mix.items()
    }


def _draft_kind(
    scene: Scene, kind: str, number: int, clientele: Clientele, tickets: Sequence[Ticket]
) -> list[Attached]:
    rng = scene.rng
    drafts = []
    for moment in scene.calendar.moments(rng, number):
        if tickets and rng.random() < _ABOUT_A_TICKET:
            drafts.append(_about_ticket(scene, kind, rng.choice(tickets)))
            continue
        contact = None if rng.random() < _ABOUT_NOBODY else clientele.anybody(rng, moment)
        drafts.append(_about_contact(scene, kind, moment, contact))
    drafts.sort(key=lambda draft: draft.created_ms)
    for draft in drafts:
        draft.id = scene.portal.next_id(kind)
    return drafts


def _about_ticket(scene: Scene, kind: str, ticket: Ticket) -> Attached:
    """An activity of the days in which the ticket was worked on, by the ticket's owner."""
    rng = scene.rng
    until = min(
        ticket.closed_ms or scene.calendar.anchor_ms,
        ticket.created_ms + _DAYS_OF_TALK * DAY_MS,
        scene.calendar.anchor_ms,
    )
    moment = ticket.created_ms + round(rng.random() * (until - ticket.created_ms - 1))
    draft = _log(scene, kind, moment, ticket.contact, ticket)
    draft.about("tickets", ticket)
    return draft


def _about_contact(scene: Scene, kind: str, moment: int, contact: Contact | None) -> Attached:
    deal = None if contact is None else _deal_at(contact, moment)
    if scene.rng.random() >= _ABOUT_THE_DEAL:
        deal = None
    draft = _log(scene, kind, moment, contact, deal)
    draft.about("deals", deal)
    return draft


def _log(scene: Scene, kind: str, moment: int, contact: Contact | None, matter: Draft | None) -> Attached:
    rng = scene.rng
    owner_id = matter.properties.get("hubspot_owner_id") if matter else None
    owner = next((each for each in scene.portal.owners if each.id == owner_id), None)
    touch = Touch(
        at_ms=moment,
        now_ms=scene.calendar.anchor_ms,
        owner=owner or rng.choice(scene.portal.owners),
        person=contact.properties if contact else {},
        phrases=scene.phrases,
        rng=rng,
    )
    logged = LOGGERS[kind](touch)
    draft = Attached(0, logged.created_ms, logged.modified_ms, logged.properties)
    draft.about("contacts", contact)
    if contact is not None and rng.random() < _WITH_COMPANY:
        draft.about("companies", contact.company)
    return draft


def _deal_at(contact: Contact, moment: int) -> Deal | None:
    earlier = [deal for deal in contact.deals if deal.created_ms <= moment]
    return max(earlier, key=lambda deal: deal.created_ms, default=None)
