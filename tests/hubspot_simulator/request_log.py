"""A log of the requests that were answered, so that tests can count them; it never holds a secret."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

# The demo may run for weeks: old entries go.
_KEPT = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRequest:
    """One request and its answer.

    Attributes:
        portal_id: Whose token was used; None if that is unknown.
        route: Name of the route, such as `crm.list` or `oauth.token`.
        object_type: For CRM routes: its plural name, whatever the path called it.
        status: 0 when the connection was cut instead of an answer.
        body: What was sent; empty for OAuth routes.
    """

    at_ms: int
    portal_id: int | None
    method: str
    path: str
    route: str
    object_type: str | None
    status: int
    query: dict[str, str]
    body: bytes = b""

    @property
    def json(self) -> dict[str, Any]:
        """The decoded request body."""
        return msgspec.json.decode(self.body, type=dict[str, Any])


class RequestLog:
    """The answered requests, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[LoggedRequest] = deque(maxlen=_KEPT)

    def __iter__(self) -> Iterator[LoggedRequest]:
        return iter(list(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entry: LoggedRequest) -> None:
        """Note an answered request."""
        self._entries.append(entry)

    def clear(self) -> None:
        """Forget all entries, for instance between two runs of a tap."""
        self._entries.clear()

    def where(
        self,
        *,
        route: str = "*",
        portal_id: int | None = None,
        object_type: str | None = None,
        status: int | None = None,
    ) -> list[LoggedRequest]:
        """The entries that match everything given; `route` may have wildcards: `crm.*`."""
        return [
            entry
            for entry in self
            if fnmatchcase(entry.route, route)
            and portal_id in {None, entry.portal_id}
            and object_type in {None, entry.object_type}
            and status in {None, entry.status}
        ]

    def count(
        self,
        *,
        route: str = "*",
        portal_id: int | None = None,
        object_type: str | None = None,
        status: int | None = None,
    ) -> int:
        """How many entries match; see `where`."""
        return len(self.where(route=route, portal_id=portal_id, object_type=object_type, status=status))
