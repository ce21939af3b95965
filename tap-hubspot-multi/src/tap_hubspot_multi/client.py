"""Asks HubSpot, on behalf of one stream of one portal, until it answers or there is no use in asking."""

from __future__ import annotations

import logging
import random
import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

import msgspec
import urllib3

from tap_hubspot_multi.decoding import decode_json
from tap_hubspot_multi.error_table import CUT_OFF, NO_ANSWER, Action, ErrorFacts, retry_after, rule_for
from tap_hubspot_multi.exceptions import (
    ItemUnavailable,
    Overwhelmed,
    PortalDeferred,
    PortalMustReconnect,
    RequestRejected,
    StreamSkipped,
    TransientExhausted,
)
from tap_hubspot_multi.pacing import Bucket
from tap_hubspot_multi.timestamps import format_timestamp
from tap_hubspot_multi.together import together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from tap_hubspot_multi.clock import Clock
    from tap_hubspot_multi.error_table import Rule
    from tap_hubspot_multi.pacing import Pacer
    from tap_hubspot_multi.tokens import TokenSource

_Result = TypeVar("_Result")

logger = logging.getLogger("tap-hubspot-multi.client")
# At level DEBUG, urllib3 writes every address with its query: cursors, and property names by the hundred.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

# HubSpot's edge gives up after 100 s (524); an answer later than that will not come.
_TIMEOUT = urllib3.Timeout(connect=10, read=110)
_LANES = 4
"""So many cursors keep a portal at its limit of requests when one task is all that is left to read."""
_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)
_MOST_WAITS = 20
_LONGEST_WAIT = 300.0
"""Above this, HubSpot does not ask to slow down but to come back another time."""


class HubSpotApi:
    """What the clients of all portals share: the address, the connections (which hold no credentials) and time.

    Attributes:
        url: Base address, without a slash at its end.
        clock: Time and waiting.
        lanes: How many requests one task may have under way at once; `connections` limits them all together.
        pool: Connections; retries are the client's own business.
    """

    def __init__(self, url: str, clock: Clock, *, connections: int) -> None:
        self.url = url
        self.clock = clock
        self.lanes = min(connections, _LANES)
        self.pool = urllib3.PoolManager(maxsize=connections, block=True, retries=False, timeout=_TIMEOUT)
        self._waited = 0.0
        self._lock = threading.Lock()

    @property
    def waited_seconds(self) -> float:
        """Seconds that all requests of all portals, taken together, have waited for rate limits."""
        return self._waited

    def note_wait(self, seconds: float) -> None:
        """Count what one request has waited for a rate limit; callable from any thread."""
        with self._lock:
            self._waited += seconds

    def close(self) -> None:
        """Close all connections."""
        self.pool.clear()


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    query: str
    body: bytes | None
    bucket: Bucket

    def __str__(self) -> str:
        # Without the query: it may hold property names by the hundred, and cursors.
        return f"{self.method} {self.path.partition('?')[0]}"


@dataclass(frozen=True, slots=True)
class _Answer:
    value: Any
    rule: Rule | None
    facts: ErrorFacts
    retry_after: float | None


