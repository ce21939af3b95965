"""The activities of a portal: what its people logged about contacts, deals and tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.business.drafts import Attached, Ticket
from tests.hubspot_simulator.business.touches import LOGGERS, Touch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.hubspot_simulator.business.clientele import Clientele
    from tests.hubspot_simulator.business.drafts import Contact, Deal
    from tests.hubspot_simulator.business.scene import Scene

_MIX = {"calls": 24, "emails": 29, "meetings": 13, "notes": 16, "tasks": 13, "communications": 5}
_ABOUT_A_TICKET = 0.16
_ABOUT_A_DEAL = 0.3
_ABOUT_NOBODY = 0.02
_WITH_COMPANY = 0.8
_TICKET_DAYS = 0.7
# People talk about a deal during this share of the days that a typical one takes.
_DEAL_SHARE = 0.5


def draft_activities(
    scene: Scene, clientele: Clientele, deals: Sequence[Deal], tickets: Sequence[Ticket]
) -> dict[str, list[Attached]]:
    """Every activity of the portal by object type, each oldest first."""
    mix = scene.business.activity_mix or _MIX
    total = sum(mix.values())
    drafts = {}
    for kind, share in mix.items():
        aside = scene.aside(kind)
        moments = scene.calendar.moments(aside.rng, round(scene.spec.activities * share / total))
        drafts[kind] = [_draft(aside, kind, moment, clientele, deals, tickets) for moment in moments]
        drafts[kind].sort(key=lambda draft: draft.created_ms)
        for draft in drafts[kind]:
            draft.id = scene.portal.next_id(kind)
    return drafts


def _draft(
    scene: Scene,
    kind: str,
    moment: int,
    clientele: Clientele,
    deals: Sequence[Deal],
    tickets: Sequence[Ticket],
) -> Attached:
    """About a ticket or a deal while it was worked on, else about a contact."""
    rng, calendar = scene.rng, scene.calendar
    drawn = rng.random()
    if tickets and drawn < _ABOUT_A_TICKET:
        ticket = rng.choice(tickets)
        then = calendar.later(rng, ticket.created_ms, _TICKET_DAYS)
        if then < calendar.anchor_ms:
            return _log(scene, kind, then, ticket.contact, ticket)
    elif deals and drawn < _ABOUT_A_TICKET + _ABOUT_A_DEAL:
        deal = rng.choice(deals)
        then = calendar.later(rng, deal.created_ms, scene.business.cycle_days * _DEAL_SHARE)
        if then < calendar.anchor_ms:
            return _log(scene, kind, then, deal.contact, deal)
    contact = None if rng.random() < _ABOUT_NOBODY else clientele.anybody(rng, moment)
    return _log(scene, kind, moment, contact)


def _log(
    scene: Scene, kind: str, moment: int, contact: Contact | None, matter: Deal | Ticket | None = None
) -> Attached:
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
    draft.about("tickets" if isinstance(matter, Ticket) else "deals", matter)
    return draft
