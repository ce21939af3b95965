"""The marketing KPIs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tests.kpi_truth.samples import Sample, ratio
from tests.kpi_truth.values import moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from tests.kpi_truth.account import Account, Fact
    from tests.kpi_truth.settings import Settings

UNKNOWN: Final = "UNKNOWN"
#: The channel of what campaigns cost; their items name none.
CAMPAIGNS: Final = "campaigns"

_COUNTERS: Final[Mapping[str, str]] = {
    "emails_sent": "sent",
    "emails_delivered": "delivered",
    "emails_opened": "open",
    "emails_clicked": "click",
    "emails_bounced": "bounce",
    "emails_unsubscribed": "unsubscribed",
}
_RATES: Final[Mapping[str, tuple[str, str]]] = {
    "email_open_rate": ("open", "delivered"),
    "email_click_rate": ("click", "delivered"),
    "email_click_through_rate": ("click", "open"),
}


def samples(account: Account, settings: Settings) -> Iterator[Sample]:
    """All of them."""
    yield from _contacts(account)
    yield from _sessions(account)
    yield from _emails(account)
    yield from _submissions(account)
    yield from _spend(account, settings)


def _contacts(account: Account) -> Iterator[Sample]:
    for contact in account.facts.get("contacts", ()):
        moments = {
            "new_contacts": contact.first_moment("createdate") or contact.created,
            "mqls": _entered(contact, "marketingqualifiedlead"),
            "new_customers": _entered(contact, "customer"),
        }
        for kpi, instant in moments.items():
            if instant is not None:
                source = contact["hs_analytics_source"] or UNKNOWN
                yield Sample(portal_id=account.portal_id, day=account.day(instant), kpi=kpi, dimension=source)


def _entered(contact: Fact, stage: str) -> datetime | None:
    return contact.first_moment(f"hs_v2_date_entered_{stage}", f"hs_lifecyclestage_{stage}_date")


def _sessions(account: Account) -> Iterator[Sample]:
    for row in account.rows.get("web_analytics_daily", ()):
        yield Sample(
            portal_id=account.portal_id,
            day=date.fromisoformat(row["date"]),
            kpi="sessions",
            numerator=Decimal(row.get("visits", 0)),  # the report leaves out what is zero
            dimension=row["breakdown"],
        )


def _emails(account: Account) -> Iterator[Sample]:
    for email in account.rows.get("marketing_emails", ()):
        published = moment(email.get("publishedAt"))
        if published is None:
            continue
        day, counters = account.day(published), email["stats"]["counters"]
        for kpi, name in _COUNTERS.items():
            yield Sample(
                portal_id=account.portal_id,
                day=day,
                kpi=kpi,
                numerator=Decimal(counters[name]) if name in counters else None,
                dimension=email["id"],
            )
        for kpi, (part, whole) in _RATES.items():
            if part in counters and whole in counters:
                parts = (Decimal(counters[part]), Decimal(counters[whole]))
                yield ratio(account.portal_id, day, kpi, parts, email["id"])


def _submissions(account: Account) -> Iterator[Sample]:
    for submission in account.rows.get("form_submissions", ()):
        submitted = moment(submission["submittedAt"])
        assert submitted is not None
        yield Sample(
            portal_id=account.portal_id,
            day=account.day(submitted),
            kpi="form_submissions",
            dimension=submission["formId"],
        )


def _spend(account: Account, settings: Settings) -> Iterator[Sample]:
    """What was entered by hand; for months without an entry what the campaigns' items say."""
    entered = [row for row in settings.spend if row.portal_id == account.portal_id]
    for row in entered:
        yield Sample(
            portal_id=account.portal_id,
            day=row.month,
            kpi="marketing_spend",
            numerator=settings.converted(row.amount, row.currency or account.currency, row.month),
            dimension=row.channel,
        )
    currencies = {
        campaign["id"]: campaign["properties"].get("hs_currency_code")
        for campaign in account.rows.get("campaigns", ())
    }
    for item in account.rows.get("campaign_spend_items", ()):
        typed_in = moment(item["createdAt"])
        assert typed_in is not None
        month = account.day(typed_in).replace(day=1)
        if month in {row.month for row in entered}:
            continue
        currency = currencies.get(item["campaignId"]) or account.currency
        yield Sample(
            portal_id=account.portal_id,
            day=month,
            kpi="marketing_spend",
            numerator=settings.converted(Decimal(str(item["amount"])), currency, month),
            dimension=CAMPAIGNS,
        )
