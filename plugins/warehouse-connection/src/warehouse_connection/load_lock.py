"""Who may load into a schema at the same time: locks of the database, held for as long as the loader lives.

A loader whose Meltano was killed writes the rest of its rows; rows that the next run reads meanwhile are newer and must
not be overwritten by them. So no two loaders may write rows of the same portal:

- a loader of all portals locks the schema;
- a loader of a shard shares the schema and locks its slots, so that shards, also of different numbers, are in each
  other's way exactly where they may have a portal in common;
- a loader of listed portals shares the schema and all slots, and locks its portals.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse_connection.shards import SLOTS, Shard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import psycopg

# Settings of the tap, which Meltano tells the loader of the same run.
SHARD_VARIABLE = "MELTANO_EXTRACT_PORTAL_SHARD"
PORTALS_VARIABLE = "MELTANO_EXTRACT_PORTALS"

_PROGRAM = "target-postgres-on-warehouse"


@dataclass(frozen=True, slots=True)
class Lock:
    """Some numbers of a kind, for oneself or shared."""

    kind: str
    numbers: Sequence[int] = (0,)
    shared: bool = False


def locks_of(environment: Mapping[str, str]) -> list[Lock]:
    """What a loader must hold, by what the tap of its run reads."""
    if shard := Shard.parse(environment.get(SHARD_VARIABLE, "")):
        return [Lock("schema", shared=True), Lock("slot", shard.slots)]
    if portals := _included(environment.get(PORTALS_VARIABLE, "")):
        return [
            Lock("schema", shared=True),
            Lock("slot", range(SLOTS), shared=True),
            Lock("portal", portals),
        ]
    return [Lock("schema")]


def try_locks(connection: psycopg.Connection[tuple[object, ...]], schema: str, locks: Iterable[Lock]) -> bool:
    """Take all locks for the time of the session, or none of them.

    Args:
        connection: In autocommit; it has no other locks.
        schema: Where rows are loaded.
        locks: From `locks_of`.

    Returns:
        Whether they are held.
    """
    for lock in locks:
        function = f"pg_try_advisory_lock{'_shared' if lock.shared else ''}"
        row = connection.execute(
            f"SELECT bool_and({function}(hashtext(%s), (number %% 2147483647)::int)) "  # noqa: S608 - our own names
            "FROM unnest(%s::bigint[]) AS number",
            [f"{_PROGRAM} {lock.kind} {schema}", list(lock.numbers)],
        ).fetchone()
        if row is None or row[0] is not True:
            connection.execute("SELECT pg_advisory_unlock_all()")
            return False
    return True


def _included(portals: str) -> list[int]:
    """The portals of the tap's setting `portals`; none if it does not list them."""
    try:
        included = json.loads(portals)["include"]
    except (ValueError, TypeError, KeyError):
        return []
    return [each for each in included if isinstance(each, int)] if isinstance(included, list) else []
