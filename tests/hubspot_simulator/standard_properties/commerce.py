"""Properties of products, line items and quotes."""

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
from tests.hubspot_simulator.standard_properties.shared import stamped

BILLING_FREQUENCIES = {"monthly": "Monthly", "quarterly": "Quarterly", "annually": "Annually"}
PRODUCT_TYPES = {"inventory": "Inventory", "non_inventory": "Non-Inventory", "service": "Service"}
QUOTE_STATUSES = {
    "DRAFT": "Draft",
    "APPROVAL_NOT_NEEDED": "Published",
    "PENDING_APPROVAL": "Pending approval",
    "APPROVED": "Approved",
    "REJECTED": "Rejected",
}

_SOLD = (
    text("name", "Name"),
    property_of("description", "Description", "string", "textarea"),
    text("hs_sku", "SKU"),
    choice("recurringbillingfrequency", "Billing frequency", BILLING_FREQUENCIES),
    text("hs_recurring_billing_period", "Term"),
)

PRODUCT_PROPERTIES = (
    *stamped("createdate"),
    *_SOLD,
    money("price", "Unit price"),
    money("hs_cost_of_goods_sold", "Unit cost"),
    choice("hs_product_type", "Product type", PRODUCT_TYPES),
    text("hs_url", "URL"),
    flag("hs_active", "Active"),
)
LINE_ITEM_PROPERTIES = (
    *stamped("createdate"),
    *_SOLD,
    number("hs_product_id", "Product ID"),
    number("quantity", "Quantity"),
    money("price", "Unit price", currency="hs_line_item_currency_code"),
    money("discount", "Unit discount", currency="hs_line_item_currency_code"),
    money("hs_total_discount", "Total discount", currency="hs_line_item_currency_code", calculated=True),
    money(
        "hs_pre_discount_amount",
        "Pre discount amount",
        currency="hs_line_item_currency_code",
        calculated=True,
    ),
    money("amount", "Net price", currency="hs_line_item_currency_code", calculated=True),
    money("hs_cost_of_goods_sold", "Unit cost"),
    property_of("hs_line_item_currency_code", "Currency", "enumeration", "select"),
    number("hs_position_on_quote", "Position on quote"),
)
QUOTE_PROPERTIES = (
    *stamped("hs_createdate"),
    text("hs_title", "Quote Title"),
    text("hs_quote_number", "Reference number"),
    choice("hs_status", "Quote Status", QUOTE_STATUSES),
    money("hs_quote_amount", "Quote amount", currency="hs_currency", calculated=True),
    property_of("hs_currency", "Currency", "enumeration", "select"),
    moment("hs_expiration_date", "Expiration Date"),
    text("hs_language", "Language"),
    text("hs_locale", "Locale"),
    flag("hs_esign_enabled", "E-Sign enabled"),
    choice("hs_payment_status", "Payment status", {"PENDING": "Pending", "PAID": "Paid"}),
    text("hs_sender_company_name", "Sender company name"),
    text("hs_quote_link", "Public quote link"),
)
