"""Everything beyond contacts, companies and deals: service, sales activities, commerce, leads, feedback.

Each family draws from randomness of its own, so that a portal with more tickets keeps its contacts as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.business.activities import draft_activities
from tests.hubspot_simulator.business.clientele import Clientele
from tests.hubspot_simulator.business.commerce import draft_line_items, draft_products, draft_quotes
from tests.hubspot_simulator.business.feedback import draft_feedback
from tests.hubspot_simulator.business.later_touches import touch_again
from tests.hubspot_simulator.business.leads import draft_leads
from tests.hubspot_simulator.business.tickets import draft_tickets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.hubspot_simulator.business.drafts import Attached, Contact, Deal
    from tests.hubspot_simulator.business.scene import Scene


def draft_families(
    scene: Scene, contacts: Sequence[Contact], deals: Sequence[Deal]
) -> Mapping[str, Sequence[Attached]]:
    """The drafts of every further object type, by its name."""
    clientele = Clientele(contacts)
    tickets = draft_tickets(scene.aside("tickets"), clientele)
    touch_again(scene.aside("tickets touched"), tickets)
    products = draft_products(scene.aside("products"))
    line_items = draft_line_items(scene.aside("line_items"), deals, products)
    return {
        "tickets": tickets,
        "leads": draft_leads(scene.aside("leads"), contacts),
        "products": products,
        "line_items": line_items,
        "quotes": draft_quotes(scene.aside("quotes"), deals, line_items),
        **draft_activities(scene, clientele, deals, tickets),
        "feedback_submissions": draft_feedback(scene.aside("feedback"), clientele, tickets),
    }


def connect(scene: Scene, object_type: str, drafts: Sequence[Attached]) -> None:
    """Associate each draft with what it is about."""
    for draft in drafts:
        for to_type, to_id, labels in draft.links:
            scene.portal.associations.add(object_type, draft.id, to_type, to_id, labels)
