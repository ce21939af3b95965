"""Properties of deals."""

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
from tests.hubspot_simulator.standard_properties.shared import SALES_ACTIVITY, SOURCE, stamped

DEAL_TYPES = {"newbusiness": "New Business", "existingbusiness": "Existing Business"}

DEAL_PROPERTIES = (
    *stamped("createdate"),
    *SALES_ACTIVITY,
    text("dealname", "Deal Name"),
    money("amount", "Amount", currency="deal_currency_code"),
    money("amount_in_home_currency", "Amount in company currency", calculated=True),
    property_of("deal_currency_code", "Currency", "enumeration", "select"),
    number("hs_exchange_rate", "Exchange rate", calculated=True),
    moment("closedate", "Close Date"),
    property_of("pipeline", "Pipeline", "enumeration", "select", external_options=True),
    property_of("dealstage", "Deal Stage", "enumeration", "radio", external_options=True),
    choice("dealtype", "Deal Type", DEAL_TYPES),
    number("hs_deal_stage_probability", "Deal probability", calculated=True),
    money("hs_projected_amount", "Weighted amount", currency="deal_currency_code", calculated=True),
    flag("hs_is_closed", "Is Deal Closed?", calculated=True),
    flag("hs_is_closed_won", "Is Closed Won", calculated=True),
    flag("hs_is_closed_lost", "Is Closed Lost", calculated=True),
    number("days_to_close", "Days to close", calculated=True),
    choice("hs_priority", "Priority", {"low": "Low", "medium": "Medium", "high": "High"}),
    property_of("closed_lost_reason", "Closed Lost Reason", "string", "textarea"),
    property_of("closed_won_reason", "Closed Won Reason", "string", "textarea"),
    money("hs_acv", "Annual contract value", currency="deal_currency_code", calculated=True),
    money("hs_arr", "Annual recurring revenue", currency="deal_currency_code", calculated=True),
    money("hs_tcv", "Total contract value", currency="deal_currency_code", calculated=True),
    number("num_associated_contacts", "Number of Associated Contacts", calculated=True),
    number("hs_primary_associated_company", "Primary Associated Company"),
    *SOURCE,
)
