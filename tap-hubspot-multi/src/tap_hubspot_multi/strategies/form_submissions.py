"""Reads what was filled into a portal's forms.

HubSpot lists the submissions of one form, newest first, and nothing tells which forms have new ones: each run asks
every form that is in use, back to the begin of the last complete pass. Large portals have thousands of forms that
nobody fills in any more; such a form is asked once a day, at a time of day of its own, and back over the whole day.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tap_hubspot_multi.exceptions import ItemUnavailable, RequestRejected, TransientExhausted
from tap_hubspot_multi.forms import SubmissionList, listed_forms
from tap_hubspot_multi.strategies.bookmark import FullReadProgress, ReadBookmark
from tap_hubspot_multi.strategies.full_reads import is_full_read_due
from tap_hubspot_multi.tasks import Page
from tap_hubspot_multi.timestamps import EPOCH, format_timestamp, parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from tap_hubspot_multi.exceptions import StreamError
    from tap_hubspot_multi.forms import Submission
    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Bookmark, Task

_IN_USE = timedelta(days=30)
"""A form is in use for so long after its last submission, after it was made, and after it was archived."""
_DAY = timedelta(days=1)
_FAILURES_IN_A_ROW = 3
_NEVER_GIVEN = frozenset({"blog_comment"})
"""Types of forms that HubSpot lists and whose submissions it refuses; not asking keeps the app's error share low."""


class FormSubmissionsStrategy:
    """Reads all submissions once, then the new ones, and all again now and then: deleted ones are told of nowhere."""

    def read(self, task: Task) -> Iterator[Page]:
        """Read what is new since the task's bookmark, or everything."""
        return _SubmissionsRead(task).pages()


@dataclass(frozen=True, slots=True)
class SubmissionsBookmark:
    """How far a portal's submissions have been read.

    Attributes:
        reads: When the last complete pass over all forms began, and the full reads; their cursor is a form's id.
        last_submissions: Of the forms that are in use, the day of the newest submission.
        unread: Of the forms that could not be read, until when they had been.
    """

    reads: ReadBookmark
    last_submissions: Mapping[str, str]
    unread: Mapping[str, str]

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> SubmissionsBookmark:
        """Read a bookmark as the Singer state holds it."""
        return cls(
            ReadBookmark.from_state(state),
            dict(state.get("last_submissions") or {}),
            dict(state.get("unread") or {}),
        )

    def to_state(self) -> Bookmark:
        """The bookmark as JSON."""
        unread = {"unread": dict(self.unread)} if self.unread else {}
        return {**self.reads.to_state(), "last_submissions": dict(self.last_submissions), **unread}


