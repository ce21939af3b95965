"""Properties of products, line items and quotes."""

from __future__ import annotations

from tests.hubspot_simulator.standard_properties.makers import moment, money, number, text
from tests.hubspot_simulator.standard_properties.shared import stamped

PRODUCT_PROPERTIES = (
    *stamped("createdate"),
    text("name", "Name"),
    text("description", "Product description"),
    money("price", "Unit price"),
)
LINE_ITEM_PROPERTIES = (
    *stamped("createdate"),
    text("name", "Name"),
    number("hs_product_id", "Product ID"),
    number("quantity", "Quantity"),
    money("amount", "Net price"),
)
QUOTE_PROPERTIES = (
    *stamped("hs_createdate"),
    text("hs_title", "Quote Title"),
    moment("hs_expiration_date", "Expiration Date"),
)
