"""The marketing e-mails of a generated portal, sent to the contacts that it had by then."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from tests.hubspot_simulator.clock import DAY_MS, HOUR_MS, iso
from tests.hubspot_simulator.marketing.email_statistics import Sending, counters_of
from tests.hubspot_simulator.marketing.emails import Email, EmailBook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.hubspot_simulator.business.scene import Scene
    from tests.hubspot_simulator.marketing.campaigns import Campaign

_NAMES = {
    "en": ("Newsletter", "Product news", "Welcome", "Invitation", "Survey", "Special offer"),
    "de": ("Newsletter", "Produktneuheiten", "Willkommen", "Einladung", "Umfrage", "Angebot"),
    "ja": ("ニュースレター", "製品ニュース", "ようこそ", "ご招待", "アンケート", "特別価格"),
}
# What the e-mails of each eleven are, besides sent once to everybody.
_ELEVEN = 11
_AUTOMATED, _DRAFT, _AB, _ARCHIVED, _SCHEDULED = 2, 3, 4, 5, 9
# Real ids have twelve digits; steps of three pass through every rest of seven.
_FIRST_ID = 180_000_000_000
_ID_STEP = 3
_MARKETABLE = 0.72
_SEND_HOUR = 9


def draft_emails(scene: Scene, campaigns: Sequence[Campaign]) -> EmailBook:
    """E-mails over the whole history: once sent, automated, drafts, scheduled and archived ones."""
    book = EmailBook()
    created = sorted(record.created_ms for record in scene.portal.objects["contacts"])
    history = scene.calendar.anchor_ms - scene.calendar.start_ms
    for number in range(scene.spec.marketing_emails):
        share = (number + 0.5) / scene.spec.marketing_emails
        sent_at = scene.calendar.start_ms + round(history * share) // DAY_MS * DAY_MS + _SEND_HOUR * HOUR_MS
        email = book.put(_email(scene, number, sent_at))
        if email.is_published:
            sendings = (
                _daily(scene, [moment for moment in created if moment >= sent_at])
                if email.type == "AUTOMATED_EMAIL"
                else [Sending(at_ms=sent_at, counters=_counters(scene, bisect_left(created, sent_at)))]
            )
            book.sendings[email.id].extend(sendings)
            _name_campaign(scene, book, email, campaigns)
    return book


def _email(scene: Scene, number: int, sent_at: int) -> Email:
    rng, spec, role = scene.rng, scene.spec, number % _ELEVEN
    names = _NAMES.get(spec.locale[:2], _NAMES["en"])
    created = sent_at - rng.randrange(2, 20) * DAY_MS - rng.randrange(DAY_MS)
    email_id = _FIRST_ID + spec.portal_id % 10_000 * 1_000_000 + number * _ID_STEP
    odd = " 🏔️ NUL\x00" if spec.value_quirks and number == 0 else ""
    email = Email(
        id=str(email_id),
        name=f"{names[number % len(names)]} {number + 1}{odd}",
        subject=f"{names[number % len(names)]} – {spec.name}",
        type="BATCH_EMAIL",
        state="DRAFT",
        is_published=False,
        created_at=iso(created),
        updated_at=iso(sent_at - HOUR_MS),
        email_campaign_group_id=str(email_id + 500_000),
        active_domain=f"www.{spec.domain}",
        language=spec.locale[:2],
        subcategory="batch",
        sender={"fromName": spec.name, "replyTo": f"hello@{spec.domain}"},
        to={"contactLists": {"include": ["1"], "exclude": []}, "suppressGraymail": True},
        subscription_details={"officeLocationId": "1", "subscriptionId": str(spec.portal_id % 100_000)},
        content={"templatePath": "@hubspot/email/dnd/Start_from_scratch.html"},
        webversion={"enabled": True, "domain": f"www.{spec.domain}"},
    )
    if role == _DRAFT:
        return email
    if role == _SCHEDULED:
        later = iso(scene.calendar.anchor_ms + rng.randrange(1, 20) * DAY_MS)
        return msgspec.structs.replace(email, state="SCHEDULED", publish_date=later)
    changes: dict[str, object] = {"state": "PUBLISHED"}
    if role == _AUTOMATED:
        changes = {"type": "AUTOMATED_EMAIL", "state": "AUTOMATED", "subcategory": "automated"}
    if role == _AB:
        changes |= {
            "type": "AB_EMAIL",
            "is_ab": True,
            "testing": {"testId": str(email_id), "abTestPercentage": 50, "isAbVariation": False},
        }
    if role == _ARCHIVED:
        changes |= {"archived": True, "deleted_at": iso(sent_at + rng.randrange(1, 20) * DAY_MS)}
    campaign_id = str(email_id // 1_000 + number)
    return msgspec.structs.replace(
        email,
        is_published=True,
        publish_date=iso(sent_at),
        published_at=iso(sent_at),
        updated_at=iso(sent_at),
        all_email_campaign_ids=(campaign_id,),
        primary_email_campaign_id=campaign_id,
        **changes,
    )


def _name_campaign(scene: Scene, book: EmailBook, email: Email, campaigns: Sequence[Campaign]) -> None:
    """Say which campaign an e-mail belongs to; some belong to none."""
    running = [each for each in campaigns if iso(each.created_ms) < email.created_at]
    if running and scene.rng.random() < 0.8:
        campaign = running[-1]
        book.put(
            msgspec.structs.replace(
                email,
                campaign=campaign.id,
                campaign_name=campaign.values["hs_name"],
                campaign_utm=campaign.values["hs_utm"],
            )
        )


def _counters(scene: Scene, known: int) -> dict[str, int]:
    rng = scene.rng
    sent = round(known * _MARKETABLE) + 3
    bounced = round(sent * rng.uniform(0.003, 0.02))
    opened = round((sent - bounced) * rng.uniform(0.2, 0.42))
    clicked = round(opened * rng.uniform(0.05, 0.2))
    unsubscribed = round(sent * rng.uniform(0, 0.006))
    return counters_of(sent=sent, opened=opened, clicked=clicked, bounced=bounced, unsubscribed=unsubscribed)


def _daily(scene: Scene, created: list[int]) -> list[Sending]:
    """An automated e-mail greets each new contact on the day it came."""
    rng = scene.rng
    days = Counter(moment // DAY_MS * DAY_MS + _SEND_HOUR * HOUR_MS for moment in created)
    sendings = []
    for at_ms, sent in sorted(days.items()):
        opened = sum(rng.random() < 0.55 for _ in range(sent))
        clicked = sum(rng.random() < 0.2 for _ in range(opened))
        sendings.append(Sending(at_ms=at_ms, counters=counters_of(sent=sent, opened=opened, clicked=clicked)))
    return sendings
