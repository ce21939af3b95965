"""Reads marketing e-mails with their statistics.

The list is complete only without statistics: asked for them, HubSpot leaves e-mails out. So each page is asked for
twice, and e-mails that the second answer lacks are asked for one by one. Statistics go on moving long after an e-mail
was sent, and nothing but they tells so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.client import next_cursor
from tap_hubspot_multi.exceptions import ItemUnavailable
from tap_hubspot_multi.strategies.bookmark import FullReadProgress, ReadBookmark
from tap_hubspot_multi.strategies.full_reads import ListedRows, archive_then_live, is_full_read_due
from tap_hubspot_multi.tasks import Page
from tap_hubspot_multi.timestamps import format_timestamp, parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Task

    Email = Mapping[str, Any]

_EMAILS_PER_PAGE = "100"
_STATISTICS_MOVE = timedelta(days=90)
"""For so long after an e-mail went out people open it, click, unsubscribe."""
_SENT_ONCE = frozenset({"BATCH_EMAIL", "AB_EMAIL"})
"""E-mails of all other types go out again and again, however long ago they were published."""


@dataclass(frozen=True, slots=True)
class MarketingEmailsStrategy:
    """Reads all e-mails once, then those that changed or whose statistics may have, and all again now and then.

    Attributes:
        row: Makes a row, without `portal_id` and `synced_at`, of an e-mail with its `stats`.
    """

    row: Callable[[Email], Record]

    def read(self, task: Task) -> Iterator[Page]:
        """Read what may have changed since the task's bookmark, or everything."""
        bookmark = ReadBookmark.from_state(task.bookmark)
        listing, began_at, notes = _EmailListing(task, self.row), task.clock.now(), task.notes
        if bookmark.modified_until is not None:
            since = bookmark.modified_until - task.reading.overlap
            notes.mode, notes.window_from, notes.window_to = "incremental", since, began_at
            for archived in (True, False):
                yield from listing.moving(since, archived=archived)
            bookmark = bookmark.with_changes_until(began_at)
            yield Page([], bookmark.to_state())
            if not is_full_read_due(task, bookmark, began_at):
                return
        progress = bookmark.full_read or FullReadProgress(began_at)
        notes.mode = "full" if bookmark.modified_until else "backfill"
        notes.window_from, notes.window_to = progress.began_at, None
        for records, come_so_far in archive_then_live(listing, progress):
            progress = come_so_far or progress
            yield Page(records, None if come_so_far is None else bookmark.with_progress(progress).to_state())
        if task.reading.start_date is None:
            notes.expected_total = listing.total
        notes.final_bookmark = bookmark.with_progress(progress).with_full_read_complete().to_state()


class _EmailListing:
    """The marketing e-mails of one portal.

    Attributes:
        total: HubSpot's own count of the list that was read last.
    """

    def __init__(self, task: Task, row: Callable[[Email], Record]) -> None:
        self.total: int | None = None
        self._task = task
        self._row = row

    def everything(self, *, archived: bool, after: str | None) -> Iterator[ListedRows]:
        """List to the end; by id, so that a cursor stays good."""
        return self._pages(lambda _: True, archived=archived, after=after)

    def moving(self, since: datetime, *, archived: bool) -> Iterator[Page]:
        """List the e-mails that changed since a moment, or whose statistics may have."""
        lately = since - _STATISTICS_MOVE

        def is_moving(email: Email) -> bool:
            return (
                _is_since(email.get("updatedAt"), since)
                or _is_since(email.get("publishedAt"), lately)
                # Archiving moves no other date.
                or _is_since(email.get("deletedAt"), lately)
                or (not archived and email.get("isPublished") is True and email.get("type") not in _SENT_ONCE)
            )

        for listed in self._pages(is_moving, archived=archived, after=None):
            yield Page(listed.records)

    def _pages(
        self, is_wanted: Callable[[Email], bool], *, archived: bool, after: str | None
    ) -> Iterator[ListedRows]:
        start_date = self._task.reading.start_date
        params = {"limit": _EMAILS_PER_PAGE, "archived": "true" if archived else "false"}
        cursor = {} if after is None else {"after": after}
        for page in self._task.client.pages(endpoints.MARKETING_EMAILS, params | cursor):
            self.total, following = page.get("total"), next_cursor(page)
            synced_at = format_timestamp(self._task.clock.now())
            emails = [
                email
                for email in page["results"]
                if is_wanted(email) and (start_date is None or _is_since(email.get("updatedAt"), start_date))
            ]
            statistics = self._statistics(emails, params | cursor)
            yield ListedRows(
                [
                    {
                        "portal_id": self._task.portal.portal_id,
                        **self._row({**email, "stats": statistics[email["id"]]}),
                        "synced_at": synced_at,
                    }
                    for email in emails
                    if email["id"] in statistics
                ],
                following,
            )
            cursor = {} if following is None else {"after": following}

    def _statistics(self, emails: list[Email], params: Mapping[str, str]) -> dict[str, Any]:
        """The statistics of e-mails of one page by e-mail; one that is gone meanwhile has none."""
        if not emails:
            return {}
        page = self._task.client.get(endpoints.MARKETING_EMAILS, {**params, "includeStats": "true"})
        found = {email["id"]: email["stats"] for email in page["results"] if "stats" in email}
        for email_id in (email["id"] for email in emails if email["id"] not in found):
            single = {"includeStats": "true", "archived": params["archived"]}
            try:
                found[email_id] = self._task.client.get(endpoints.marketing_email(email_id), single).get(
                    "stats"
                )
            except ItemUnavailable:
                continue
        return found


def _is_since(value: object, earliest: datetime) -> bool:
    moment = parse_timestamp(value)
    return moment is not None and moment >= earliest
