"""Forms and what was filled in; neither can be asked for what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.call import Answer
from tests.hubspot_simulator.errors import HubSpotError, correlation_id, not_found, validation_error
from tests.hubspot_simulator.marketing.forms import FORM_TYPES
from tests.hubspot_simulator.marketing.pages import page_by_id, page_by_position

if TYPE_CHECKING:
    from tests.hubspot_simulator.call import Call

_LARGEST_FORM_PAGE = 100
_DEFAULT_PAGE = 20
_LARGEST_SUBMISSION_PAGE = 50
_EVERY_TYPE = "all"


def list_forms(call: Call) -> Answer:
    """A page of forms: those of HubSpot's own editor unless `formTypes` says otherwise; archived ones apart."""
    wanted = call.names("formTypes") or ["hubspot"]
    if unknown := set(wanted) - {*FORM_TYPES, _EVERY_TYPE}:
        raise validation_error(f"Unknown formTypes: {', '.join(sorted(unknown))}")
    archived = call.flag("archived")
    forms = [
        form
        for form in call.portal.marketing.forms.forms.values()
        if form.archived == archived and (_EVERY_TYPE in wanted or form.form_type in wanted)
    ]
    limit = call.limit(_DEFAULT_PAGE, _LARGEST_FORM_PAGE)
    return Answer(page_by_id(call, forms, lambda form: form.id, limit))


def list_submissions(call: Call) -> Answer:
    """A page of one form's submissions, newest first; there is no way to ask for those since some moment."""
    limit = call.limit(_DEFAULT_PAGE, _LARGEST_SUBMISSION_PAGE)
    book = call.portal.marketing.forms
    form = book.forms.get(call.params["form_id"])
    if form is None:
        raise not_found(f"No form found with guid {call.params['form_id']}")
    if form.form_type == "blog_comment":
        raise _type_not_allowed()
    return Answer(page_by_position(call, book.newest_first(form.id), limit))


def _type_not_allowed() -> HubSpotError:
    message = "Submissions of forms of this type cannot be read."
    body = {
        "status": "error",
        "message": message,
        "correlationId": correlation_id(),
        "errors": [{"message": message, "errorType": "FORM_TYPE_NOT_ALLOWED"}],
    }
    return HubSpotError(400, body)
