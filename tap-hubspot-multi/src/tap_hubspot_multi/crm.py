"""What sets one CRM object apart from another, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CUSTOM_OBJECTS = "custom_objects"
"""Stands for all types of a portal's own making, wherever object types are named."""


@dataclass(frozen=True, slots=True)
class CrmObject:
    """One object type of HubSpot's CRM.

    Attributes:
        name: Name in the API and of the stream; of a custom object its type id (`2-123`).
        scope: What the portal must have granted, for people.
        modified_property: The property that search finds changes by.
        created_property: The property that holds the time of creation.
        associations: Object types whose ids are read along with each record.
        has_pipelines: Whether its records move through pipelines.
        tier: The subscription that has it, for people.
        bodies: Properties that hold what people wrote or said to each other: big and personal.
        aliases: Other names that settings may give it.
        columns: Columns that all rows of the type share.
    """

    name: str
    scope: str
    modified_property: str = "hs_lastmodifieddate"
    created_property: str = "createdate"
    associations: tuple[str, ...] = ()
    has_pipelines: bool = False
    tier: str = "all"
    bodies: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Its name."""
        return self.name


def _commerce(name: str, created_property: str, associations: tuple[str, ...] = ()) -> CrmObject:
    return CrmObject(
        name,
        f"crm.objects.{name}.read or e-commerce",
        created_property=created_property,
        associations=associations,
    )


# HubSpot cuts previews out of the body, so they hold its first lines.
_PREVIEWS = ("hs_body_preview", "hs_body_preview_html", "hs_body_preview_is_truncated")


def _activity(name: str, *bodies: str, scope: str = "crm.objects.contacts.read") -> CrmObject:
    return CrmObject(
        name,
        scope,
        created_property="hs_createdate",
        associations=("contacts", "companies", "deals", "tickets"),
        bodies=(*bodies, *_PREVIEWS),
    )


# Associations are read from the side that has few of them: a contact has one or two companies, a company may have
# thousands of contacts. The other direction is the same rows, turned round. Some directions answer that there is
# nothing whatever is linked (deals → leads, tasks → calls): those are never asked.
CRM_OBJECTS: tuple[CrmObject, ...] = (
    # Contacts have a property hs_lastmodifieddate too, but it is empty: a search on it finds nothing, without error.
    CrmObject(
        "contacts",
        "crm.objects.contacts.read",
        modified_property="lastmodifieddate",
        associations=("companies",),
    ),
    CrmObject("companies", "crm.objects.companies.read"),
    CrmObject("deals", "crm.objects.deals.read", associations=("contacts", "companies"), has_pipelines=True),
    CrmObject("tickets", "tickets", associations=("contacts", "companies", "deals"), has_pipelines=True),
    CrmObject(
        "leads",
        "crm.objects.leads.read",
        associations=("contacts", "companies", "deals"),
        has_pipelines=True,
        tier="Sales Pro",
    ),
    _commerce("line_items", "createdate", ("deals", "quotes", "products")),
    _commerce("products", "createdate"),
    _commerce("quotes", "hs_createdate", ("deals", "contacts", "companies")),
    _activity(
        "calls",
        "hs_call_body",
        "hs_call_summary",
        "hs_call_transcript",
    ),
    _activity("meetings", "hs_meeting_body", "hs_internal_meeting_notes"),
    _activity(
        "emails",
        "hs_email_text",
        "hs_email_html",
        "hs_email_headers",
        scope="crm.objects.contacts.read and sales-email-read",
    ),
    _activity("notes", "hs_note_body"),
    _activity("tasks", "hs_task_body"),
    _activity("communications", "hs_communication_body"),
    CrmObject(
        "feedback_submissions",
        "crm.objects.feedback_submissions.read",
        created_property="hs_createdate",
        associations=("contacts", "tickets"),
        tier="Service Pro",
    ),
)
