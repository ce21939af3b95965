"""The leads of a portal (the sales team's work list): contacts that marketing handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.business.drafts import Attached
from tests.hubspot_simulator.clock import HOUR_MS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.hubspot_simulator.business.drafts import Contact
    from tests.hubspot_simulator.business.scene import Scene

LEAD_TYPES = {"NEW_BUSINESS": 70, "UPSELL": 18, "RE_ATTEMPTING": 12}
LEAD_LABELS = {"HOT": 20, "WARM": 45, "COLD": 35}
_STAGE_DAYS = 5
# Nobody looks at these again.
_STUCK = 0.06
_REASONS = ("NO_BUDGET", "NOT_INTERESTED", "WRONG_CONTACT", "BAD_TIMING")


def draft_leads(scene: Scene, contacts: Sequence[Contact]) -> list[Attached]:
    """Every lead of the portal, oldest first: some of the contacts that became marketing-qualified."""
    rng, anchor = scene.rng, scene.calendar.anchor_ms
    handed_over = [
        (contact.stages["marketingqualifiedlead"], contact)
        for contact in contacts
        if contact.stages.get("marketingqualifiedlead", anchor) < anchor - HOUR_MS
    ]
    chosen = rng.sample(handed_over, min(scene.spec.leads, len(handed_over)))
    return [_draft(scene, since, contact) for since, contact in sorted(chosen, key=lambda pair: pair[0])]


def _draft(scene: Scene, since: int, contact: Contact) -> Attached:
    rng, line = scene.rng, scene.spec.lead_pipelines[0]
    created = since + rng.randrange(HOUR_MS)
    lead = Attached(
        scene.portal.next_id("leads"),
        created,
        created,
        {
            "hs_lead_name": f"{contact.properties['firstname']} {contact.properties['lastname']}",
            "hs_lead_type": rng.choices(list(LEAD_TYPES), list(LEAD_TYPES.values()))[0],
            "hs_lead_label": rng.choices(list(LEAD_LABELS), list(LEAD_LABELS.values()))[0],
            "hs_pipeline": line.id,
            "hubspot_owner_id": rng.choice(scene.portal.owners).id,
        },
    )
    lead.about("contacts", contact, "Primary")
    lead.about("companies", contact.company)
    _walk(lead, contact, scene)
    return lead


def _walk(lead: Attached, contact: Contact, scene: Scene) -> None:
    rng, moment = scene.rng, lead.created_ms
    line = scene.spec.lead_pipelines[0]
    qualified, *_, unqualified = (stage for stage in line.stages if stage.closed)
    ending = qualified if "salesqualifiedlead" in contact.stages else unqualified
    for stage in (*(stage for stage in line.stages if not stage.closed), ending):
        if moment >= scene.calendar.anchor_ms or (moment > lead.created_ms and rng.random() < _STUCK):
            return
        lead.track("hs_pipeline_stage", moment, stage.id)
        if scene.spec.stage_dates:
            lead.set_dated(f"hs_v2_date_entered_{stage.id}", moment)
        moment = scene.calendar.later(rng, moment, _STAGE_DAYS)
    if ending is unqualified:
        lead.properties["hs_lead_disqualification_reason"] = rng.choice(_REASONS)
