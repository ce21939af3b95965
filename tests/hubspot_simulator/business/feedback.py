"""Survey responses: how satisfied people are with a ticket (CSAT, CES), and with the portal at large (NPS)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.hubspot_simulator.business.drafts import Attached
from tests.hubspot_simulator.clock import DAY_MS, HOUR_MS, MINUTE_MS, iso

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

    from tests.hubspot_simulator.business.clientele import Clientele
    from tests.hubspot_simulator.business.drafts import Contact, Ticket
    from tests.hubspot_simulator.business.phrases import Phrases
    from tests.hubspot_simulator.business.scene import Scene

CSAT, NPS, CES = "CSAT", "NPS", "CES"


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """One survey.

    Attributes:
        spellings: Of the type: old responses and new ones differ in their capitals.
        weights: Of the answers, from `lowest` up.
        about_ticket: Whether it is sent when a ticket is closed.
        share: Of the portal's responses.
    """

    id: str
    name: str
    type: str
    spellings: tuple[str, ...]
    lowest: int
    weights: tuple[int, ...]
    channel: str
    share: float
    about_ticket: bool = True

    @property
    def highest(self) -> int:
        """The best answer there is."""
        return self.lowest + len(self.weights) - 1


SURVEYS = (
    Survey(
        id="1000101",
        name="Ticket satisfaction",
        type=CSAT,
        spellings=("CSAT", "CSAT", "csat", "Csat"),
        lowest=1,
        weights=(6, 6, 13, 32, 43),
        channel="EMAIL",
        share=0.5,
    ),
    Survey(
        id="1000102",
        name="Onboarding satisfaction",
        type=CSAT,
        spellings=("CSAT",),
        lowest=1,
        weights=(3, 4, 6, 11, 18, 30, 28),
        channel="WEB",
        share=0.12,
        about_ticket=False,
    ),
    Survey(
        id="1000103",
        name="How likely are you to recommend us?",
        type=NPS,
        spellings=("NPS", "Nps"),
        lowest=0,
        weights=(2, 1, 1, 2, 2, 6, 7, 14, 20, 24, 21),
        channel="EMAIL",
        share=0.25,
        about_ticket=False,
    ),
    Survey(
        id="1000104",
        name="How easy was it?",
        type=CES,
        spellings=("CES", "ces"),
        lowest=1,
        weights=(3, 4, 7, 11, 20, 30, 25),
        channel="CHAT",
        share=0.13,
    ),
)
_COMMENTED = 0.35
_UNDATED = 0.03
_ROLLED_UP = 0.9
_LINKED = 0.95


def draft_feedback(scene: Scene, clientele: Clientele, tickets: Sequence[Ticket]) -> list[Attached]:
    """Every response of the portal, oldest first."""
    closed = [ticket for ticket in tickets if ticket.closed_ms is not None]
    drafts = []
    for survey in SURVEYS:
        number = round(scene.spec.feedback * survey.share)
        if survey.about_ticket and closed:
            asked = (scene.rng.choice(closed) for _ in range(number))
            drafts += [_about_ticket(scene, survey, ticket) for ticket in asked]
        else:
            moments = scene.calendar.moments(scene.rng, number)
            drafts += [_at_large(scene, survey, clientele, moment) for moment in moments]
    drafts.sort(key=lambda draft: draft.created_ms)
    for draft in drafts:
        draft.id = scene.portal.next_id("feedback_submissions")
    return drafts


def answer(
    survey: Survey, at_ms: int, person: Mapping[str, str], phrases: Phrases, rng: random.Random
) -> dict[str, str]:
    """What one response holds.

    Args:
        person: Properties of who answers; empty when unknown.
    """
    value = rng.choices(range(survey.lowest, survey.highest + 1), survey.weights)[0]
    properties = {
        "hs_survey_id": survey.id,
        "hs_survey_name": survey.name,
        "hs_survey_type": rng.choice(survey.spellings),
        "hs_survey_channel": survey.channel,
        "hs_industry_standard_question_type": survey.type,
        "hs_value": str(value),
        "hs_response_group": response_group(survey, value),
        "hs_ingestion_id": f"{rng.getrandbits(64):016x}",
        "hs_submission_name": survey.name,
        "hs_submission_url": "https://survey.example/thanks",
    }
    if rng.random() >= _UNDATED:
        # Older surveys stamp their responses in epoch milliseconds.
        properties["hs_submission_timestamp"] = iso(at_ms) if rng.random() < 0.85 else str(at_ms)
    if "email" in person and rng.random() < _ROLLED_UP:
        properties["hs_contact_email_rollup"] = person["email"]
    happy = value >= survey.lowest + 0.6 * (survey.highest - survey.lowest)
    properties["hs_sentiment"] = "POSITIVE" if happy else "NEGATIVE"
    if rng.random() < _COMMENTED:
        properties["hs_content"] = rng.choice(phrases.praise if happy else phrases.complaints)
    return properties


def response_group(survey: Survey, value: int) -> str:
    """HubSpot's grouping: words for NPS, digits for the others."""
    if survey.type == NPS:
        return "PROMOTER" if value >= 9 else "PASSIVE" if value >= 7 else "DETRACTOR"
    third = (value - survey.lowest) / (survey.highest - survey.lowest)
    return "2" if third > 0.6 else "1" if third > 0.4 else "0"


def _about_ticket(scene: Scene, survey: Survey, ticket: Ticket) -> Attached:
    closed = ticket.closed_ms or ticket.created_ms
    answered = min(closed + scene.rng.randrange(HOUR_MS, 3 * DAY_MS), scene.calendar.anchor_ms - 1)
    draft = _draft(scene, survey, answered, ticket.contact)
    draft.about("tickets", ticket)
    return draft


def _at_large(scene: Scene, survey: Survey, clientele: Clientele, moment: int) -> Attached:
    return _draft(scene, survey, moment, clientele.customer(scene.rng, moment))


def _draft(scene: Scene, survey: Survey, answered_ms: int, contact: Contact | None) -> Attached:
    rng = scene.rng
    properties = answer(survey, answered_ms, contact.properties if contact else {}, scene.phrases, rng)
    # HubSpot takes a response in a little after it was given.
    taken_in = min(answered_ms + rng.randrange(1, 5 * MINUTE_MS), scene.calendar.anchor_ms - 1)
    draft = Attached(0, taken_in, taken_in, properties)
    if contact is not None and rng.random() < _LINKED:
        properties["hs_contact_id"] = str(contact.id)
        draft.about("contacts", contact)
    return draft
