"""What a portal sells: its price list, the line items of its deals, and quotes."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from tests.hubspot_simulator.business.drafts import Attached
from tests.hubspot_simulator.clock import DAY_MS, HOUR_MS, iso

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from tests.hubspot_simulator.business.drafts import Deal
    from tests.hubspot_simulator.business.scene import Scene

_VARIANTS = ("", " S", " M", " L", " XL", " Plus", " Pro")
_DISCOUNTED = 0.25
_RECURRING = 0.2
_MOST_LINES = 4
_MOST_PIECES = 40
_NO_MINOR_UNIT = frozenset({"JPY", "KRW"})


def draft_products(scene: Scene) -> list[Attached]:
    """The price list in company currency: most of it from the first weeks, the rest added since."""
    rng, spec, calendar = scene.rng, scene.spec, scene.calendar
    age = calendar.anchor_ms - calendar.start_ms
    moments = sorted(calendar.start_ms + round(age * rng.random() ** 3 * 0.9) for _ in range(spec.products))
    names = [f"{name}{variant}" for variant in _VARIANTS for name in scene.business.product_names]
    return [_product(scene, number, names[number % len(names)], at) for number, at in enumerate(moments)]


def _product(scene: Scene, number: int, name: str, created: int) -> Attached:
    rng = scene.rng
    price = _rounded(scene.business.deal_size * rng.lognormvariate(-2.2, 0.9), scene.spec.currency)
    properties = {
        "name": name,
        "description": scene.phrases.body(rng),
        "hs_sku": f"{scene.spec.domain[:2].upper()}-{number + 1:04d}",
        "hs_product_type": rng.choice(("inventory", "inventory", "non_inventory", "service")),
        "price": _text(price),
        "hs_cost_of_goods_sold": _text(_rounded(float(price) * rng.uniform(0.3, 0.7), scene.spec.currency)),
        "hs_url": f"https://www.{scene.spec.domain}/products/{number + 1}",
        "hs_active": "true",
    }
    if rng.random() < _RECURRING:
        properties["recurringbillingfrequency"] = rng.choice(("monthly", "annually"))
        properties["hs_recurring_billing_period"] = "P12M"
    changed = created + round(rng.random() * (scene.calendar.anchor_ms - created - 1))
    return Attached(scene.portal.next_id("products"), created, changed, properties)


def draft_line_items(scene: Scene, deals: Sequence[Deal], products: Sequence[Attached]) -> list[Attached]:
    """Line items of some priced deals; their amounts add up to the deal's amount, in the deal's currency."""
    rng = scene.rng
    items: list[Attached] = []
    for deal in deals:
        if not products or "amount" not in deal.properties or rng.random() >= scene.business.itemised:
            continue
        sold = rng.sample(products, min(rng.randrange(1, _MOST_LINES), len(products)))
        items += _lines(scene, deal, sorted(sold, key=_price))
    return items


def _lines(scene: Scene, deal: Deal, sold: Sequence[Attached]) -> list[Attached]:
    rng, left = scene.rng, Decimal(deal.properties["amount"])
    currency = deal.properties.get("deal_currency_code", scene.spec.currency)
    weights = [rng.uniform(0.5, 2) for _ in sold]
    lines = []
    for position, product in enumerate(sold):
        last = position == len(sold) - 1
        share = float(left) * weights[position] / sum(weights[position:])
        # As many as make the negotiated price come near the list price; the dearest product takes what is left.
        pieces = 1 if last else min(max(round(share / float(_price(product))), 1), _MOST_PIECES)
        price = left if last else _rounded(share / pieces, currency)
        left -= price * pieces
        lines.append(_line(scene, deal, product, position, (pieces, price, currency)))
    return lines


def _price(product: Attached) -> Decimal:
    return Decimal(product.properties["price"])


def _line(
    scene: Scene, deal: Deal, product: Attached, position: int, sale: tuple[int, Decimal, str]
) -> Attached:
    pieces, net, currency = sale
    rng, created = (
        scene.rng,
        min(deal.created_ms + scene.rng.randrange(HOUR_MS), scene.calendar.anchor_ms - 1),
    )
    discount = Decimal(0)
    if rng.random() < _DISCOUNTED:
        discount = _rounded(float(net) * rng.choice((0.05, 0.1, 0.15)), currency)
    properties = {
        "name": product.properties["name"],
        "hs_product_id": str(product.id),
        "hs_sku": product.properties["hs_sku"],
        "quantity": str(pieces),
        "price": _text(net + discount),
        "discount": _text(discount),
        "hs_total_discount": _text(discount * pieces),
        "hs_pre_discount_amount": _text((net + discount) * pieces),
        "amount": _text(net * pieces),
        "hs_line_item_currency_code": currency,
        "hs_position_on_quote": str(position),
        "hs_cost_of_goods_sold": product.properties["hs_cost_of_goods_sold"],
    }
    for name in ("recurringbillingfrequency", "hs_recurring_billing_period"):
        if name in product.properties:
            properties[name] = product.properties[name]
    item = Attached(scene.portal.next_id("line_items"), created, created, properties)
    item.about("deals", deal)
    return item


def draft_quotes(scene: Scene, deals: Sequence[Deal], items: Sequence[Attached]) -> list[Attached]:
    """Quotes of some priced deals, with the deal's line items, contact and company."""
    rng = scene.rng
    if not scene.spec.products:
        return []
    items_of: dict[int, list[Attached]] = {}
    for item in items:
        items_of.setdefault(item.links[0][1], []).append(item)
    priced = [deal for deal in deals if "amount" in deal.properties]
    return [
        _quote(scene, deal, number, items_of.get(deal.id, ()))
        for number, deal in enumerate(deal for deal in priced if rng.random() < scene.business.quoted)
    ]


