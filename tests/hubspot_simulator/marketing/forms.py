"""The forms of a portal and what was filled in."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from typing import Any, Literal, get_args

import msgspec
from msgspec import UNSET

FormType = Literal["hubspot", "captured", "flow", "blog_comment"]
FORM_TYPES: tuple[str, ...] = get_args(FormType)
CONTACT_TYPE_ID = "0-1"


class Form(msgspec.Struct, rename="camel", frozen=True, kw_only=True):
    """A form as the API sends it; `archived` ones are listed apart and keep their submissions."""

    id: str
    form_type: FormType
    name: str
    created_at: str
    updated_at: str
    archived: bool = False
    archived_at: str | msgspec.UnsetType = UNSET
    field_groups: tuple[dict[str, Any], ...] = ()
    configuration: dict[str, Any] = {}
    display_options: dict[str, Any] = {}
    legal_consent_options: dict[str, str] = msgspec.field(default_factory=lambda: {"type": "none"})


class SubmittedValue(msgspec.Struct, rename="camel", frozen=True):
    """One field that was filled in."""

    name: str
    value: str
    object_type_id: str = CONTACT_TYPE_ID


class Submission(msgspec.Struct, rename="camel", frozen=True, kw_only=True):
    """One submission as the API sends it; nothing in it names the contact, and not every one has an id."""

    submitted_at: int
    values: tuple[SubmittedValue, ...]
    page_url: str
    conversion_id: str | msgspec.UnsetType = UNSET


class FormBook:
    """All forms of a portal with their submissions.

    Attributes:
        forms: By id, archived ones included; a deleted form is gone.
    """

    def __init__(self) -> None:
        self.forms: dict[str, Form] = {}
        self._submissions: defaultdict[str, list[Submission]] = defaultdict(list)
        self.submitted = 0

    def put(self, form: Form) -> Form:
        """Add a form, or another state of one."""
        self.forms[form.id] = form
        return form

    def delete(self, form_id: str) -> None:
        """Remove a form with all that was filled in."""
        del self.forms[form_id]
        self._submissions.pop(form_id, None)

    def submit(self, form_id: str, submission: Submission) -> Submission:
        """Keep a submission where its moment puts it."""
        insort(self._submissions[form_id], submission, key=lambda each: each.submitted_at)
        self.submitted += 1
        return submission

    def open_forms(self) -> list[Form]:
        """Those that can be filled in, and whose submissions are given."""
        return [
            form for form in self.forms.values() if not form.archived and form.form_type != "blog_comment"
        ]

    def newest_first(self, form_id: str) -> list[Submission]:
        """The submissions of one form."""
        return self._submissions[form_id][::-1] if form_id in self._submissions else []


def form_definition(language: str, *names: str) -> dict[str, Any]:
    """The parts of a form that say how it looks, with one field for each contact property named."""
    return {
        "field_groups": tuple(
            {
                "groupType": "default_group",
                "richTextType": "text",
                "fields": [
                    {
                        "objectTypeId": CONTACT_TYPE_ID,
                        "name": name,
                        "label": name.title(),
                        "required": name == "email",
                        "hidden": False,
                        "fieldType": "email" if name == "email" else "single_line_text",
                    }
                ],
            }
            for name in names
        ),
        "configuration": {
            "language": language,
            "cloneable": True,
            "editable": True,
            "archivable": True,
            "recaptchaEnabled": False,
            "notifyContactOwner": False,
            "createNewContactForNewEmail": False,
            "prePopulateKnownValues": True,
            "allowLinkToResetKnownValues": False,
            "postSubmitAction": {"type": "thank_you", "value": "…"},
        },
        "display_options": {"renderRawHtml": False, "theme": "default_style", "submitButtonText": "OK"},
    }
