"""What sets one CRM object apart from another, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CrmObject:
    """One object type of HubSpot's CRM.

    Attributes:
        name: Name in the API and of the stream.
        scope: What the portal must have granted, for people.
        modified_property: The property that search finds changes by.
        created_property: The property that holds the time of creation.
        associations: Object types whose ids are read along with each record.
        has_pipelines: Whether its records move through pipelines.
    """

    name: str
    scope: str
    modified_property: str = "hs_lastmodifieddate"
    created_property: str = "createdate"
    associations: tuple[str, ...] = ()
    has_pipelines: bool = False


CRM_OBJECTS: tuple[CrmObject, ...] = (
    # Contacts have a property hs_lastmodifieddate too, but it is empty: a search on it finds nothing, without error.
    CrmObject(
        "contacts",
        "crm.objects.contacts.read",
        modified_property="lastmodifieddate",
        associations=("companies",),
    ),
    # Associations are read from the side that has few of them: a contact has one or two companies, a company may have
    # thousands of contacts. The other direction is the same rows, turned round.
    CrmObject("companies", "crm.objects.companies.read"),
    CrmObject("deals", "crm.objects.deals.read", associations=("contacts", "companies"), has_pipelines=True),
)
