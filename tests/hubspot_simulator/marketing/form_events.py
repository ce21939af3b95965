"""What can happen to forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tests.hubspot_simulator.clock import iso
from tests.hubspot_simulator.marketing.forms import Form, Submission, SubmittedValue, form_definition
from tests.hubspot_simulator.marketing.pages import guid
from tests.hubspot_simulator.mutations import Mutations

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tests.hubspot_simulator.marketing.forms import FormType


class FormEvents(Mutations):
    """Mutations of forms and submissions."""

    def submit_form(
        self,
        portal_id: int,
        form_id: str,
        values: Mapping[str, str],
        *,
        page_url: str | None = None,
        at: datetime | None = None,
    ) -> Submission:
        """Somebody fills in a form; everything that was read of its list shifts by one."""
        with self.lock:
            portal = self.portals[portal_id]
            book = portal.marketing.forms
            given = tuple(SubmittedValue(name, value) for name, value in values.items())
            url = page_url or f"https://www.{portal.spec.domain}/contact"
            submission = Submission(submitted_at=self._moment(at), values=given, page_url=url)
            if portal.spec.conversion_ids:
                named = guid(portal_id, "submission", book.submitted)
                submission = msgspec.structs.replace(submission, conversion_id=named)
            return book.submit(form_id, submission)

    def add_form(
        self, portal_id: int, name: str, *, form_type: FormType = "hubspot", at: datetime | None = None
    ) -> Form:
        """Publish a form."""
        with self.lock:
            portal = self.portals[portal_id]
            book = portal.marketing.forms
            since = iso(self._moment(at))
            form = Form(
                id=guid(portal_id, "form", since, name),
                form_type=form_type,
                name=name,
                created_at=since,
                updated_at=since,
                **form_definition(portal.spec.locale[:2], "email", "firstname", "lastname"),
            )
            return book.put(form)

    def archive_form(self, portal_id: int, form_id: str, *, at: datetime | None = None) -> Form:
        """Archive a form: it leaves the usual list, what was filled in can still be read."""
        with self.lock:
            book = self.portals[portal_id].marketing.forms
            archived_at = iso(self._moment(at))
            return book.put(
                msgspec.structs.replace(book.forms[form_id], archived=True, archived_at=archived_at)
            )

    def delete_form(self, portal_id: int, form_id: str) -> None:
        """Delete a form for good: it is in no list any more and its submissions answer 404."""
        with self.lock:
            self.portals[portal_id].marketing.forms.delete(form_id)
