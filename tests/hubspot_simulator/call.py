"""A request as the handlers see it, and what they give back; no web framework beyond this point."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from tests.hubspot_simulator.errors import improper_permissions, missing_scopes, validation_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import QueryParams

    from tests.hubspot_simulator.object_types import ObjectType
    from tests.hubspot_simulator.portal import Portal
    from tests.hubspot_simulator.tokens import Credential

#: Date-versioned paths send ids as strings everywhere; the older v3/v4 ones have numbers in associations.
Dialect = Literal["dated", "legacy"]


@dataclass(slots=True)
class Answer:
    """A JSON answer; `body` None means none at all."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One authenticated API request."""

    credential: Credential
    now_ms: int
    dialect: Dialect
    params: Mapping[str, str]
    query: QueryParams
    body: bytes

    @property
    def portal(self) -> Portal:
        """The portal that the token opens; no other is ever looked at."""
        return self.credential.portal

    def json(self) -> dict[str, Any]:
        """The request body.

        Raises:
            HubSpotError: 400, it is no JSON object.
        """
        try:
            decoded = msgspec.json.decode(self.body)
        except msgspec.DecodeError as error:
            raise validation_error(f"Invalid input JSON: {error}") from error
        if not isinstance(decoded, dict):
            raise validation_error("Invalid input JSON: an object is expected")
        return decoded

    def object_type(self, param: str = "object_type") -> ObjectType:
        """The object type named in the path.

        Raises:
            HubSpotError: 400, there is no such type in this portal.
        """
        name = self.params[param]
        kind = self.portal.find_type(name)
        if kind is None:
            raise validation_error(f"Unable to infer object type from: {name}")
        return kind

    def require_any_scope(self, *scopes: str) -> None:
        """Check that the token has one of these scopes.

        Raises:
            HubSpotError: 403 in the wording that the portal is set to.
        """
        if not self.credential.scopes.intersection(scopes):
            worded = (
                improper_permissions if self.portal.options.missing_scope_body == "text" else missing_scopes
            )
            raise worded(scopes)

    def require_scopes(self, kind: ObjectType) -> None:
        """Check that the token may read records of a type.

        Raises:
            HubSpotError: 403 that names the first of the missing.
        """
        for group in kind.read_scopes:
            self.require_any_scope(*group)

    def flag(self, name: str) -> bool:
        """A boolean query parameter, false unless given."""
        return self.query.get(name, "false").lower() == "true"

    def limit(self, default: int, largest: int) -> int:
        """The `limit` query parameter.

        Raises:
            HubSpotError: 400, it is no number from 1 to `largest`.
        """
        return checked_limit(self.query.get("limit", str(default)), largest)

    def names(self, param: str) -> list[str]:
        """A list query parameter: repeated, comma-separated, or both."""
        return [name for part in self.query.getlist(param) for name in part.split(",") if name]


def checked_limit(given: object, largest: int) -> int:
    """A page size between 1 and `largest`.

    Raises:
        HubSpotError: 400.
    """
    text = str(given)
    if not text.isdecimal() or not 1 <= int(text) <= largest:
        raise validation_error(f"Invalid limit {text}: it must be between 1 and {largest}")
    return int(text)


def encode(body: object) -> bytes:
    """JSON as HubSpot sends it; half a surrogate pair goes out as a backslash escape."""
    try:
        return msgspec.json.encode(body)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(body), separators=(",", ":")).encode()
