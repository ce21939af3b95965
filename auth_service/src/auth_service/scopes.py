"""What a portal is asked to grant.

HubSpot drops an optional scope silently when the portal's tier lacks the product, so what was granted is always
read back. HubSpot marks no scope of its own: a scope that is *required* in the app's settings must be in REQUIRED.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

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

# What may be asked for besides, by what it is needed for.
SETS = {
    "sales": ("crm.objects.leads.read", "e-commerce", "sales-email-read"),
    "marketing": ("business-intelligence", "content", "crm.lists.read", "forms", "marketing.campaigns.read"),
    "service": ("crm.objects.feedback_submissions.read", "tickets"),
    "organisation": ("settings.currencies.read", "settings.users.read", "settings.users.teams.read"),
    "custom-objects": ("crm.objects.custom.read", "crm.schemas.custom.read"),
    # HubSpot gives these only to apps that it has approved for them.
    "sensitive": (
        "crm.objects.companies.highly_sensitive.read.v2",
        "crm.objects.companies.sensitive.read.v2",
        "crm.objects.contacts.highly_sensitive.read.v2",
        "crm.objects.contacts.sensitive.read.v2",
        "crm.objects.deals.highly_sensitive.read.v2",
        "crm.objects.deals.sensitive.read.v2",
        "tickets.sensitive",
    ),
}


def optional(sets: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes of the named sets, sorted.

    Raises:
        KeyError: There is no such set.
    """
    return tuple(sorted(scope for name in set(sets) for scope in SETS[name]))


OPTIONAL = optional(SETS)


def missing(granted: frozenset[str]) -> tuple[str, ...]:
    """Return the required scopes that were not granted, sorted."""
    return tuple(sorted(set(REQUIRED) - granted))