def _quote(scene: Scene, deal: Deal, number: int, items: Sequence[Attached]) -> Attached:
    rng, spec = scene.rng, scene.spec
    ends = min(deal.closed_ms or scene.calendar.anchor_ms, scene.calendar.anchor_ms) - 1
    created = deal.created_ms + round(rng.random() * max(0, ends - deal.created_ms))
    signed = deal.won and rng.random() < 0.4
    properties = {
        "hs_title": deal.properties["dealname"],
        "hs_quote_number": f"{iso(created)[:10].replace('-', '')}-{number + 1:05d}",
        "hs_status": _status(deal, rng),
        "hs_quote_amount": deal.properties["amount"],
        "hs_currency": deal.properties.get("deal_currency_code", spec.currency),
        "hs_expiration_date": iso(created + 30 * DAY_MS),
        "hs_language": spec.locale.split("_", maxsplit=1)[0],
        "hs_locale": spec.locale.replace("_", "-").lower(),
        "hs_esign_enabled": "true" if signed else "false",
        "hs_payment_status": "PAID" if deal.won and rng.random() < 0.3 else "PENDING",
        "hs_sender_company_name": spec.name,
        "hs_quote_link": f"https://quotes.{spec.domain}/{rng.getrandbits(60):015x}",
        "hubspot_owner_id": deal.properties["hubspot_owner_id"],
    }
    quote = Attached(scene.portal.next_id("quotes"), created, created, properties)
    quote.about("deals", deal)
    if deal.contact:
        quote.about("contacts", deal.contact)
        quote.about("companies", deal.contact.company)
    for item in items:
        quote.about("line_items", item)
    return quote


def _status(deal: Deal, rng: random.Random) -> str:
    if deal.won:
        return "APPROVAL_NOT_NEEDED"
    return rng.choices(("DRAFT", "APPROVAL_NOT_NEEDED", "PENDING_APPROVAL", "REJECTED"), (30, 50, 12, 8))[0]


def _rounded(amount: float, currency: str) -> Decimal:
    unit = Decimal(1) if currency in _NO_MINOR_UNIT else Decimal("0.01")
    return Decimal(amount).quantize(unit, ROUND_HALF_UP)


def _text(amount: Decimal) -> str:
    return format(amount, "f").removesuffix(".00")
