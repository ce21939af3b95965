"""The campaigns of a generated portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.clock import DAY_MS, from_ms
from tests.hubspot_simulator.marketing.campaigns import Campaign, MoneyItem
from tests.hubspot_simulator.marketing.pages import guid

if TYPE_CHECKING:
    from tests.hubspot_simulator.business.scene import Scene

_NAMES = {
    "en": ("Launch", "Discounts", "Always-on search", "Trade fair", "Customer stories", "Webinars"),
    "de": ("Neuheiten", "Rabatte", "Suchanzeigen", "Messe", "Anwenderberichte", "Webinare"),
    "ja": ("新製品", "割引", "検索広告", "展示会", "導入事例", "ウェビナー"),
}
_COSTS = {
    "en": ("Google Ads", "LinkedIn Ads", "Agency fee", "Printing", "Stand", "Photographer"),
    "de": ("Google Ads", "LinkedIn Ads", "Agentur", "Druck", "Messestand", "Fotograf"),
    "ja": ("Google広告", "LinkedIn広告", "代理店費用", "印刷", "出展料", "撮影"),
}
_WITHOUT_SPEND, _WITHOUT_ANYTHING = 2, 3
_MONTH_MS = 30 * DAY_MS
_LONGEST_MONTHS = 5
_ROUND_TO = {"JPY": -3}


def draft_campaigns(scene: Scene) -> dict[str, Campaign]:
    """Campaigns over the whole history: one without spend, one without even a budget."""
    campaigns = (_campaign(scene, number) for number in range(scene.spec.campaigns))
    return {campaign.id: campaign for campaign in campaigns}


def _campaign(scene: Scene, number: int) -> Campaign:
    rng, spec = scene.rng, scene.spec
    history = scene.calendar.anchor_ms - scene.calendar.start_ms
    begins = scene.calendar.start_ms + round(history * number / max(spec.campaigns, 1) / DAY_MS) * DAY_MS
    months = rng.randrange(1, _LONGEST_MONTHS)
    ends = begins + months * _MONTH_MS
    created = begins - rng.randrange(5, 30) * DAY_MS - rng.randrange(DAY_MS)
    names = _NAMES.get(spec.locale[:2], _NAMES["en"])
    campaign = Campaign(
        id=guid(spec.portal_id, "campaign", number),
        created_ms=created,
        updated_ms=min(created + rng.randrange(DAY_MS, 40 * DAY_MS), scene.calendar.anchor_ms - DAY_MS),
        values={
            "hs_name": f"{names[number % len(names)]} {from_ms(begins):%Y-%m}",
            "hs_start_date": f"{from_ms(begins):%Y-%m-%d}",
            "hs_end_date": f"{from_ms(ends):%Y-%m-%d}",
            "hs_goal": f"{rng.randrange(20, 400)} leads",
            "hs_owner": rng.choice(scene.portal.owners).id,
            "hs_currency_code": spec.currency,
            "hs_campaign_status": "completed" if ends < scene.calendar.anchor_ms else "in_progress",
            "hs_utm": f"{spec.domain.split('.', maxsplit=1)[0]}-{number}",
            "hs_color_hex": f"#{rng.randrange(0x1000000):06X}",
            "hs_object_id": str(spec.portal_id % 1_000_000 * 1_000 + number),
            "hs_created_by_user_id": str(scene.portal.user_id),
        },
    )
    if spec.value_quirks and number == 0:
        campaign.values |= {"hs_notes": "NUL\x00 and 🏔️", "hs_audience": ""}
    if number != _WITHOUT_ANYTHING:
        _spend(scene, campaign, number, begins, months)
    return campaign


def _spend(scene: Scene, campaign: Campaign, number: int, begins: int, months: int) -> None:
    rng = scene.rng
    digits = _ROUND_TO.get(scene.spec.currency, 2)
    granted = round(scene.business.deal_size * rng.uniform(0.8, 3.0), digits)
    first_id = int(campaign.id[:8], 16)
    campaign.budget = [_item(first_id, "Budget", granted, campaign.created_ms)]
    if number == _WITHOUT_SPEND:
        return
    costs = _COSTS.get(scene.spec.locale[:2], _COSTS["en"])
    for month in range(months):
        for _ in range(rng.randrange(1, 3)):
            typed_in = begins + month * _MONTH_MS + rng.randrange(_MONTH_MS)
            if typed_in < scene.calendar.anchor_ms:
                amount = round(granted / months * rng.uniform(0.3, 0.8), digits)
                item_id = first_id + 1 + len(campaign.spend)
                campaign.spend = [*campaign.spend, _item(item_id, rng.choice(costs), amount, typed_in)]
    campaign.spend = sorted(campaign.spend, key=lambda item: item.created_at)


def _item(item_id: int, name: str, amount: float, moment: int) -> MoneyItem:
    return MoneyItem(id=str(item_id), name=name, amount=amount, created_at=moment, updated_at=moment)
