"""The people of a portal: owners of records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.fields import life, text
from tap_hubspot_multi.schemas import KEY_TEXT, LIFE, OBJECT, TEXT, stream_schema
from tap_hubspot_multi.strategies.whole import WholeRead
from tap_hubspot_multi.tasks import StreamDefinition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Task

_OWNERS_PER_PAGE = "100"


def _owners(task: Task) -> Iterator[Record]:
    """The portal's users as owners of records; deactivated ones are listed apart, and old records still name them."""
    for archived in ("true", "false"):
        params = {"limit": _OWNERS_PER_PAGE, "archived": archived}
        for page in task.client.pages(endpoints.OWNERS, params):
            for owner in page["results"]:
                teams = [
                    {"id": str(team["id"]), "name": team.get("name"), "primary": bool(team.get("primary"))}
                    for team in owner.get("teams") or ()
                ]
                yield {
                    "id": str(owner["id"]),
                    "email": owner.get("email"),
                    "first_name": owner.get("firstName"),
                    "last_name": owner.get("lastName"),
                    "user_id": text(owner.get("userId") or owner.get("userIdIncludingInactive")),
                    "type": owner.get("type"),
                    "teams": {"teams": teams},
                    **life(owner),
                }


STREAMS = (
    StreamDefinition(
        name="owners",
        keys=("portal_id", "id"),
        schema=stream_schema(
            id=KEY_TEXT,
            email=TEXT,
            first_name=TEXT,
            last_name=TEXT,
            user_id=TEXT,
            type=TEXT,
            teams=OBJECT,
            **LIFE,
        ),
        strategy=WholeRead(_owners),
        endpoint=endpoints.OWNERS,
        scope="crm.objects.owners.read",
        reading="whole, each run; deactivated ones too",
    ),
)
