"""Pages of rows, in the two ways in which HubSpot's `after` works."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, TypeVar

from tests.hubspot_simulator.errors import validation_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tests.hubspot_simulator.call import Call

Row = TypeVar("Row")


def page_by_id(call: Call, rows: Iterable[Row], row_id: Callable[[Row], str], limit: int) -> dict[str, Any]:
    """A page in the order of ids, `after` the last id of the page before: rows come and go without a shift."""
    ordered = sorted(rows, key=lambda row: _order(row_id(row)))
    after = call.query.get("after")
    rest = ordered if after is None else [row for row in ordered if _order(row_id(row)) > _order(after)]
    return _page(rest[:limit], row_id(rest[limit - 1]) if len(rest) > limit else None)


def page_by_position(call: Call, rows: Sequence[Row], limit: int) -> dict[str, Any]:
    """A page of a list whose `after` is a position: a row that is put in front shifts all others.

    Raises:
        HubSpotError: 400, `after` is no position.
    """
    after = call.query.get("after", "0")
    if not after.isdecimal():
        raise validation_error(f"Invalid after: {after}")
    end = int(after) + limit
    return _page(rows[int(after) : end], str(end) if len(rows) > end else None)


def guid(*parts: object) -> str:
    """A GUID that is the same whenever it is made of the same parts."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "/".join(map(str, parts))))


def _page(results: Sequence[object], after: str | None) -> dict[str, Any]:
    body: dict[str, Any] = {"results": results}
    if after is not None:
        body["paging"] = {"next": {"after": after, "link": f"?after={after}"}}
    return body


def _order(row_id: str) -> tuple[int, str]:
    """Orders numbers written as text by size, and texts of one length by letters."""
    return len(row_id), row_id