class HubSpotClient:
    """HubSpot's API as one stream of one portal may use it.

    Attributes:
        requests: How many requests have been sent, from whichever threads.
    """

    def __init__(self, api: HubSpotApi, *, portal_id: int, tokens: TokenSource, pacer: Pacer) -> None:
        """Create a client; it opens nothing yet.

        Args:
            api: HubSpot, as all portals share it.
            portal_id: The portal whose token each request carries.
            tokens: Asked before every request: tokens live 30 minutes, runs last longer.
            pacer: The portal's rate limits, shared with its other clients.
        """
        self.requests = 0
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
            Interrupted: The run was asked to stop.
        """
        return self._ask(
            _Request("GET", path, urlencode(params or {}), None, Bucket.GENERAL), patient=patient
        )

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
            Interrupted: The run was asked to stop.
        """
        return self._ask(_Request("POST", path, "", msgspec.json.encode(body), bucket), patient=patient)

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

    def _ask(self, request: _Request, *, patient: bool) -> Any:  # noqa: ANN401 - JSON
        rejected: str | None = None
        pauses = iter(_PAUSES if patient and self._pacer.is_hopeful else _PAUSES[:1])
        waits, tries = 0, 1
        while True:
            token = self._tokens.access_token(self._portal_id, rejected=rejected)
            answer = self._send(request, token)
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
                self._wait_for_limit(request.bucket, answer.retry_after, waits)
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
                raise _failure(request, answer, rule, tries=tries, now=self._api.clock.now())

    def _send(self, request: _Request, token: str) -> _Answer:
        self._api.note_wait(self._pacer.wait(request.bucket))
        self._api.clock.check_interrupted()
        with self._lock:
            self.requests += 1
        url = f"{self._api.url}{request.path}"
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
        }
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        try:
            response = self._api.pool.request(
                request.method,
                f"{url}?{request.query}" if request.query else url,
                body=request.body,
                headers=headers,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError:
            # The error's text holds the whole address: it is neither logged nor kept.
            return _Answer(None, NO_ANSWER, ErrorFacts(), None)
        self._pacer.learn(request.bucket, response.headers)
        try:
            value = decode_json(response.data)
        except ValueError:
            value, cut_off = None, True  # an HTML error page, or a body whose end is missing
        else:
            cut_off = False
        facts = ErrorFacts() if response.status < 400 else ErrorFacts.of(value)  # noqa: PLR2004 - errors start here
        rule = rule_for(response.status, facts)
        if rule is None and cut_off:
            rule = CUT_OFF
        return _Answer(value, rule, facts, retry_after(response.headers))

    def _wait_for_limit(self, bucket: Bucket, asked: float | None, waits: int) -> None:
        """Hold back all tasks of the portal; without a `Retry-After`, longer each time, up to the limit's window."""
        window = self._pacer.seconds_of(bucket)
        seconds = min(window, window / 4 * 2**waits) if asked is None else asked
        self._pacer.pause(bucket, seconds * _jitter())


def next_cursor(page: Mapping[str, Any]) -> str | None:
    """The `after` of the next page, or None at the end; `link` is ignored, it often names an old version."""
    following = (page.get("paging") or {}).get("next") or {}
    after = following.get("after")
    return None if after is None else str(after)


def _jitter() -> float:
    return 1 + random.random() / 4  # noqa: S311 - spreads retries, guards nothing


def _failure(
    request: _Request, answer: _Answer, rule: Rule, *, tries: int, now: datetime
) -> PortalMustReconnect | PortalDeferred | StreamSkipped | TransientExhausted | RequestRejected:
    details = f" ({answer.facts})" if str(answer.facts) else ""
    happened = f"{rule.meaning}: {request}{details}"
    match rule.action:
        case Action.REFRESH_TOKEN | Action.RECONNECT:
            return PortalMustReconnect(
                f"HubSpot refuses a fresh token too; connect the portal again: {happened}"
            )
        case Action.DEFER_PORTAL | Action.WAIT:
            return PortalDeferred(f"{happened}.{_when(answer, now)} The next run goes on from here.")
        case Action.SKIP_STREAM:
            return StreamSkipped(
                f"{happened}. Connect the portal again with that scope if you need the stream."
            )
        case Action.RETRY:
            asked = "asked once" if tries == 1 else f"asked {tries} times"
            exhausted = Overwhelmed if rule.may_be_size and tries > 1 else TransientExhausted
            return exhausted(f"{happened}, {asked}.{_when(answer, now)} The next run goes on from here.")
        case Action.LEAVE_OUT_ITEM | Action.REJECT:
            kind = ItemUnavailable if rule.action is Action.LEAVE_OUT_ITEM else RequestRejected
            return kind(f"HubSpot refuses {happened}. Please report this as a bug of the tap.")


def _when(answer: _Answer, now: datetime) -> str:
    """When HubSpot asks to come back, if it says so: in seconds, and as a moment for people."""
    if answer.retry_after is None:
        return ""
    asked = f" HubSpot asks to wait {answer.retry_after:.0f} s"
    try:
        return f"{asked}, until {format_timestamp(now + timedelta(seconds=answer.retry_after))}."
    except OverflowError:
        return f"{asked}."
