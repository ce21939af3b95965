"""The tickets of a portal: opened, answered, closed, sometimes opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.business.drafts import Ticket
from tests.hubspot_simulator.business.phrases import (
    BILLING_ISSUE,
    FEATURE_REQUEST,
    GENERAL_INQUIRY,
    PRODUCT_ISSUE,
)
from tests.hubspot_simulator.business.service_times import Service
from tests.hubspot_simulator.clock import DAY_MS, HOUR_MS

if TYPE_CHECKING:
    import random

    from tests.hubspot_simulator.business.clientele import Clientele
    from tests.hubspot_simulator.business.drafts import Contact
    from tests.hubspot_simulator.business.phrases import Phrases
    from tests.hubspot_simulator.business.scene import Scene
    from tests.hubspot_simulator.specs import PipelineSpec

PRIORITIES = {"LOW": 30, "MEDIUM": 42, "HIGH": 22, "URGENT": 6}
CATEGORIES = {PRODUCT_ISSUE: 38, BILLING_ISSUE: 17, FEATURE_REQUEST: 9, GENERAL_INQUIRY: 36}
CHANNELS = {"EMAIL": 52, "FORM": 22, "CHAT": 15, "PHONE": 11}
# Median hours of opening time until somebody answers, and until the ticket is closed.
_ANSWERED_IN = {"URGENT": 0.6, "HIGH": 1.6, "MEDIUM": 4.0, "LOW": 8.0}
_CLOSED_IN = {"URGENT": 5.0, "HIGH": 11.0, "MEDIUM": 22.0, "LOW": 38.0}
_UNOWNED = 0.07
_WITHOUT_CONTACT = 0.03
_NEVER_CLOSED = 0.04
_REOPENED = 0.07
_CLOSED_AGAIN = 0.6


def draft_tickets(scene: Scene, clientele: Clientele) -> list[Ticket]:
    """Every ticket of the portal, oldest first."""
    moments = scene.calendar.moments(scene.rng, scene.spec.tickets)
    return [_draft(scene, clientele, created) for created in moments]


def opening(rng: random.Random, line: PipelineSpec, phrases: Phrases) -> dict[str, str]:
    """What a new ticket holds."""
    category = _drawn(rng, CATEGORIES)
    return {
        "subject": rng.choice(phrases.subjects[category]),
        "content": phrases.body(rng),
        "hs_pipeline": line.id,
        "hs_pipeline_stage": line.stages[0].id,
        "hs_ticket_category": category,
        "hs_ticket_priority": _drawn(rng, PRIORITIES),
        "source_type": _drawn(rng, CHANNELS),
        "hs_is_closed": "false",
        "hs_object_source": "CRM_UI",
    }


def _draft(scene: Scene, clientele: Clientele, created: int) -> Ticket:
    rng = scene.rng
    lines = scene.spec.ticket_pipelines
    line = rng.choices(lines, [each.share for each in lines])[0]
    properties = opening(rng, line, scene.phrases)
    ticket = Ticket(scene.portal.next_id("tickets"), created, created, properties)
    if rng.random() >= _UNOWNED:
        properties["hubspot_owner_id"] = rng.choice(scene.portal.owners).id
    if rng.random() >= _WITHOUT_CONTACT:
        _link(ticket, clientele.customer(rng, created))
    _live(ticket, line, scene)
    return ticket


def _link(ticket: Ticket, contact: Contact | None) -> None:
    if contact is None:
        return
    ticket.contact = contact
    ticket.about("contacts", contact)
    ticket.about("companies", contact.company, "Primary")
    earlier = [deal for deal in contact.deals if deal.created_ms <= ticket.created_ms]
    ticket.about("deals", max(earlier, key=lambda deal: deal.created_ms, default=None))


def _live(ticket: Ticket, line: PipelineSpec, scene: Scene) -> None:
    """Let the ticket pass its stages as far as the anchor allows."""
    rng, calendar = scene.rng, scene.calendar
    priority = ticket.properties["hs_ticket_priority"]
    service = Service(ticket, line, calendar, stage_dates=scene.spec.stage_dates)
    answer_ms = _hours(rng, _ANSWERED_IN[priority], 0.9)
    close_ms = answer_ms + _hours(rng, _CLOSED_IN[priority], 0.9)
    service.open()
    service.promise(rng)
    answered = calendar.after_office_hours(ticket.created_ms, answer_ms)
    if service.lies_ahead(answered):
        return
    service.answer(answered, answer_ms, rng)
    closed = calendar.after_office_hours(ticket.created_ms, close_ms)
    if service.lies_ahead(closed) or rng.random() < _NEVER_CLOSED:
        return
    service.close(closed, close_ms)
    reopened = closed + round(rng.lognormvariate(0.5, 0.7) * DAY_MS)
    if rng.random() >= _REOPENED or service.lies_ahead(reopened):
        return
    service.reopen(reopened)
    again_ms = _hours(rng, _CLOSED_IN[priority], 0.5)
    closed = calendar.after_office_hours(reopened, again_ms)
    if rng.random() < _CLOSED_AGAIN and not service.lies_ahead(closed):
        service.close(closed, close_ms + again_ms)


def _hours(rng: random.Random, median: float, spread: float) -> int:
    return round(median * rng.lognormvariate(0, spread) * HOUR_MS)


def _drawn(rng: random.Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]
