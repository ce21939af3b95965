"""The deals of a portal: first deals of qualified contacts, then repeat business of those who bought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.business.drafts import Deal
from tests.hubspot_simulator.clock import DAY_MS, iso

if TYPE_CHECKING:
    import random

    from tests.hubspot_simulator.business.drafts import Contact
    from tests.hubspot_simulator.business.scene import Scene
    from tests.hubspot_simulator.specs import PipelineSpec, StageSpec

_FIRST_DEALS = 0.72
_LOST_REASONS = ("Price", "No decision", "Competitor", "Timing", "Missing feature")
_UNPRICED = 0.03
_NO_MINOR_UNIT = frozenset({"JPY", "KRW"})
# Repeat customers know what they want.
_REPEAT_WIN_BONUS = 0.18


def draft_deals(scene: Scene, contacts: list[Contact]) -> list[Deal]:
    """Every deal of the portal, oldest first; sets the opportunity and customer stages of their contacts."""
    rng, calendar = scene.rng, scene.calendar
    drafts = [
        _draft(scene, contact, created, repeat=False) for created, contact in _first_openings(scene, contacts)
    ]
    buyers = [deal for deal in drafts if deal.won and deal.closed_ms is not None]
    while len(drafts) < scene.spec.deals:
        earlier = rng.choice(buyers) if buyers else None
        contact = (earlier.contact if earlier else None) or rng.choice(contacts)
        since = (earlier.closed_ms if earlier else None) or contact.created_ms
        created = since + round(rng.random() * (calendar.anchor_ms - since))
        drafts.append(_draft(scene, contact, created, repeat=True))
    drafts.sort(key=lambda deal: deal.created_ms)
    for deal in drafts:
        deal.id = scene.portal.next_id("deals")
        _advance_contact(deal)
    return drafts


def _first_openings(scene: Scene, contacts: list[Contact]) -> list[tuple[int, Contact]]:
    openings = [
        (scene.calendar.later(scene.rng, contact.stages["salesqualifiedlead"], 4), contact)
        for contact in contacts
        if "salesqualifiedlead" in contact.stages
    ]
    reached = [opening for opening in openings if opening[0] < scene.calendar.anchor_ms]
    return scene.rng.sample(reached, min(len(reached), round(scene.spec.deals * _FIRST_DEALS)))


def _draft(scene: Scene, contact: Contact, created: int, *, repeat: bool) -> Deal:
    rng, spec = scene.rng, scene.spec
    pipeline = rng.choices(spec.pipelines, [line.share for line in spec.pipelines])[0]
    buyer = contact.properties.get("company") or contact.properties["lastname"]
    deal = Deal(
        0,
        created,
        created,
        {
            "dealname": f"{buyer} – {rng.choice(scene.business.deal_names)}",
            "pipeline": pipeline.id,
            "dealtype": "existingbusiness" if repeat else "newbusiness",
            "hubspot_owner_id": rng.choice(scene.portal.owners).id,
            "hs_priority": rng.choice(("low", "medium", "high")),
            "num_associated_contacts": "1",
        },
        contact=contact,
    )
    if source := contact.properties.get("hs_analytics_source"):
        deal.properties["hs_analytics_source"] = source
    wins = rng.random() < scene.business.win_rate + (_REPEAT_WIN_BONUS if repeat else 0)
    closes = scene.calendar.later(rng, created, scene.business.cycle_days, 0.6)
    _walk_stages(deal, _path(pipeline, created, closes, rng, wins=wins), scene)
    _close(deal, closes, scene, wins=wins)
    _price(deal, scene)
    contact.deals.append(deal)
    return deal


def _path(
    pipeline: PipelineSpec, created: int, closes: int, rng: random.Random, *, wins: bool
) -> list[tuple[int, StageSpec]]:
    """When the deal enters which stage, its ending included; lost deals end at any of the open stages."""
    open_stages = [stage for stage in pipeline.stages if not stage.closed]
    reached = open_stages if wins else open_stages[: rng.randrange(1, len(open_stages) + 1)]
    ending = next(stage for stage in pipeline.stages if stage.closed and (stage.probability == 1) == wins)
    step = (closes - created) / len(reached)
    return [
        *((created + round(position * step), stage) for position, stage in enumerate(reached)),
        (closes, ending),
    ]


def _walk_stages(deal: Deal, path: list[tuple[int, StageSpec]], scene: Scene) -> None:
    for entered, stage in path:
        if entered >= scene.calendar.anchor_ms:
            return
        deal.track("dealstage", entered, stage.id)
        deal.properties["hs_deal_stage_probability"] = str(stage.probability)
        if scene.spec.stage_dates:
            deal.set_dated(f"hs_v2_date_entered_{stage.id}", entered)


def _close(deal: Deal, closes: int, scene: Scene, *, wins: bool) -> None:
    closed = closes < scene.calendar.anchor_ms
    deal.won, deal.closed_ms = closed and wins, closes if closed else None
    # An open deal has the close date that its owner hopes for, not seldom one that has passed already.
    hoped_for = max(deal.created_ms, closes - round(scene.rng.random() ** 3 * 30 * DAY_MS))
    expected = closes if closed else hoped_for
    deal.properties.update(
        closedate=iso(expected),
        hs_is_closed=_flag(value=closed),
        hs_is_closed_won=_flag(value=closed and wins),
        hs_is_closed_lost=_flag(value=closed and not wins),
        days_to_close=str(max(0, (expected - deal.created_ms) // DAY_MS)),
    )
    if closed and not wins:
        deal.properties["closed_lost_reason"] = scene.rng.choice(_LOST_REASONS)


def _price(deal: Deal, scene: Scene) -> None:
    business, spec, rng = scene.business, scene.spec, scene.rng
    deal.home_amount = business.deal_size * rng.lognormvariate(0, 0.75)
    currency, rate = spec.currency, 1.0
    if business.exchange_rates and rng.random() < business.foreign_share:
        currency = rng.choice(sorted(business.exchange_rates))
        rate = round(business.exchange_rates[currency] * rng.uniform(0.97, 1.03), 6)
    if rng.random() < _UNPRICED:
        deal.home_amount = 0
        return
    amount = _rounded(deal.home_amount / rate, currency, rng)
    probability = float(deal.properties["hs_deal_stage_probability"])
    deal.home_amount = amount * rate
    deal.properties.update(
        amount=_money(amount, currency),
        amount_in_home_currency=_money(deal.home_amount, spec.currency),
        hs_projected_amount=_money(amount * probability, currency),
        hs_tcv=_money(amount, currency),
    )
    if spec.additional_currencies:
        # An account with one currency fills neither.
        deal.properties.update(deal_currency_code=currency, hs_exchange_rate=f"{rate:g}")


def _advance_contact(deal: Deal) -> None:
    contact = deal.contact
    if contact is None:
        return
    stages = contact.stages
    stages["opportunity"] = min(deal.created_ms, stages.get("opportunity", deal.created_ms))
    if deal.won and deal.closed_ms is not None:
        stages["customer"] = min(deal.closed_ms, stages.get("customer", deal.closed_ms))
        contact.note(deal.closed_ms)


def _rounded(amount: float, currency: str, rng: random.Random) -> float:
    if currency in _NO_MINOR_UNIT:
        return float(max(1_000, round(amount, -3)))
    return round(amount, 2) if rng.random() < 0.3 else max(100.0, round(amount, -2))


def _money(amount: float, currency: str) -> str:
    return f"{amount:.0f}" if currency in _NO_MINOR_UNIT else f"{amount:.2f}".removesuffix(".00")


def _flag(*, value: bool) -> str:
    return "true" if value else "false"
