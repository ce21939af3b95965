"""Forms, and what was filled into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.fields import life, rest
from tap_hubspot_multi.forms import list_forms, listed_forms
from tap_hubspot_multi.schemas import KEY_TEXT, LIFE, MOMENT, OBJECT, TEXT, stream_schema
from tap_hubspot_multi.strategies.form_submissions import FormSubmissionsStrategy
from tap_hubspot_multi.strategies.whole import WatchedRead, in_one_page
from tap_hubspot_multi.tasks import StreamDefinition
from tap_hubspot_multi.timestamps import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Task

_OWN_COLUMNS = frozenset({"id", "name", "formType", "archived", "archivedAt", "createdAt", "updatedAt"})


def _signs(task: Task) -> Iterator[str]:
    yield listed_forms(task).digest


def _forms(task: Task, _: Sequence[str]) -> Iterator[Record]:
    for form_id, form in list_forms(task.client).items():
        yield {
            "id": form_id,
            "name": form.get("name"),
            "form_type": form.get("formType"),
            "archived_at": normalize(form.get("archivedAt")),
            "definition": rest(form, _OWN_COLUMNS),
            **life(form),
        }


STREAMS = (
    StreamDefinition(
        name="forms",
        keys=("portal_id", "id"),
        schema=stream_schema(
            id=KEY_TEXT, name=TEXT, form_type=TEXT, archived_at=MOMENT, definition=OBJECT, **LIFE
        ),
        strategy=WatchedRead(_signs, in_one_page(_forms)),
        endpoint=endpoints.FORMS,
        scope="forms",
        reading="whole, each run; of every type, archived ones too",
    ),
    StreamDefinition(
        name="form_submissions",
        keys=("portal_id", "form_id", "id"),
        schema=stream_schema(
            form_id=KEY_TEXT, id=KEY_TEXT, submitted_at=MOMENT, page_url=TEXT, values=OBJECT
        ),
        strategy=FormSubmissionsStrategy(),
        endpoint=endpoints.form_submissions("{form}"),
        scope="forms",
        reading="by form, what is new; everything now and then",
    ),
)
