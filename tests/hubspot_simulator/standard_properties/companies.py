"""Properties of companies."""

from __future__ import annotations

from tests.hubspot_simulator.standard_properties.makers import (
    choice,
    flag,
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

EMPLOYEE_BANDS = {"1-5": "1-5", "5-25": "5-25", "25-50": "25-50", "50-100": "50-100", "100-500": "100-500"}

COMPANY_PROPERTIES = (
    *stamped("createdate"),
    *SALES_ACTIVITY,
    text("name", "Company name"),
    text("domain", "Company Domain Name"),
    text("website", "Website URL"),
    property_of("phone", "Phone Number", "string", "phonenumber"),
    *ADDRESS,
    property_of("industry", "Industry", "enumeration", "select"),
    number("numberofemployees", "Number of Employees"),
    choice("hs_employee_range", "Employee range", EMPLOYEE_BANDS),
    money("annualrevenue", "Annual Revenue"),
    number("founded_year", "Year Founded"),
    property_of("description", "Description", "string", "textarea"),
    choice("lifecyclestage", "Lifecycle Stage", LIFECYCLE_STAGES),
    *SOURCE,
    flag("is_public", "Is Public"),
    number("num_associated_contacts", "Number of Associated Contacts", calculated=True),
    number("num_associated_deals", "Number of Associated Deals", calculated=True),
    number("hs_num_open_deals", "Number of open deals", calculated=True),
    money("total_revenue", "Total Revenue", calculated=True),
    money("recent_deal_amount", "Recent Deal Amount", calculated=True),
)
