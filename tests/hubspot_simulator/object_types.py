"""The CRM object types that every portal has: what differs from one type to the next."""

from __future__ import annotations

from dataclasses import dataclass

#: Every group must be met, each by any one of its scopes.
ScopeGroups = tuple[tuple[str, ...], ...]

_CONTACT_SCOPE = ("crm.objects.contacts.read",)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectType:
    """One CRM object type.

    Attributes:
        name: Plural name used in paths and in `World`; of a custom object its objectTypeId.
        type_id: HubSpot's objectTypeId, accepted in paths as well.
        scopes: What reading records needs; without any, the scope that is named after the type.
        sensitive_scope: Shows sensitive values; `{level}` stands for the sensitivity.
        modified_property: The only property whose search finds changed records.
        default_properties: What a request without `properties` gets.
        query_properties: What the `query` field of a search looks at.
        qualified_name: Of a custom object: `p<portal>_name`, accepted in paths; the short name is not.
    """

    name: str
    singular: str
    type_id: str
    created_property: str
    modified_property: str = "hs_lastmodifieddate"
    scopes: ScopeGroups = ()
    sensitive_scope: str = "crm.objects.{name}.{level}.read"
    default_properties: tuple[str, ...] = ()
    query_properties: tuple[str, ...] = ()
    qualified_name: str | None = None

    @property
    def read_scopes(self) -> ScopeGroups:
        """What reading records needs: of each group any one scope."""
        return self.scopes or ((f"crm.objects.{self.name}.read",),)

    @property
    def any_scopes(self) -> tuple[str, ...]:
        """Any of these opens what surrounds the records: properties, pipelines, associations."""
        return tuple(scope for group in self.read_scopes for scope in group)

    @property
    def is_custom(self) -> bool:
        """Whether one portal has defined it for itself."""
        return self.qualified_name is not None

    @property
    def path_names(self) -> tuple[str, ...]:
        """What a path may call it; capital letters do not matter."""
        if self.qualified_name is not None:
            return (self.type_id, self.qualified_name)
        return (self.name, self.singular, self.type_id)

    @property
    def always_returned(self) -> tuple[str, ...]:
        """Properties in every record, asked for or not."""
        return (self.created_property, "hs_object_id", self.modified_property)

    def sensitive_scopes(self, sensitivity: str) -> tuple[str, ...]:
        """Either of these shows properties of `sensitivity` (`sensitive`, `highly_sensitive`)."""
        scope = self.sensitive_scope.format(name=self.name, level=sensitivity)
        return (scope, f"{scope}.v2")


CONTACTS = ObjectType(
    name="contacts",
    singular="contact",
    type_id="0-1",
    # Contacts also list hs_lastmodifieddate, but it is never filled: searching it finds nothing, without an error.
    modified_property="lastmodifieddate",
    created_property="createdate",
    default_properties=("email", "firstname", "lastname"),
    query_properties=("email", "firstname", "lastname", "phone"),
)
COMPANIES = ObjectType(
    name="companies",
    singular="company",
    type_id="0-2",
    created_property="createdate",
    default_properties=("domain", "name"),
    query_properties=("name", "domain", "phone"),
)
DEALS = ObjectType(
    name="deals",
    singular="deal",
    type_id="0-3",
    created_property="createdate",
    default_properties=("amount", "closedate", "dealname", "dealstage", "pipeline"),
    query_properties=("dealname",),
)
TICKETS = ObjectType(
    name="tickets",
    singular="ticket",
    type_id="0-5",
    created_property="createdate",
    scopes=(("tickets",),),
    sensitive_scope="tickets.{level}",
    default_properties=(
        "content",
        "hs_pipeline",
        "hs_pipeline_stage",
        "hs_ticket_category",
        "hs_ticket_priority",
        "subject",
    ),
    query_properties=("subject", "content"),
)
LEADS = ObjectType(
    name="leads",
    singular="lead",
    type_id="0-136",
    created_property="createdate",
    default_properties=("hs_lead_name",),
    query_properties=("hs_lead_name",),
)
FEEDBACK_SUBMISSIONS = ObjectType(
    name="feedback_submissions",
    singular="feedback_submission",
    type_id="0-19",
    created_property="hs_createdate",
    query_properties=("hs_submission_name", "hs_content"),
)


def _commerce(
    name: str, singular: str, type_id: str, created: str, defaults: tuple[str, ...], query: str
) -> ObjectType:
    return ObjectType(
        name=name,
        singular=singular,
        type_id=type_id,
        created_property=created,
        scopes=((f"crm.objects.{name}.read", "e-commerce"),),
        default_properties=defaults,
        query_properties=(query,),
    )


def _activity(name: str, singular: str, type_id: str, *query: str, scopes: ScopeGroups = ()) -> ObjectType:
    return ObjectType(
        name=name,
        singular=singular,
        type_id=type_id,
        created_property="hs_createdate",
        # An activity belongs to the contact it is about: whoever may read contacts may read it.
        scopes=(_CONTACT_SCOPE, *scopes),
        query_properties=query,
    )


_COMMERCE = (
    _commerce(
        "line_items", "line_item", "0-8", "createdate", ("amount", "hs_product_id", "quantity"), "name"
    ),
    _commerce("products", "product", "0-7", "createdate", ("description", "name", "price"), "name"),
    _commerce("quotes", "quote", "0-14", "hs_createdate", ("hs_expiration_date", "hs_title"), "hs_title"),
)
_ACTIVITIES = (
    _activity("calls", "call", "0-48", "hs_call_title", "hs_call_body"),
    _activity("meetings", "meeting", "0-47", "hs_meeting_title", "hs_meeting_body"),
    _activity("emails", "email", "0-49", "hs_email_subject", scopes=(("sales-email-read",),)),
    _activity("notes", "note", "0-46", "hs_note_body"),
    _activity("tasks", "task", "0-27", "hs_task_subject", "hs_task_body"),
    _activity("communications", "communication", "0-18", "hs_communication_body"),
)

OBJECT_TYPES = {
    kind.name: kind
    for kind in (
        CONTACTS,
        COMPANIES,
        DEALS,
        TICKETS,
        LEADS,
        *_COMMERCE,
        *_ACTIVITIES,
        FEEDBACK_SUBMISSIONS,
    )
}


def custom_type(type_id: str, qualified_name: str, singular: str, query: str) -> ObjectType:
    """The type of a custom object that one portal has defined."""
    return ObjectType(
        name=type_id,
        singular=singular,
        type_id=type_id,
        created_property="hs_createdate",
        scopes=(("crm.objects.custom.read",),),
        sensitive_scope="crm.objects.custom.{level}.read",
        query_properties=(query,),
        qualified_name=qualified_name,
    )
