"""Marketing e-mails one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from kpi_marts.reader import Marts


@dataclass(frozen=True, slots=True)
class Email:
    """A row of `fct_marketing_emails`, where each column is described."""

    portal_id: int
    portal_name: str
    email_id: str
    email_name: str
    subject: str | None
    published_date: date
    sent: int | None
    delivered: int | None
    opened: int | None
    clicked: int | None
    bounced: int | None
    unsubscribed: int | None
    open_rate: Decimal | None
    click_rate: Decimal | None
    click_through_rate: Decimal | None


def emails(
    marts: Marts, since: date, until: date, portal_ids: Collection[int] | None = None, *, most: int = 500
) -> list[Email]:
    """Those published in a window of days, the newest first.

    Args:
        marts: What one may see.
        since: First day.
        until: Last day.
        portal_ids: Only these portals; None for all.
        most: How many there are at most.
    """
    return marts.ask(
        """
        SELECT
            portal_id, portal_name, email_id, email_name, subject, published_date, sent, delivered, opened, clicked,
            bounced, unsubscribed, open_rate, click_rate, click_through_rate
        FROM {fct_marketing_emails} AS emails
        WHERE
            published_date BETWEEN %(since)s AND %(until)s
            AND (%(portal_ids)s::bigint[] IS NULL OR portal_id = ANY(%(portal_ids)s))
        ORDER BY published_date DESC, portal_name, email_id
        LIMIT %(most)s
        """,
        Email,
        {
            "since": since,
            "until": until,
            "portal_ids": None if portal_ids is None else sorted(portal_ids),
            "most": most,
        },
    )
