"""What a portal is asked to grant.

HubSpot drops an optional scope silently when the portal's tier lacks the product, so what was granted is always
read back. HubSpot marks no scope of its own: a scope that is *required* in the app's settings must be in REQUIRED.
"""

from __future__ import annotations

REQUIRED = (
    "oauth",
    "crm.objects.contacts.read",
    "crm.objects.companies.read",
    "crm.objects.deals.read",
    "crm.objects.owners.read",
    "crm.schemas.contacts.read",
    "crm.schemas.companies.read",
    "crm.schemas.deals.read",
)

OPTIONAL = (
    "business-intelligence",
    "content",
    "crm.lists.read",
    "crm.objects.custom.read",
    "crm.objects.feedback_submissions.read",
    "crm.objects.leads.read",
    "crm.schemas.custom.read",
    "e-commerce",
    "forms",
    "marketing.campaigns.read",
    "sales-email-read",
    "settings.currencies.read",
    "settings.users.read",
    "settings.users.teams.read",
    "tickets",
)


def missing(granted: frozenset[str]) -> tuple[str, ...]:
    """Return the required scopes that were not granted, sorted."""
    return tuple(sorted(set(REQUIRED) - granted))
