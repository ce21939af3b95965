"""Properties of contacts."""

from __future__ import annotations

from tests.hubspot_simulator.standard_properties.makers import (
    choice,
    flag,
    moment,
    money,
    number,
    property_of,
    text,
)
from tests.hubspot_simulator.standard_properties.shared import (
    ADDRESS,
    LIFECYCLE_STAGES,
    SALES_ACTIVITY,
    SOURCE,
    stamped,
)

LEAD_STATUSES = {"NEW": "New", "OPEN": "Open", "IN_PROGRESS": "In Progress", "CONNECTED": "Connected"}

CONTACT_PROPERTIES = (
    *stamped("createdate", "lastmodifieddate"),
    *SALES_ACTIVITY,
    moment("hs_lastmodifieddate", "Object last modified date/time"),
    text("email", "Email", has_unique_value=True, form_field=True),
    text("hs_email_domain", "Email Domain"),
    text("firstname", "First Name", form_field=True),
    text("lastname", "Last Name", form_field=True),
    property_of("phone", "Phone Number", "string", "phonenumber", form_field=True),
    property_of("mobilephone", "Mobile Phone Number", "string", "phonenumber"),
    text("jobtitle", "Job Title", form_field=True),
    text("company", "Company Name", form_field=True),
    text("website", "Website URL"),
    *ADDRESS,
    text("hs_language", "Preferred language"),
    text("hs_timezone", "Time Zone"),
    choice("lifecyclestage", "Lifecycle Stage", LIFECYCLE_STAGES),
    choice("hs_lead_status", "Lead Status", LEAD_STATUSES),
    *(
        moment(f"hs_lifecyclestage_{stage}_date", f"Became a {label} Date")
        for stage, label in LIFECYCLE_STAGES.items()
    ),
    *SOURCE,
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
