"""Asks HubSpot, on behalf of one stream of one portal, until it answers or there is no use in asking."""

from __future__ import annotations

import logging
import random
import threading
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

import msgspec

from tap_hubspot_multi.api import Request
from tap_hubspot_multi.error_table import Action
from tap_hubspot_multi.exceptions import OutOfTime
from tap_hubspot_multi.failures import failure
from tap_hubspot_multi.pacing import Bucket
from tap_hubspot_multi.together import together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tap_hubspot_multi.api import Answer, HubSpotApi
    from tap_hubspot_multi.pacing import Pacer
    from tap_hubspot_multi.tokens import TokenSource

_Result = TypeVar("_Result")

logger = logging.getLogger("tap-hubspot-multi.client")

_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)
_MOST_WAITS = 20
_LONGEST_WAIT = 300.0
"""Above this, HubSpot does not ask to slow down but to come back another time."""


class HubSpotClient:
    """HubSpot's API as one stream of one portal may use it.

    Attributes:
        requests: How many requests have been sent, from whichever threads.
        may_ask: Whether further requests may be sent; otherwise each raises `OutOfTime`.
    """

    # A run over hundreds of portals has tens of thousands.
    __slots__ = ("_api", "_lock", "_pacer", "_portal_id", "_tokens", "may_ask", "requests")

    def __init__(self, api: HubSpotApi, *, portal_id: int, tokens: TokenSource, pacer: Pacer) -> None:
        """Create a client; it opens nothing yet.

        Args:
            api: HubSpot, as all portals share it.
            portal_id: The portal whose token each request carries.
            tokens: Asked before every request: tokens live 30 minutes, runs last longer.
            pacer: The portal's rate limits, shared with its other clients.
        """
        self.requests = 0
        self.may_ask = True
        self._api = api
        self._portal_id = portal_id
        self._tokens = tokens
        self._pacer = pacer
        self._lock = threading.Lock()

    def get(self, path: str, params: Mapping[str, str] | None = None, *, patient: bool = True) -> Any:  # noqa: ANN401 - JSON
        """Send a GET request.

        Args:
            path: Path below the API's address.
            params: Query parameters.
            patient: Whether to ask as often as may help; otherwise once more only.

        Returns:
            The decoded body.

        Raises:
            PortalError: No request of this portal can succeed in this run.
            StreamError: This request cannot succeed in this run.
            OutOfTime: No further request may be sent.
            Interrupted: The run was asked to stop.
        """
        # A list's commas stay as they are: HubSpot documents them so, they take a third of the room, and urllib3 goes
        # through every character of a query that has something escaped.
        query = urlencode(params or {}, safe=",")
        request = Request("GET", f"{path}?{query}" if query else path)
        return self._ask(request, Bucket.GENERAL, patient=patient)

    def post(self, path: str, body: object, *, bucket: Bucket = Bucket.GENERAL, patient: bool = True) -> Any:  # noqa: ANN401 - JSON
        """Send a POST request that only reads (batch read, search), and so may be repeated.

        Args:
            path: Path below the API's address, query included.
            body: Sent as JSON.
            bucket: Which of the portal's limits it counts against.
            patient: Whether to ask as often as may help; otherwise once more only.

        Returns:
            The decoded body.

        Raises:
            PortalError: No request of this portal can succeed in this run.
            StreamError: This request cannot succeed in this run.
            OutOfTime: No further request may be sent.
            Interrupted: The run was asked to stop.
        """
        return self._ask(Request("POST", path, msgspec.json.encode(body)), bucket, patient=patient)

    def pages(self, path: str, params: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """Follow a paged GET endpoint to its end.

        Args:
            path: Path below the API's address.
            params: Query parameters of the first page.

        Yields:
            Each page's body.
        """
        query = dict(params)
        while True:
            page = self.get(path, query)
            yield page
            after = next_cursor(page)
            if after is None:
                return
            query["after"] = after

    def together(self, jobs: Sequence[Callable[[], _Result]]) -> list[_Result]:
        """Run jobs that send requests through this client, several at once; see `together.together`."""
        return together(jobs, lanes=self.lanes)

    @property
    def lanes(self) -> int:
        """How many requests one task may have under way at once."""
        return self._api.lanes

    def _ask(self, request: Request, bucket: Bucket, *, patient: bool) -> Any:  # noqa: ANN401 - JSON
        if not self.may_ask:
            raise OutOfTime("The run's time is over")
        rejected: str | None = None
        pauses = iter(_PAUSES if patient and self._pacer.is_hopeful else _PAUSES[:1])
        waits, tries = 0, 1
        while True:
            token = self._tokens.access_token(self._portal_id, rejected=rejected)
            answer = self._send(request, bucket, token)
            rule = answer.rule
            if rule is None:
                self._pacer.note(answered=True)
                return answer.value
            if rule.action is Action.REFRESH_TOKEN and rejected is None:
                rejected = token
            elif (
                rule.action is Action.WAIT
                and waits < _MOST_WAITS
                and (answer.retry_after or 0) <= _LONGEST_WAIT
            ):
                self._wait_for_limit(bucket, answer.retry_after, waits)
                waits += 1
            elif (
                rule.action is Action.RETRY
                and (answer.retry_after or 0) <= _LONGEST_WAIT
                and (pause := next(pauses, None)) is not None
            ):
                logger.debug("portal %s: %s to %s, asking again", self._portal_id, rule.meaning, request)
                pause = max(pause, rule.least_pause) * _jitter()
                self._api.clock.sleep(max(pause, answer.retry_after or 0.0))
                tries += 1
            else:
                if rule.action is Action.RETRY:
                    self._pacer.note(answered=False)
                raise failure(request, answer, rule, tries=tries, now=self._api.clock.now())

    def _send(self, request: Request, bucket: Bucket, token: str) -> Answer:
        departure = self._pacer.depart(bucket)
        self._api.note_wait(departure.waited)
        with self._lock:
            self.requests += 1
        answer = self._api.send(request, token)
        self._pacer.arrived(departure, answer.headers)
        return answer

    def _wait_for_limit(self, bucket: Bucket, asked: float | None, waits: int) -> None:
        """Hold back all tasks of the portal; without a `Retry-After`, longer each time, up to the limit's window."""
        window = self._pacer.seconds_of(bucket)
        seconds = min(window, window / 4 * 2**waits) if asked is None else asked
        self._pacer.refused(bucket, seconds * _jitter())


def next_cursor(page: Mapping[str, Any]) -> str | None:
    """The `after` of the next page, or None at the end; `link` is ignored, it often names an old version."""
    following = (page.get("paging") or {}).get("next") or {}
    after = following.get("after")
    return None if after is None else str(after)


def _jitter() -> float:
    return 1 + random.random() / 4  # noqa: S311 - spreads retries, guards nothing
