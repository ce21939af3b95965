"""What can happen to marketing e-mails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tests.hubspot_simulator.clock import iso
from tests.hubspot_simulator.marketing.email_statistics import Sending, counters_of
from tests.hubspot_simulator.marketing.emails import Email
from tests.hubspot_simulator.mutations import Mutations

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_FIRST_EMAIL_ID = 1_001


class EmailEvents(Mutations):
    """Mutations of marketing e-mails."""

    def add_email(self, portal_id: int, name: str, *, at: datetime | None = None) -> Email:
        """Draft an e-mail."""
        with self.lock:
            portal = self.portals[portal_id]
            book = portal.marketing.emails
            email_id = str(max(map(int, book.emails), default=_FIRST_EMAIL_ID) + 3)
            since = iso(self._moment(at))
            email = Email(
                id=email_id,
                name=name,
                subject=name,
                type="BATCH_EMAIL",
                state="DRAFT",
                is_published=False,
                created_at=since,
                updated_at=since,
                email_campaign_group_id=email_id,
                active_domain=f"www.{portal.spec.domain}",
                language=portal.spec.locale[:2],
                subcategory="batch",
            )
            return book.put(email)

    def send_email(
        self, portal_id: int, email_id: str, recipients: int, *, at: datetime | None = None
    ) -> None:
        """Send an e-mail; nobody has opened it yet."""
        with self.lock:
            book = self.portals[portal_id].marketing.emails
            moment = self._moment(at)
            counters = counters_of(sent=recipients, opened=0, clicked=0)
            book.sendings[email_id].append(Sending(at_ms=moment, counters=counters))
            book.sendings[email_id].sort(key=lambda sending: sending.at_ms)
            email = book.emails[email_id]
            if not email.is_published:
                campaign_id = str(int(email_id) + 1)
                book.put(
                    msgspec.structs.replace(
                        email,
                        state="PUBLISHED",
                        is_published=True,
                        publish_date=iso(moment),
                        published_at=iso(moment),
                        updated_at=iso(moment),
                        all_email_campaign_ids=(campaign_id,),
                        primary_email_campaign_id=campaign_id,
                    )
                )

    def change_email_statistics(
        self, portal_id: int, email_id: str, changes: Mapping[str, int], *, sending: int = -1
    ) -> Sending:
        """More (or fewer) of some counters, such as `open`, for one of the sendings; `updatedAt` stays."""
        with self.lock:
            sendings = self.portals[portal_id].marketing.emails.sendings[email_id]
            before = sendings[sending]
            counters = dict(before.counters)
            for name, difference in changes.items():
                counters[name] = counters.get(name, 0) + difference
            sendings[sending] = Sending(at_ms=before.at_ms, counters=counters)
            return sendings[sending]

    def update_email(self, portal_id: int, email_id: str, *, name: str, at: datetime | None = None) -> Email:
        """Rename an e-mail; `updatedAt` moves."""
        return self._replace_email(portal_id, email_id, name=name, updated_at=iso(self._moment(at)))

    def archive_email(self, portal_id: int, email_id: str, *, at: datetime | None = None) -> Email:
        """Archive an e-mail: it leaves the usual list, `updatedAt` stays."""
        return self._replace_email(portal_id, email_id, archived=True, deleted_at=iso(self._moment(at)))

    def delete_email(self, portal_id: int, email_id: str) -> None:
        """Delete an e-mail for good, with its statistics."""
        with self.lock:
            book = self.portals[portal_id].marketing.emails
            del book.emails[email_id]
            book.sendings.pop(email_id, None)

    def _replace_email(self, portal_id: int, email_id: str, **changes: object) -> Email:
        with self.lock:
            book = self.portals[portal_id].marketing.emails
            return book.put(msgspec.structs.replace(book.emails[email_id], **changes))