class _SubmissionsRead:
    """One reading of one portal's submissions; holds the bookmark as it grows."""

    def __init__(self, task: Task) -> None:
        self._task = task
        listed = listed_forms(task)
        # A form that was made since then is not asked before the next run, which looks back to this moment.
        self._began_at = listed.listed_at
        self._in_use_since = self._began_at - _IN_USE
        bookmark = SubmissionsBookmark.from_state(task.bookmark)
        self._reads = bookmark.reads
        self._last_submissions = {
            form_id: day
            for form_id, day in bookmark.last_submissions.items()
            if day >= _day(self._in_use_since)
        }
        self._failures_in_a_row = 0
        task.notes.mode = "backfill" if self._reads.modified_until is None else "incremental"
        self._forms = {
            form_id: form for form_id, form in listed.forms.items() if form["formType"] not in _NEVER_GIVEN
        }
        self._unread = {
            form_id: until for form_id, until in bookmark.unread.items() if form_id in self._forms
        }

    def pages(self) -> Iterator[Page]:
        until = self._reads.modified_until
        if until is None:
            yield from self._full_read("backfill")
            return
        yield from self._new_ones(until)
        if is_full_read_due(self._task, self._reads, self._began_at):
            yield from self._full_read("full")

    def _new_ones(self, until: datetime) -> Iterator[Page]:
        overlap, notes = self._task.reading.overlap, self._task.notes
        notes.window_from, notes.window_to = until - overlap, self._began_at
        for form_id, form in self._forms.items():
            asked_at = parse_timestamp(self._unread.get(form_id)) or self._surely_asked_at(
                form_id, form, until
            )
            if asked_at is None:
                continue
            try:
                yield from self._form(form_id, asked_at - overlap)
            except (TransientExhausted, RequestRejected) as error:
                self._put_off(form_id, asked_at, error)
            else:
                self._unread.pop(form_id, None)
                self._failures_in_a_row = 0
        self._reads = self._reads.with_changes_until(self._began_at)
        yield Page([], self._bookmark())

    def _surely_asked_at(self, form_id: str, form: Mapping[str, Any], until: datetime) -> datetime | None:
        """When a form was asked last, at the latest; None if it is not its turn in this run."""
        if form_id in self._last_submissions or self._is_recent(form.get("createdAt")):
            return until
        if form.get("archived") and not self._is_recent(form.get("archivedAt")):
            return None
        # The passes up to `until` covered all turns up to then, whenever they ran: only turns count, no record of
        # when each of thousands of forms was asked is kept.
        last_turn = until - (until - EPOCH - _time_of_day(form_id)) % _DAY
        return last_turn if last_turn + _DAY <= self._began_at else None

    def _full_read(self, mode: str) -> Iterator[Page]:
        progress = self._reads.full_read or FullReadProgress(began_at=self._began_at)
        notes = self._task.notes
        notes.mode, notes.window_from, notes.window_to = mode, progress.began_at, None
        for form_id in self._forms:
            if progress.after is None or form_id > progress.after:
                try:
                    yield from self._form(form_id, None)
                except (TransientExhausted, RequestRejected) as error:
                    self._put_off(form_id, EPOCH, error)  # to be read whole, when it can be
                else:
                    self._failures_in_a_row = 0
                progress = replace(progress, after=form_id)
                self._reads = self._reads.with_progress(progress)
                yield Page([], self._bookmark())
        if self._unread:
            notes.window_from = None  # what did not come is not proved gone
        self._reads = self._reads.with_progress(progress).with_full_read_complete()
        notes.final_bookmark = self._bookmark()

    def _put_off(self, form_id: str, asked_at: datetime, error: StreamError) -> None:
        """Let one broken form not stop the others; several in a row are not the forms' fault.

        Raises:
            StreamError: The error, if it is one of several in a row.
        """
        self._failures_in_a_row += 1
        if self._failures_in_a_row == _FAILURES_IN_A_ROW:
            raise error
        self._unread[form_id] = format_timestamp(asked_at)
        self._task.notes.remark = f"form {form_id} is left out for now: {error}"

    def _form(self, form_id: str, since: datetime | None) -> Iterator[Page]:
        """Read one form's submissions back to a moment; one that is deleted meanwhile has none."""
        start_date = self._task.reading.start_date
        earliest = max(filter(None, (since, start_date)), default=None)
        try:
            for submissions in SubmissionList(self._task.client, form_id).pages():
                synced_at = format_timestamp(self._task.clock.now())
                self._remember(form_id, submissions[0])
                wanted = [each for each in submissions if _is_since(each, earliest)]
                yield Page([self._row(form_id, each, synced_at) for each in wanted])
                if not _is_since(submissions[-1], earliest):
                    return
        except ItemUnavailable:
            return

    def _remember(self, form_id: str, submission: Submission) -> None:
        moment = submission.submitted_at
        if moment is not None and moment >= self._in_use_since:
            self._last_submissions[form_id] = max(_day(moment), self._last_submissions.get(form_id, ""))

    def _row(self, form_id: str, submission: Submission, synced_at: str) -> Record:
        values = [
            {"name": each.get("name"), "value": each.get("value"), "object_type_id": each.get("objectTypeId")}
            for each in submission.raw.get("values") or ()
        ]
        return {
            "portal_id": self._task.portal.portal_id,
            "form_id": form_id,
            "id": submission.id,
            "submitted_at": submission.submitted_at and format_timestamp(submission.submitted_at),
            "page_url": submission.raw.get("pageUrl"),
            "values": {"values": values},
            "synced_at": synced_at,
        }

    def _is_recent(self, value: object) -> bool:
        moment = parse_timestamp(value)
        return moment is not None and moment >= self._in_use_since

    def _bookmark(self) -> Bookmark:
        return SubmissionsBookmark(self._reads, self._last_submissions, self._unread).to_state()


def _is_since(submission: Submission, earliest: datetime | None) -> bool:
    moment = submission.submitted_at
    return earliest is None or moment is None or moment >= earliest


def _day(moment: datetime) -> str:
    return format_timestamp(moment)[:10]


def _time_of_day(form_id: str) -> timedelta:
    """When a form that nobody uses is asked: spread over the day, and the same each day."""
    return timedelta(seconds=zlib.crc32(form_id.encode()) % 86400)
