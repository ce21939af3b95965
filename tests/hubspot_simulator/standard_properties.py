"""The properties that every portal has, for each object type: a realistic cut of HubSpot's own."""

from __future__ import annotations

from typing import TypedDict, Unpack

from tests.hubspot_simulator.catalogue import PropertyDefinition, PropertyOption

LIFECYCLE_STAGES = {
    "subscriber": "Subscriber",
    "lead": "Lead",
    "marketingqualifiedlead": "Marketing Qualified Lead",
    "salesqualifiedlead": "Sales Qualified Lead",
    "opportunity": "Opportunity",
    "customer": "Customer",
    "evangelist": "Evangelist",
    "other": "Other",
}
SOURCES = {
    "ORGANIC_SEARCH": "Organic Search",
    "PAID_SEARCH": "Paid Search",
    "EMAIL_MARKETING": "Email Marketing",
    "SOCIAL_MEDIA": "Organic Social",
    "REFERRALS": "Referrals",
    "OTHER_CAMPAIGNS": "Other Campaigns",
    "DIRECT_TRAFFIC": "Direct Traffic",
    "OFFLINE": "Offline Sources",
    "PAID_SOCIAL": "Paid Social",
}
LEAD_STATUSES = {"NEW": "New", "OPEN": "Open", "IN_PROGRESS": "In Progress", "CONNECTED": "Connected"}
DEAL_TYPES = {"newbusiness": "New Business", "existingbusiness": "Existing Business"}
EMPLOYEE_BANDS = {"1-5": "1-5", "5-25": "5-25", "25-50": "25-50", "50-100": "50-100", "100-500": "100-500"}


class _More(TypedDict, total=False):
    """What a property may have beyond name, label and type."""

    calculated: bool
    external_options: bool
    has_unique_value: bool
    hidden: bool
    form_field: bool
    referenced_object_type: str
    currency_property_name: str


def text(name: str, label: str, **more: Unpack[_More]) -> PropertyDefinition:
    """A line of text."""
    return _property(name, label, "string", "text", **more)


def number(name: str, label: str, **more: Unpack[_More]) -> PropertyDefinition:
    """A number; ids are declared as numbers too, although they are names."""
    return _property(name, label, "number", "number", **more)


def moment(name: str, label: str, **more: Unpack[_More]) -> PropertyDefinition:
    """A point in time; HubSpot gives it the field type `date` nonetheless."""
    return _property(name, label, "datetime", "date", **more)


def flag(name: str, label: str, **more: Unpack[_More]) -> PropertyDefinition:
    """True or false, as text."""
    return _property(
        name, label, "bool", "booleancheckbox", options=_options({"true": "True", "false": "False"}), **more
    )


def choice(name: str, label: str, choices: dict[str, str], **more: Unpack[_More]) -> PropertyDefinition:
    """One of several options."""
    return _property(name, label, "enumeration", "select", options=_options(choices), **more)


def owner(name: str = "hubspot_owner_id", label: str = "Owner") -> PropertyDefinition:
    """A reference to an owner: an enumeration whose options are kept elsewhere."""
    return _property(
        name, label, "enumeration", "select", external_options=True, referenced_object_type="OWNER"
    )


def money(name: str, label: str, currency: str | None = None, **more: Unpack[_More]) -> PropertyDefinition:
    """An amount; `currency` names the property that holds the row's currency."""
    if currency is not None:
        more["currency_property_name"] = currency
    return _property(name, label, "number", "number", **more)


def filler(number_of_property: int) -> PropertyDefinition:
    """One of the several hundred properties that a real portal has and nobody fills."""
    name = f"hs_reserved_field_with_a_long_name_{number_of_property:04d}"
    return _property(name, f"Reserved field {number_of_property}", "string", "text", hidden=True)


def stage_date(stage_id: str, label: str) -> PropertyDefinition:
    """When a record last entered a stage: calculated, one property for each stage."""
    name = f"hs_v2_date_entered_{stage_id}"
    return _property(name, f'Date entered "{label}"', "datetime", "calculation_read_time", calculated=True)


def _property(
    name: str,
    label: str,
    kind: str,
    field_type: str,
    *,
    options: tuple[PropertyOption, ...] = (),
    **more: Unpack[_More],
) -> PropertyDefinition:
    return PropertyDefinition(
        name=name,
        label=label,
        type=kind,
        field_type=field_type,
        group_name="information",
        options=options,
        **more,
    )


def _options(choices: dict[str, str]) -> tuple[PropertyOption, ...]:
    return tuple(
        PropertyOption(label=label, value=value, display_order=position)
        for position, (value, label) in enumerate(choices.items())
    )


_EVERYWHERE = (
    number("hs_object_id", "Record ID"),
    moment("createdate", "Create Date"),
    owner(),
    moment("hubspot_owner_assigneddate", "Owner Assigned Date"),
    _property("hs_merged_object_ids", "Merged record IDs", "enumeration", "checkbox", external_options=True),
    text("hs_object_source", "Record source"),
    text("hs_object_source_label", "Record source label"),
    number("hs_created_by_user_id", "Created by user ID"),
    number("hs_updated_by_user_id", "Updated by user ID"),
    moment("notes_last_contacted", "Last Contacted"),
    moment("notes_last_updated", "Last Activity Date"),
    number("num_notes", "Number of Sales Activities"),
    number("num_contacted_notes", "Number of times contacted"),
)
_ADDRESS = (
    text("address", "Street Address"),
    text("city", "City"),
    text("state", "State/Region"),
    text("zip", "Postal Code"),
    text("country", "Country/Region"),
)
_SOURCE = (
    choice("hs_analytics_source", "Original Source", SOURCES),
    text("hs_analytics_source_data_1", "Original Source Drill-Down 1"),
    text("hs_analytics_source_data_2", "Original Source Drill-Down 2"),
    choice("hs_latest_source", "Latest Source", SOURCES),
    moment("hs_analytics_first_timestamp", "Time First Seen"),
    moment("hs_analytics_last_timestamp", "Time Last Seen"),
    number("hs_analytics_num_page_views", "Number of Pageviews"),
    number("hs_analytics_num_visits", "Number of Sessions"),
)

