"""The marketing KPIs of sample portals, worked out from their facts in plain Python."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tests.transform.expected_kpis import converted, local_day
from tests.transform.marketing_sample import FORMS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from tests.transform.marketing_sample import MarketingSample
    from tests.transform.sample_portals import Sample

    #: Portal id, day, KPI, id and name of the dimension.
    Key = tuple[int, date, str, str, str]
    #: Numerator and denominator; None is not known, or of a sum.
    Parts = tuple[Decimal | None, Decimal | None]

_COUNTERS: Final = {
    "emails_sent": "sent",
    "emails_delivered": "delivered",
    "emails_opened": "open",
    "emails_clicked": "click",
    "emails_bounced": "bounce",
    "emails_unsubscribed": "unsubscribed",
}
_RATES: Final = {
    "email_open_rate": ("open", "delivered"),
    "email_click_rate": ("click", "delivered"),
    "email_click_through_rate": ("click", "open"),
}


@dataclass(frozen=True, slots=True)
class Entered:
    """A row of the seed `marketing_spend`."""

    portal_id: int
    month: date
    channel: str
    amount: Decimal
    currency: str


def expected_marketing_kpis(
    portals: Sample, marketing: MarketingSample, *, currency: str, entered: Sequence[Entered] = ()
) -> dict[Key, Parts]:
    """Return numerator and denominator of each KPI by portal id, local day, KPI and dimension.

    Args:
        portals: The portals and their contacts.
        marketing: What marketing did in them.
        currency: ISO code of the reporting currency.
        entered: What the seed `marketing_spend` holds.
    """
    sums: defaultdict[Key, list[Decimal | None]] = defaultdict(list)
    for key, value in (
        *_contacts(portals),
        *_visits_and_submissions(marketing),
        *_emails(marketing),
        *_spend(marketing, currency, entered),
    ):
        sums[key].append(value)
    return {key: (_sum(values), None) for key, values in sums.items()} | dict(_rates(marketing))


def _sum(values: list[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def _contacts(portals: Sample) -> Iterator[tuple[Key, Decimal]]:
    by_id = {portal.portal_id: portal for portal in portals.portals}
    for contact in portals.contacts:
        for kpi, instant in (
            ("new_contacts", contact.created),
            ("mqls", contact.mql),
            ("new_customers", contact.customer),
        ):
            if instant:
                day = local_day(instant, by_id[contact.portal_id])
                yield (contact.portal_id, day, kpi, contact.source, contact.source), Decimal(1)


def _visits_and_submissions(marketing: MarketingSample) -> Iterator[tuple[Key, Decimal]]:
    for row in marketing.visits:
        yield (row.portal.portal_id, row.day, "sessions", row.source, row.source), Decimal(row.visits)
    for submission in marketing.submissions:
        day = local_day(submission.submitted, submission.portal)
        name = FORMS.get(submission.form_id, submission.form_id)
        yield (
            (submission.portal.portal_id, day, "form_submissions", submission.form_id, name),
            Decimal(1),
        )


def _emails(marketing: MarketingSample) -> Iterator[tuple[Key, Decimal | None]]:
    for email in marketing.emails:
        day = local_day(email.published, email.portal)
        for kpi, counter in _COUNTERS.items():
            count = email.counters.get(counter)
            yield (
                (email.portal.portal_id, day, kpi, email.email_id, email.name),
                None if count is None else Decimal(count),
            )


def _rates(marketing: MarketingSample) -> Iterator[tuple[Key, Parts]]:
    for email in marketing.emails:
        day = local_day(email.published, email.portal)
        for kpi, (part, whole) in _RATES.items():
            if part in email.counters and whole in email.counters:
                yield (
                    (email.portal.portal_id, day, kpi, email.email_id, email.name),
                    (Decimal(email.counters[part]), Decimal(email.counters[whole])),
                )


def _spend(
    marketing: MarketingSample, currency: str, entered: Sequence[Entered]
) -> Iterator[tuple[Key, Decimal | None]]:
    for row in entered:
        key = (row.portal_id, row.month, "marketing_spend", row.channel, row.channel)
        yield key, converted(row.amount, row.currency, currency, row.month)
    entered_months = {(row.portal_id, row.month) for row in entered}
    for item in marketing.spend:
        portal_id, month = item.portal.portal_id, local_day(item.typed_in, item.portal).replace(day=1)
        if (portal_id, month) not in entered_months:
            key = (portal_id, month, "marketing_spend", "campaigns", "campaigns")
            yield key, converted(item.amount, item.currency or item.portal.currency, currency, month)
