"""The forms of a portal, and what was filled into one of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.digests import digest
from tap_hubspot_multi.timestamps import parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from tap_hubspot_multi.client import HubSpotClient
    from tap_hubspot_multi.tasks import Task

_FORMS_PER_PAGE = "100"
_SUBMISSIONS_PER_PAGE = "50"
_KEPT = ("formType", "archived", "archivedAt", "createdAt")


def list_forms(client: HubSpotClient) -> dict[str, dict[str, Any]]:
    """Read all forms, of every type and archived ones too, by id."""
    forms: dict[str, dict[str, Any]] = {}
    # In this order a form that is archived between the two passes is seen twice, in the other one never.
    for archived in ("false", "true"):
        # Without `formTypes` HubSpot lists those of its own editor only.
        params = {"formTypes": "all", "archived": archived, "limit": _FORMS_PER_PAGE}
        for page in client.pages(endpoints.FORMS, params):
            forms |= {str(form["id"]): form for form in page["results"]}
    return forms


@dataclass(frozen=True, slots=True)
class ListedForms:
    """What is kept of a portal's forms.

    Attributes:
        listed_at: Since when forms may be missing.
        digest: Another one when any form is.
        forms: By id, without what people would fill in.
    """

    listed_at: datetime
    digest: str
    forms: Mapping[str, Mapping[str, Any]]


def listed_forms(task: Task) -> ListedForms:
    """The portal's forms as this run has listed them first.

    Raises:
        PortalError: Nothing more can be read from the portal.
        StreamError: They cannot be read.
    """

    def ask() -> ListedForms:
        listed_at = task.clock.now()
        forms = list_forms(task.client)
        kept = {form_id: {name: form.get(name) for name in _KEPT} for form_id, form in sorted(forms.items())}
        return ListedForms(listed_at, digest(forms.values()), kept)

    listed: ListedForms = task.catalogue.once("forms", ask)
    return listed


@dataclass(frozen=True, slots=True)
class Submission:
    """Somebody's filling in of a form.

    Attributes:
        id: HubSpot's own, or one made of the content.
        submitted_at: When.
        raw: As HubSpot sends it.
    """

    id: str
    submitted_at: datetime | None
    raw: Mapping[str, Any]


class SubmissionList:
    """The submissions of one form, newest first; there is no way to ask for those since some moment.

    `after` is a position in a list that grows at its head. What comes in while we read shifts the rest, and the next
    page begins with rows that the page before ended with: they get the ids that they had there.
    """

    def __init__(self, client: HubSpotClient, form_id: str) -> None:
        self._client = client
        self._form_id = form_id
        self._path = endpoints.form_submissions(form_id)
        self._head: list[dict[str, Any]] = []
        self._numbers: Mapping[str, int] = {}

    def pages(self) -> Iterator[list[Submission]]:
        """Read to the end, or as far as the caller goes on.

        Yields:
            Pages of submissions; some may come twice, with the same id.

        Raises:
            ItemUnavailable: The form is deleted, or of a kind whose submissions are never given.
        """
        for page in self._client.pages(self._path, {"limit": _SUBMISSIONS_PER_PAGE}):
            rows: list[dict[str, Any]] = page["results"]
            self._head = self._head or rows[:1]
            if rows:
                ids = self._ids(rows)
                yield [
                    Submission(row_id, parse_timestamp(row.get("submittedAt")), row)
                    for row_id, row in zip(ids, rows, strict=True)
                ]

    def _ids(self, rows: list[dict[str, Any]]) -> list[str]:
        """HubSpot's own id, or one made of the content: with a number where twins are alike in everything."""
        given = [row.get("conversionId") for row in rows]
        contents = [
            given_id or _fingerprint(self._form_id, row) for given_id, row in zip(given, rows, strict=True)
        ]
        repeated = self._numbers.keys() & set(contents)
        numbers = Counter({content: self._numbers[content] for content in repeated})
        if repeated and self._has_shifted():
            numbers.clear()
        ids = []
        for given_id, content in zip(given, contents, strict=True):
            if not given_id:
                numbers[content] += 1
            ids.append(f"{content}-{numbers[content]}" if numbers[content] > 1 else content)
        self._numbers = numbers
        return ids

    def _has_shifted(self) -> bool:
        """Whether rows that seem to repeat do so because new ones came in: else they are twins across two pages."""
        before = self._head
        self._head = self._client.get(self._path, {"limit": "1"})["results"][:1]
        return self._head != before


def _fingerprint(form_id: str, row: Mapping[str, Any]) -> str:
    """An id made of all there is of a submission; the order of the fields says nothing."""
    values = sorted(msgspec.json.encode(value, order="sorted") for value in row.get("values") or ())
    content = [form_id, row.get("submittedAt"), [value.decode() for value in values], row.get("pageUrl")]
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()[:32]
