"""The people of a portal: owners of records, users and their teams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.fields import life, text
from tap_hubspot_multi.schemas import FLAG, KEY_TEXT, LIFE, OBJECT, TEXT, stream_schema
from tap_hubspot_multi.strategies.whole import WatchedRead, WholeRead, in_one_page
from tap_hubspot_multi.tasks import StreamDefinition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Task

_PEOPLE_PER_PAGE = "100"


def _active_owners(task: Task) -> Iterator[Record]:
    return _owners(task, archived=False)


def _all_owners(task: Task, active: Sequence[Record]) -> Iterator[Record]:
    """Deactivated owners are listed apart, and old records still name them; none joins them but an active one."""
    yield from _owners(task, archived=True)
    yield from active


def _owners(task: Task, *, archived: bool) -> Iterator[Record]:
    """The portal's users as owners of records."""
    params = {"limit": _PEOPLE_PER_PAGE, "archived": "true" if archived else "false"}
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


def _users(task: Task) -> Iterator[Record]:
    for page in task.client.pages(endpoints.USERS, {"limit": _PEOPLE_PER_PAGE}):
        for user in page["results"]:
            yield {
                "id": str(user["id"]),
                "email": user.get("email"),
                "first_name": user.get("firstName"),
                "last_name": user.get("lastName"),
                "super_admin": user.get("superAdmin"),
                "primary_team_id": text(user.get("primaryTeamId")),
                "secondary_teams": {"team_ids": _ids(user.get("secondaryTeamIds"))},
                "roles": {"role_ids": _ids(user.get("roleIds"))},
            }


def _teams(task: Task) -> Iterator[Record]:
    for page in task.client.pages(endpoints.TEAMS, {}):
        for team in page["results"]:
            yield {
                "id": str(team["id"]),
                "name": team.get("name"),
                "users": {"user_ids": _ids(team.get("userIds"))},
                "secondary_users": {"user_ids": _ids(team.get("secondaryUserIds"))},
            }


def _ids(values: Iterable[object] | None) -> list[str]:
    return [str(value) for value in values or ()]


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
        strategy=WatchedRead(_active_owners, in_one_page(_all_owners)),
        endpoint=endpoints.OWNERS,
        scope="crm.objects.owners.read",
        reading="whole, each run; deactivated ones when an active one changes",
    ),
    StreamDefinition(
        name="users",
        keys=("portal_id", "id"),
        schema=stream_schema(
            id=KEY_TEXT,
            email=TEXT,
            first_name=TEXT,
            last_name=TEXT,
            super_admin=FLAG,
            primary_team_id=TEXT,
            secondary_teams=OBJECT,
            roles=OBJECT,
        ),
        strategy=WholeRead(_users),
        endpoint=endpoints.USERS,
        scope="settings.users.read",
        reading="whole, each run",
    ),
    StreamDefinition(
        name="teams",
        keys=("portal_id", "id"),
        schema=stream_schema(id=KEY_TEXT, name=TEXT, users=OBJECT, secondary_users=OBJECT),
        strategy=WholeRead(_teams),
        endpoint=endpoints.TEAMS,
        scope="settings.users.teams.read",
        reading="whole, each run",
    ),
)
