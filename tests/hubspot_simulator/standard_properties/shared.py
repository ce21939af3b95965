"""Properties that several object types have, and the choices they offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.standard_properties.makers import (
    choice,
    moment,
    number,
    owner,
    property_of,
    text,
)

if TYPE_CHECKING:
    from tests.hubspot_simulator.catalogue import PropertyDefinition

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


def stamped(
    created_property: str, modified_property: str = "hs_lastmodifieddate"
) -> tuple[PropertyDefinition, ...]:
    """What every record of every type has: its id, its stamps, its owner, where it came from."""
    return (
        number("hs_object_id", "Record ID"),
        moment(created_property, "Create Date"),
        moment(modified_property, "Last Modified Date"),
        owner(),
        moment("hubspot_owner_assigneddate", "Owner Assigned Date"),
        property_of(
            "hs_merged_object_ids", "Merged record IDs", "enumeration", "checkbox", external_options=True
        ),
        text("hs_object_source", "Record source"),
        text("hs_object_source_label", "Record source label"),
        number("hs_created_by_user_id", "Created by user ID"),
        number("hs_updated_by_user_id", "Updated by user ID"),
    )


SALES_ACTIVITY = (
    moment("notes_last_contacted", "Last Contacted"),
    moment("notes_last_updated", "Last Activity Date"),
    number("num_notes", "Number of Sales Activities"),
    number("num_contacted_notes", "Number of times contacted"),
)
ADDRESS = (
    text("address", "Street Address"),
    text("city", "City"),
    text("state", "State/Region"),
    text("zip", "Postal Code"),
    text("country", "Country/Region"),
)
SOURCE = (
    choice("hs_analytics_source", "Original Source", SOURCES),
    text("hs_analytics_source_data_1", "Original Source Drill-Down 1"),
    text("hs_analytics_source_data_2", "Original Source Drill-Down 2"),
    choice("hs_latest_source", "Latest Source", SOURCES),
    moment("hs_analytics_first_timestamp", "Time First Seen"),
    moment("hs_analytics_last_timestamp", "Time Last Seen"),
    number("hs_analytics_num_page_views", "Number of Pageviews"),
    number("hs_analytics_num_visits", "Number of Sessions"),
)
