"""Tells who asks by the key they show, which portals they may see, and whether they ask too often."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from kpi_api.keys import KeysError
from kpi_api.problems import Problem, unavailable
from kpi_api.rate_limit import RateLimit
from kpi_marts.loopback import is_loopback

if TYPE_CHECKING:
    from starlette.requests import Request

    from kpi_api.directory import Directories
    from kpi_api.keys import ApiKey, KeyFile
    from kpi_api.rate_limit import Allowance

logger = logging.getLogger(__name__)

# Nobody guesses a key of 256 bits; whoever shows that many wrong ones has a program to repair.
_WRONG_KEYS_PER_MINUTE = 30


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody who may ask.

    Args:
        visible: Ids of the portals they see; None for all.
    """

    visible: frozenset[int] | None


class Clients:
    """Those who have a key; or, without keys, everybody on this machine.

    Args:
        keys: The keys there are; None to ask for none.
        directories: Says which portals a group has.
        per_minute: How often each key may ask.
    """

    def __init__(self, keys: KeyFile | None, directories: Directories, *, per_minute: int) -> None:
        self._keys = keys
        self._directories = directories
        self._of_keys = RateLimit(per_minute)
        self._of_addresses = RateLimit(_WRONG_KEYS_PER_MINUTE)

    def admit(self, request: Request) -> Client:
        """Let a client in, and note its allowance for the headers of the answer.

        Raises:
            Problem: the key is missing or wrong, or was shown too often.
            MartsUnavailable: the portals of its groups can't be read.
        """
        if self._keys is None:
            _require_this_machine(request)
            return Client(None)
        key = self._key(request)
        request.state.client = key.id
        _grant(
            request,
            self._of_keys.take(key.id),
            "Too many requests with this key: wait, or ask for more at once.",
        )
        return Client(self._visible(key))

    def _key(self, request: Request) -> ApiKey:
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        try:
            key = self._keys.find(shown.strip()) if self._keys and scheme.lower() == "bearer" else None
        except KeysError as error:
            logger.error("%s", error)  # noqa: TRY400 - the line says it all
            raise unavailable() from None
        if key is None:
            address = request.client.host if request.client else ""
            _grant(request, self._of_addresses.take(address), "Too many requests without a valid key: wait.")
            raise Problem(
                HTTPStatus.UNAUTHORIZED,
                "A valid API key is needed, as a header: Authorization: Bearer kpi_…",
                headers={"WWW-Authenticate": 'Bearer realm="KPI API"'},
            )
        return key

    def _visible(self, key: ApiKey) -> frozenset[int] | None:
        if key.all_portals:
            return None
        groups = self._directories.of(None).groups if key.groups else {}
        of_groups = {
            portal_id for name in key.groups if name in groups for portal_id in groups[name].portal_ids
        }
        return frozenset({*key.portals, *of_groups})


def _require_this_machine(request: Request) -> None:
    """A page of any site may send browsers here under a name of its own, which then counts as the same site."""
    if not is_loopback(request.url.hostname or ""):
        raise Problem(HTTPStatus.FORBIDDEN, "Without keys this answers on this machine only: use localhost.")


def _grant(request: Request, allowance: Allowance, refusal: str) -> None:
    request.state.allowance = allowance
    if not allowance.granted:
        raise Problem(HTTPStatus.TOO_MANY_REQUESTS, refusal)
