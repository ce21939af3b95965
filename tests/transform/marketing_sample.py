"""What marketing did in the sample portals: e-mails, forms, visits and campaigns, the same ids in each portal."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tests.transform.sample_portals import FULL_READ_BEGAN, MISSED, SYNCED, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.transform.sample_portals import Portal

_STREAMS: Final = (
    "marketing_emails",
    "forms",
    "form_submissions",
    "campaigns",
    "campaign_spend_items",
    "web_analytics_daily",
)
#: The hours of UTC at which a day ends somewhere: in Tokyo, New York (winter and summer), Berlin (likewise) and UTC.
_MIDNIGHTS: Final = (15, 5, 4, 23, 22, 0)

FORMS: Final = {"contact": "Contact us", "old": "Trade fair 2024"}
CAMPAIGNS: Final = {"launch": "Launch", "always": "Always on"}


@dataclass(frozen=True, slots=True)
class Email:
    """A marketing e-mail that was published; a counter that HubSpot does not give is missing."""

    portal: Portal
    email_id: str
    name: str
    published: datetime
    counters: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Submission:
    """Somebody's filling in of a form."""

    portal: Portal
    form_id: str
    submitted: datetime


@dataclass(frozen=True, slots=True)
class Visits:
    """The sessions of a day of the portal that one source brought."""

    portal: Portal
    day: date
    source: str
    visits: int


@dataclass(frozen=True, slots=True)
class SpendItem:
    """What somebody typed in as spent on a campaign; without a currency it is the portal's own."""

    portal: Portal
    typed_in: datetime
    amount: Decimal
    currency: str | None


@dataclass(slots=True)
class MarketingSample:
    """Raw rows by stream, and the facts behind those that count."""

    rows: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    emails: list[Email] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
    visits: list[Visits] = field(default_factory=list)
    spend: list[SpendItem] = field(default_factory=list)

    def add(self, portal: Portal, stream: str, row: dict[str, object], *, is_missing: bool = False) -> None:
        """Add a raw row, or one that the last full read has not seen."""
        synced_at = moment(MISSED if is_missing else SYNCED)
        self.rows.setdefault(stream, []).append(
            {"portal_id": portal.portal_id, "synced_at": synced_at, **row}
        )


def marketing_sample(portals: Iterable[Portal], *, seed: int = 11) -> MarketingSample:
    """Generate what marketing did in these portals."""
    choose = random.Random(seed)  # noqa: S311 - repeatable, not unguessable
    result = MarketingSample()
    for portal in portals:
        for stream in _STREAMS:
            result.add(portal, "portal_syncs", _full_read(stream))
        for number in range(30):
            _add_email(result, portal, str(number), choose)
        for form_id, name in FORMS.items():
            result.add(portal, "forms", {"id": form_id, "name": name, "archived": form_id == "old"})
        for number in range(60):
            _add_submission(result, portal, str(number), choose)
        for number in range(0, 300, 3):
            _add_visits(result, portal, date(2025, 1, 1) + timedelta(days=number), choose)
        for campaign_id, name in CAMPAIGNS.items():
            result.add(portal, "campaigns", {"id": campaign_id, "name": name})
        for number in range(40):
            _add_spend(result, portal, str(number), choose)
    return result


def _full_read(stream: str) -> dict[str, object]:
    return {
        "run_id": "first",
        "stream": stream,
        "object_type": "",
        "mode": "backfill",
        "status": "ok",
        "started_at": moment(FULL_READ_BEGAN),
        "finished_at": moment(SYNCED),
        "window_from": moment(FULL_READ_BEGAN),
    }


def _add_email(result: MarketingSample, portal: Portal, email_id: str, choose: random.Random) -> None:
    fate = choose.choice(["published", "published", "published", "archived", "draft", "unsent", "missing"])
    published = None if fate == "draft" else _instant(choose)
    counters = _counters(choose)
    if fate == "unsent":
        counters = dict.fromkeys(counters, 0)
    elif choose.random() < 0.1:
        del counters["open"]
    row: dict[str, object] = {
        "id": email_id,
        "name": f"News {email_id}",
        "is_published": published is not None,
        "published_at": published and moment(published),
        "archived": fate == "archived",
        "statistics": {"counters": counters, "ratios": {"openratio": 99.9}},
    }
    result.add(portal, "marketing_emails", row, is_missing=fate == "missing")
    if published and fate != "missing":
        result.emails.append(Email(portal, email_id, f"News {email_id}", published, counters))


def _counters(choose: random.Random) -> dict[str, int]:
    sent = choose.randrange(1, 5000)
    delivered = choose.randrange(sent + 1)
    opened = choose.randrange(delivered + 1)
    return {
        "sent": sent,
        "delivered": delivered,
        "open": opened,
        "click": choose.randrange(opened + 1),
        "bounce": sent - delivered,
        "unsubscribed": choose.randrange(3),
    }


def _add_submission(
    result: MarketingSample, portal: Portal, submission_id: str, choose: random.Random
) -> None:
    submitted, form_id = _instant(choose), choose.choice([*FORMS, "unread"])
    is_missing = choose.random() < 0.1
    row: dict[str, object] = {
        "form_id": form_id,
        "id": submission_id,
        "submitted_at": moment(submitted),
        "values": {"values": [{"name": "email", "value": f"{submission_id}@example.com"}]},
    }
    result.add(portal, "form_submissions", row, is_missing=is_missing)
    if not is_missing:
        result.submissions.append(Submission(portal, form_id, submitted))


def _add_visits(result: MarketingSample, portal: Portal, day: date, choose: random.Random) -> None:
    for source in ("organic", "paid-social", "offline"):
        fate = choose.choice(["counted", "counted", "counted", "written over", "missing"])
        visits = 0 if source == "offline" or fate == "written over" else choose.randrange(1, 900)
        metrics = {"visits": visits} if visits else {"contacts": 1}
        row: dict[str, object] = {
            "date": day.isoformat(),
            "source": source,
            "visits": visits,
            "metrics": {} if fate == "written over" else metrics,
        }
        result.add(portal, "web_analytics_daily", row, is_missing=fate == "missing")
        if fate == "counted":
            result.visits.append(Visits(portal, day, source, visits))


def _add_spend(result: MarketingSample, portal: Portal, item_id: str, choose: random.Random) -> None:
    typed_in = _instant(choose, first_of_month=choose.random() < 0.5)
    amount = Decimal(choose.randrange(100, 1_000_000)) / 100
    currency = choose.choice([portal.currency, None, "GBP", "CHF"])
    is_missing = choose.random() < 0.1
    row: dict[str, object] = {
        "campaign_id": choose.choice(list(CAMPAIGNS)),
        "id": item_id,
        "name": "Ads",
        "amount": str(amount),
        "currency_code": currency,
        "created_at": moment(typed_in),
    }
    result.add(portal, "campaign_spend_items", row, is_missing=is_missing)
    if not is_missing:
        result.spend.append(SpendItem(portal, typed_in, amount, currency))


def _instant(choose: random.Random, *, first_of_month: bool = False) -> datetime:
    """Pick a moment of two years at which a day, or a month, begins somewhere, or the millisecond before."""
    day = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=choose.randrange(650))
    midnight = choose.choice(_MIDNIGHTS)
    if first_of_month:
        # West of Greenwich a month begins on the first in UTC, east of it on the day before.
        day = day.replace(day=1) - timedelta(days=1 if midnight > 12 else 0)
    return day + timedelta(hours=midnight) - timedelta(milliseconds=choose.choice([0, 1]))