CONTACT_PROPERTIES = (
    *_EVERYWHERE,
    moment("lastmodifieddate", "Last Modified Date"),
    moment("hs_lastmodifieddate", "Object last modified date/time"),
    text("email", "Email", has_unique_value=True, form_field=True),
    text("hs_email_domain", "Email Domain"),
    text("firstname", "First Name", form_field=True),
    text("lastname", "Last Name", form_field=True),
    _property("phone", "Phone Number", "string", "phonenumber", form_field=True),
    _property("mobilephone", "Mobile Phone Number", "string", "phonenumber"),
    text("jobtitle", "Job Title", form_field=True),
    text("company", "Company Name", form_field=True),
    text("website", "Website URL"),
    *_ADDRESS,
    text("hs_language", "Preferred language"),
    text("hs_timezone", "Time Zone"),
    choice("lifecyclestage", "Lifecycle Stage", LIFECYCLE_STAGES),
    choice("hs_lead_status", "Lead Status", LEAD_STATUSES),
    *(
        moment(f"hs_lifecyclestage_{stage}_date", f"Became a {label} Date")
        for stage, label in LIFECYCLE_STAGES.items()
    ),
    *_SOURCE,
    number("num_conversion_events", "Number of Form Submissions"),
    moment("recent_conversion_date", "Recent Conversion Date"),
    number("associatedcompanyid", "Primary Associated Company ID"),
    number("num_associated_deals", "Number of Associated Deals", calculated=True),
    moment("first_deal_created_date", "First Deal Created Date", calculated=True),
    money("total_revenue", "Total Revenue", calculated=True),
    number("hs_predictivecontactscore_v2", "Likelihood to close", calculated=True),
    flag("hs_email_optout", "Unsubscribed from all email"),
    text("hs_marketable_status", "Marketing contact status"),
    flag("hs_is_unworked", "Contact unworked", calculated=True),
    text("hs_calculated_merged_vids", "Merged contact IDs with timestamps", calculated=True),
    text("hs_all_contact_vids", "All contact IDs", calculated=True),
)
COMPANY_PROPERTIES = (
    *_EVERYWHERE,
    moment("hs_lastmodifieddate", "Last Modified Date"),
    text("name", "Company name"),
    text("domain", "Company Domain Name"),
    text("website", "Website URL"),
    _property("phone", "Phone Number", "string", "phonenumber"),
    *_ADDRESS,
    _property("industry", "Industry", "enumeration", "select"),
    number("numberofemployees", "Number of Employees"),
    choice("hs_employee_range", "Employee range", EMPLOYEE_BANDS),
    money("annualrevenue", "Annual Revenue"),
    number("founded_year", "Year Founded"),
    _property("description", "Description", "string", "textarea"),
    choice("lifecyclestage", "Lifecycle Stage", LIFECYCLE_STAGES),
    *_SOURCE,
    flag("is_public", "Is Public"),
    number("num_associated_contacts", "Number of Associated Contacts", calculated=True),
    number("num_associated_deals", "Number of Associated Deals", calculated=True),
    number("hs_num_open_deals", "Number of open deals", calculated=True),
    money("total_revenue", "Total Revenue", calculated=True),
    money("recent_deal_amount", "Recent Deal Amount", calculated=True),
)
DEAL_PROPERTIES = (
    *_EVERYWHERE,
    moment("hs_lastmodifieddate", "Last Modified Date"),
    text("dealname", "Deal Name"),
    money("amount", "Amount", currency="deal_currency_code"),
    money("amount_in_home_currency", "Amount in company currency", calculated=True),
    _property("deal_currency_code", "Currency", "enumeration", "select"),
    number("hs_exchange_rate", "Exchange rate", calculated=True),
    moment("closedate", "Close Date"),
    _property("pipeline", "Pipeline", "enumeration", "select", external_options=True),
    _property("dealstage", "Deal Stage", "enumeration", "radio", external_options=True),
    choice("dealtype", "Deal Type", DEAL_TYPES),
    number("hs_deal_stage_probability", "Deal probability", calculated=True),
    money("hs_projected_amount", "Weighted amount", currency="deal_currency_code", calculated=True),
    flag("hs_is_closed", "Is Deal Closed?", calculated=True),
    flag("hs_is_closed_won", "Is Closed Won", calculated=True),
    flag("hs_is_closed_lost", "Is Closed Lost", calculated=True),
    number("days_to_close", "Days to close", calculated=True),
    choice("hs_priority", "Priority", {"low": "Low", "medium": "Medium", "high": "High"}),
    _property("closed_lost_reason", "Closed Lost Reason", "string", "textarea"),
    _property("closed_won_reason", "Closed Won Reason", "string", "textarea"),
    money("hs_acv", "Annual contract value", currency="deal_currency_code", calculated=True),
    money("hs_arr", "Annual recurring revenue", currency="deal_currency_code", calculated=True),
    money("hs_tcv", "Total contract value", currency="deal_currency_code", calculated=True),
    number("num_associated_contacts", "Number of Associated Contacts", calculated=True),
    number("hs_primary_associated_company", "Primary Associated Company"),
    *_SOURCE,
)
STANDARD_PROPERTIES = {
    "contacts": CONTACT_PROPERTIES,
    "companies": COMPANY_PROPERTIES,
    "deals": DEAL_PROPERTIES,
}
