"""Reads small things whole, each run: definitions, pipelines, people.

They are few, and HubSpot tells no reliable time of change for them (an owner's `updatedAt` ignores what happens to
the user behind it).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.crm import CRM_OBJECTS
from tap_hubspot_multi.exceptions import StreamSkipped
from tap_hubspot_multi.tasks import Page
from tap_hubspot_multi.timestamps import format_timestamp, normalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_hubspot_multi.crm import CrmObject
    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Task

_OWNERS_PER_PAGE = "100"


@dataclass(frozen=True, slots=True)
class CatalogueStrategy:
    """Reads all rows of a stream, in one page.

    Attributes:
        rows: Asks HubSpot and makes the rows, without `portal_id` and `synced_at`.
    """

    rows: Callable[[Task], Iterator[Record]]

    def read(self, task: Task) -> Iterator[Page]:
        """Read everything; there is nothing to remember for the next run."""
        began_at = task.clock.now()
        portal_id, synced_at = task.portal.portal_id, format_timestamp(began_at)
        records = [{"portal_id": portal_id, **row, "synced_at": synced_at} for row in self.rows(task)]
        # Where an object type was refused, rows that did not come are not proved gone.
        task.notes.window_from = None if task.notes.remark else began_at
        yield Page(records)


def properties(task: Task) -> Iterator[Record]:
    """The property definitions of every object type that is read; archived ones first, a live name wins."""

    def of_object(crm_object: CrmObject) -> Iterator[Record]:
        definitions: dict[str, dict[str, Any]] = {}
        for archived in ("true", "false"):
            page = task.client.get(endpoints.properties(crm_object.name), {"archived": archived})
            definitions |= {str(definition["name"]): definition for definition in page["results"]}
        for definition in definitions.values():
            yield _property_row(definition, crm_object.name)

    return _of_each_object(task, of_object)


def pipelines(task: Task) -> Iterator[Record]:
    """The pipelines of every object type that has them."""

    def of_object(crm_object: CrmObject) -> Iterator[Record]:
        for pipeline in task.client.get(endpoints.pipelines(crm_object.name))["results"]:
            yield {
                "object_type": crm_object.name,
                "id": str(pipeline["id"]),
                "label": pipeline.get("label"),
                "display_order": _integer(pipeline.get("displayOrder")),
                **_life(pipeline),
            }

    return _of_each_object(task, of_object, only_with_pipelines=True)


def pipeline_stages(task: Task) -> Iterator[Record]:
    """The stages of those pipelines; a stage's id is not unique beyond its pipeline."""

    def of_object(crm_object: CrmObject) -> Iterator[Record]:
        for pipeline in task.client.get(endpoints.pipelines(crm_object.name))["results"]:
            for stage in pipeline.get("stages") or ():
                yield {
                    "object_type": crm_object.name,
                    "pipeline_id": str(pipeline["id"]),
                    "id": str(stage["id"]),
                    "label": stage.get("label"),
                    "display_order": _integer(stage.get("displayOrder")),
                    "metadata": stage.get("metadata") or {},
                    **_life(stage),
                }

    return _of_each_object(task, of_object, only_with_pipelines=True)


def owners(task: Task) -> Iterator[Record]:
    """The portal's users as owners of records; deactivated ones are listed apart, and old records still name them."""
    for archived in ("true", "false"):
        params = {"limit": _OWNERS_PER_PAGE, "archived": archived}
        for page in task.client.pages(endpoints.OWNERS, params):
            for owner in page["results"]:
                user_id = owner.get("userId") or owner.get("userIdIncludingInactive")
                teams = [
                    {"id": str(team["id"]), "name": team.get("name"), "primary": bool(team.get("primary"))}
                    for team in owner.get("teams") or ()
                ]
                yield {
                    "id": str(owner["id"]),
                    "email": owner.get("email"),
                    "first_name": owner.get("firstName"),
                    "last_name": owner.get("lastName"),
                    "user_id": None if user_id is None else str(user_id),
                    "type": owner.get("type"),
                    "teams": {"teams": teams},
                    **_life(owner),
                }


def _of_each_object(
    task: Task, rows: Callable[[CrmObject], Iterator[Record]], *, only_with_pipelines: bool = False
) -> Iterator[Record]:
    """Rows of each object type that is read; types that the portal may not have are left out, unless all are."""
    wanted = [
        crm_object
        for crm_object in CRM_OBJECTS
        if crm_object.name in task.reading.objects and (crm_object.has_pipelines or not only_with_pipelines)
    ]
    refusals: list[str] = []
    for crm_object in wanted:
        try:
            yield from rows(crm_object)
        except StreamSkipped as refusal:
            refusals.append(f"{crm_object.name}: {refusal}")
    if refusals:
        if len(refusals) == len(wanted):
            raise StreamSkipped("; ".join(refusals))
        task.notes.remark = "; ".join(refusals)


def _property_row(definition: dict[str, Any], object_type: str) -> Record:
    options = [
        {
            "label": option.get("label"),
            "value": option.get("value"),
            "display_order": option.get("displayOrder"),
            "hidden": option.get("hidden"),
        }
        for option in definition.get("options") or ()
    ]
    return {
        "object_type": object_type,
        "name": definition["name"],
        "label": definition.get("label"),
        "type": definition.get("type"),
        "field_type": definition.get("fieldType"),
        "group_name": definition.get("groupName"),
        "description": definition.get("description"),
        "options": {"options": options},
        "calculated": definition.get("calculated"),
        "external_options": definition.get("externalOptions"),
        "has_unique_value": definition.get("hasUniqueValue"),
        "hidden": definition.get("hidden"),
        "hubspot_defined": definition.get("hubspotDefined"),
        "form_field": definition.get("formField"),
        "data_sensitivity": definition.get("dataSensitivity"),
        "referenced_object_type": definition.get("referencedObjectType"),
        "currency_property_name": definition.get("currencyPropertyName"),
        **_life(definition),
    }


def _life(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        "archived": bool(raw.get("archived")),
        "created_at": normalize(raw.get("createdAt")),
        "updated_at": normalize(raw.get("updatedAt")),
    }


def _integer(value: object) -> int | None:
    """HubSpot sends whole numbers; a float would break the table's integer column."""
    return int(value) if isinstance(value, (int, float)) else None
