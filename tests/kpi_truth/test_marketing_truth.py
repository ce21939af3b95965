from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.kpi_truth import Account, Key, Settings, by_day, by_month, samples_of, totals_by_month
from tests.kpi_truth.account import Fact
from tests.kpi_truth.settings import Spend

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PORTAL = 7
NOW = datetime(2026, 4, 2, 12, tzinfo=UTC)
RATES = {
    ("NZD", "USD"): {date(2026, 1, 1): Decimal("0.60"), date(2026, 3, 1): Decimal("0.50")},
    ("EUR", "USD"): {date(2026, 3, 1): Decimal("1.20")},
}


def kiwi(
    *contacts: Mapping[str, str], rows: Mapping[str, Sequence[Mapping[str, object]]] | None = None
) -> Account:
    facts = [Fact(str(number), NOW, properties) for number, properties in enumerate(contacts)]
    return Account(PORTAL, "Pacific/Auckland", "NZD", NOW, {"contacts": facts}, {}, rows or {})


def test_a_contact_counts_on_the_portals_own_day() -> None:
    # 23:30 on 31 March there, which is on summer time (+13); half an hour later it is April.
    late, later = "2026-03-31T10:30:00.000Z", "2026-03-31T11:00:00Z"
    account = kiwi(
        {"createdate": late, "hs_analytics_source": "REFERRALS"},
        {"createdate": later},
        {"createdate": "1774953000000"},  # the same as the first, in milliseconds
    )
    values = by_day(samples_of(account, Settings("USD", {})))
    assert values == {
        Key(PORTAL, date(2026, 3, 31), "new_contacts", "REFERRALS"): 1,
        Key(PORTAL, date(2026, 3, 31), "new_contacts", "UNKNOWN"): 1,
        Key(PORTAL, date(2026, 4, 1), "new_contacts", "UNKNOWN"): 1,
    }


def test_the_calculated_stage_date_goes_before_the_older_one() -> None:
    account = kiwi(
        {
            "createdate": "2026-01-01T00:00:00Z",
            "hs_v2_date_entered_marketingqualifiedlead": "2026-01-10T00:00:00Z",
            "hs_lifecyclestage_marketingqualifiedlead_date": "2026-02-10T00:00:00Z",
            "hs_lifecyclestage_customer_date": "2026-02-20T00:00:00Z",
        }
    )
    totals = totals_by_month(samples_of(account, Settings("USD", {})))
    assert totals[Key(PORTAL, date(2026, 1, 1), "mqls")] == 1
    assert totals[Key(PORTAL, date(2026, 2, 1), "new_customers")] == 1


def test_rates_of_emails_are_made_of_their_counters() -> None:
    def email(number: int, **counters: int) -> dict[str, object]:
        return {
            "id": str(number),
            "publishedAt": "2026-03-03T00:00:00Z",
            "stats": {"counters": counters},
        }

    account = kiwi(
        rows={
            "marketing_emails": [
                email(1, sent=110, delivered=100, open=40, click=4, bounce=10, unsubscribed=0),
                email(2, sent=300, delivered=300, open=0, click=0, bounce=0, unsubscribed=0),
                email(3),  # published, and nothing known of it
                {"id": "4", "stats": {"counters": {}}},
            ]
        }
    )
    samples = list(samples_of(account, Settings("USD", {})))
    month = date(2026, 3, 1)
    by_email = by_month(samples)
    assert by_email[Key(PORTAL, month, "email_click_through_rate", "1")] == Decimal("0.1")
    assert Key(PORTAL, month, "email_click_through_rate", "2") not in by_email, "nobody opened it"
    assert by_email[Key(PORTAL, month, "emails_unsubscribed", "2")] == 0
    assert not [key for key in by_email if key.dimension in {"3", "4"}]
    totals = totals_by_month(samples)
    assert totals[Key(PORTAL, month, "email_open_rate")] == Decimal("0.1"), "not the mean of 0.4 and 0"


def test_entered_spend_replaces_that_of_campaigns_month_by_month() -> None:
    account = kiwi(
        {"createdate": "2026-02-01T00:00:00Z", "hs_lifecyclestage_customer_date": "2026-03-05T00:00:00Z"},
        {"createdate": "2026-02-01T00:00:00Z", "hs_lifecyclestage_customer_date": "2026-03-06T00:00:00Z"},
        rows={
            "campaigns": [
                {"id": "c", "properties": {"hs_currency_code": "EUR"}},
                {"id": "d", "properties": {}},
            ],
            "campaign_spend_items": [
                {"campaignId": "d", "id": "1", "amount": 100.5, "createdAt": "2026-02-10T00:00:00Z"},
                {"campaignId": "c", "id": "2", "amount": 10.0, "createdAt": "2026-02-10T00:00:00Z"},
                # In March on the portal's wall, where spend was entered.
                {"campaignId": "d", "id": "3", "amount": 999.0, "createdAt": "2026-02-28T12:00:00Z"},
            ],
        },
    )
    spend = [
        Spend(PORTAL, date(2026, 3, 1), "ads", Decimal(200), "NZD"),
        Spend(PORTAL, date(2026, 3, 1), "fairs", Decimal(100), "EUR"),
        Spend(PORTAL + 1, date(2026, 3, 1), "ads", Decimal(7), "USD"),
    ]
    samples = list(samples_of(account, Settings("USD", RATES, spend)))
    months = {key: value for key, value in by_month(samples).items() if key.kpi in {"marketing_spend", "cac"}}
    assert months == {
        Key(PORTAL, date(2026, 2, 1), "marketing_spend", "campaigns"): Decimal(
            "60.30"
        ),  # no rate for EUR yet
        Key(PORTAL, date(2026, 3, 1), "marketing_spend", "ads"): 100,
        Key(PORTAL, date(2026, 3, 1), "marketing_spend", "fairs"): 120,
        Key(PORTAL, date(2026, 3, 1), "cac"): 110,
    }
