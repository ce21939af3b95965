"""Keeps each portal within HubSpot's rate limits, and knows whether it answers at all.

The limits are per app and per portal, so portals never slow each other down; within a portal the general calls,
search and the associations API are counted apart. Waiting here is cheaper than a 429: rejected calls count too,
and an app with too many errors is de-listed.
"""

from __future__ import annotations

import threading
from collections import deque
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_hubspot_multi.clock import Clock

_HEADROOM = 0.95
"""Share of a limit that is used: HubSpot counts at arrival, we count at departure."""


_HOPELESS_AFTER = 3
"""So many requests in a row had all their retries without an answer: HubSpot, or this portal, is down."""


class Bucket(Enum):
    """The limits that HubSpot counts apart: (calls, seconds)."""

    GENERAL = (110, 10.0)
    ASSOCIATIONS = (100, 10.0)
    # Five a second are documented, four in older texts; the portal's other apps may share them.
    SEARCH = (4, 1.0)


class _Allowance:
    """A sliding window of departures."""

    def __init__(self, calls: int, seconds: float, headroom: float) -> None:
        self.seconds = seconds
        self.not_before = 0.0
        self._headroom = headroom
        self._departures: deque[float] = deque()
        self._calls = 1
        self.set_calls(calls)

    def set_calls(self, calls: int) -> None:
        self._calls = max(1, int(calls * self._headroom))

    def next_departure(self, now: float) -> float:
        """Book the earliest moment at which one more call is within the limit."""
        while len(self._departures) > self._calls:
            self._departures.popleft()
        departure = max(now, self.not_before)
        if len(self._departures) == self._calls:
            departure = max(departure, self._departures[0] + self.seconds)
        self._departures.append(departure)
        return departure


class Pacer:
    """The rate limits of one portal, shared by all its tasks; safe to use from several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._unanswered = 0
        self._allowances = {
            Bucket.GENERAL: _Allowance(*Bucket.GENERAL.value, headroom=_HEADROOM),
            Bucket.ASSOCIATIONS: _Allowance(*Bucket.ASSOCIATIONS.value, headroom=_HEADROOM),
            Bucket.SEARCH: _Allowance(*Bucket.SEARCH.value, headroom=1.0),
        }

    def wait(self, bucket: Bucket) -> float:
        """Wait until one more call of this kind may leave.

        Returns:
            How many seconds that took.

        Raises:
            Interrupted: The run was asked to stop meanwhile.
        """
        with self._lock:
            now = self._clock.monotonic()
            delay = self._allowances[bucket].next_departure(now) - now
        if delay > 0:
            self._clock.sleep(delay)
        return delay

    def pause(self, bucket: Bucket, seconds: float) -> None:
        """Let no call of this kind leave for some time; for all tasks of the portal."""
        with self._lock:
            allowance = self._allowances[bucket]
            allowance.not_before = max(allowance.not_before, self._clock.monotonic() + seconds)

    @property
    def is_hopeful(self) -> bool:
        """Whether asking again and again is worth the time, which other portals could use."""
        return self._unanswered < _HOPELESS_AFTER

    def note(self, *, answered: bool) -> None:
        """Hear how a request ended: with an answer, or with none after all its retries."""
        with self._lock:
            self._unanswered = 0 if answered else self._unanswered + 1

    def seconds_of(self, bucket: Bucket) -> float:
        """The length of the bucket's window: the longest that a 429 of it can last."""
        return self._allowances[bucket].seconds

    def learn(self, bucket: Bucket, headers: Mapping[str, str]) -> None:
        """Adopt the limits that HubSpot's headers tell; private apps and API add-ons have others than OAuth apps.

        Args:
            bucket: What the call counted as; search and associations carry no headers of their own.
            headers: Response headers, looked up without regard to case.
        """
        if bucket is not Bucket.GENERAL:
            return
        calls = headers.get("X-HubSpot-RateLimit-Max", "")
        interval = headers.get("X-HubSpot-RateLimit-Interval-Milliseconds", "")
        if calls.isdigit() and interval.isdigit() and int(interval) > 0:
            with self._lock:
                allowance = self._allowances[bucket]
                allowance.seconds = int(interval) / 1000
                allowance.set_calls(int(calls))
        if headers.get("X-HubSpot-RateLimit-Remaining") == "0":
            # Somebody else uses the same app on this portal: let the rolling window free some calls.
            self.pause(bucket, 1.0)
