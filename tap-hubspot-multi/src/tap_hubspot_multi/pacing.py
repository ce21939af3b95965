"""Keeps each portal within HubSpot's rate limits, and knows whether it answers at all.

The limits are per app and per portal, so portals never slow each other down; within a portal the general calls,
search and the associations API are counted apart. Waiting here is cheaper than a 429: an app with too many errors is
de-listed.

HubSpot counts a call when it arrives, which is some time between its departure and its answer. So a call is held
against the limit from its departure until one window after its answer: then no latency, however it varies, brings a
429, and of a window of ten seconds no more is lost than the time of an answer.

Other processes of ours, and for searches other apps, may use the same limit, and nobody tells how many there are. Each
bucket therefore learns its share, as connections of TCP find theirs of a line:

- A 429 cuts it by a quarter, at most once a window, however many calls were under way.
- What HubSpot says to remain may be less than our own calls explain: the rest is others' and is left to them. When
  next to nothing remains, each cuts its share, the larger by more, so that they become equal without any 429.
- It recovers along CUBIC's curve (RFC 9438): fast up to where it was cut, slow around there, and then fast again, in
  case the others have stopped. Cut again before it got there, it makes room for somebody who has come.
- Whose share was cut sends no bursts: its calls depart at even distances.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from enum import Enum
from math import cbrt, ceil, inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_hubspot_multi.clock import Clock

_HEADROOM = 0.98
"""Part of a limit that is used at most: somebody else's single call brings no 429, which would cost much more."""
_LOST_BY_REFUSAL = 0.25
_LOST_BY_CROWDING = 0.2
"""Parts of a share that a cut takes; the second one of the whole limit, and as much less of a share as it is smaller."""
_CROWDED = 0.03
"""When no more than this part of a limit remains, all who share it hold back."""
_FEW = 0.05
"""No more calls of others than this part of a limit are left to them, and no reason to hold back."""
_LEAST_SHARE = 0.1
_RECOVERY_CALLS = 600
"""The time in which the limit allows so many calls is the curve's unit: from nothing to the whole limit, or from a
refusal to the next, if the limit has not changed. Short ones recover soon, long ones try the limit seldom."""
_EVENLY = 0.9
"""Part of the even distance that calls keep where the share was cut; the rest lets them catch up."""
_ROUNDING = 0.001
"""Clocks round: added to each wait, so that it is over when it ends."""

_HOPELESS_AFTER = 3
"""So many requests in a row had all their retries without an answer: HubSpot, or this portal, is down."""


class Bucket(Enum):
    """The limits that HubSpot counts apart: (calls, seconds)."""

    GENERAL = (110, 10.0)
    ASSOCIATIONS = (100, 10.0)
    # Older texts say four; the portal's other apps may share them.
    SEARCH = (5, 1.0)


class Allowance:
    """What one process may send within one limit, from what it has sent and heard; knows no clock and no threads.

    All times are seconds of one clock.
    """

    def __init__(self, calls: int, seconds: float) -> None:
        """Begin with the whole limit.

        Args:
            calls: The limit.
            seconds: Its rolling window.
        """
        self.seconds = seconds
        self._calls = calls
        self._under_way = 0
        self._answered: deque[float] = deque()
        self._last_departure = -inf
        self._not_before = -inf
        self._others = 0
        # The curve: the share's height at its flat part, how long after the cut that is, and where and when it was cut.
        self._peak = 1.0
        self._dip = 0.0
        self._last_cut = 1.0
        self._cut_at = -inf

    def delay(self, now: float) -> float:
        """Seconds until it makes sense to ask again; 0 if a call may depart."""
        rate = self._rate(now)
        # A share that is no whole number of calls: the next whole one, each held for longer.
        slots = ceil(rate)
        held = self.seconds * slots / rate
        free = slots - self._under_way
        earliest = self._not_before
        if self._share(now) < 1:
            earliest = max(earliest, self._last_departure + _EVENLY * self.seconds / rate)
        if free <= 0:
            earliest = max(earliest, now + held)
        elif free <= len(self._answered):
            earliest = max(earliest, self._answered[-free] + held)
        return max(0.0, earliest - now)

    def depart(self, now: float) -> None:
        """Count a call that leaves."""
        self._under_way += 1
        self._last_departure = now

    def arrived(self, now: float, departed: float, remaining: int | None = None) -> None:
        """Count a call's answer, or that there will be none.

        Args:
            now: When.
            departed: When the call left.
            remaining: How many more calls HubSpot has told to be free, if it has.
        """
        self._under_way -= 1
        self._answered.append(now)
        while len(self._answered) > 2 * self._calls:
            self._answered.popleft()
        if remaining is None:
            return
        # All of our own that can have been counted when this call arrived.
        ours = self._under_way + sum(answered > departed - self.seconds for answered in self._answered)
        self._others = max(0, self._calls - remaining - ours)
        if self._others > _FEW * self._calls and remaining <= _CROWDED * self._calls:
            self._cut(now, _LOST_BY_CROWDING * self._rate(now) / self._calls)

    def refused(self, now: float, pause: float) -> None:
        """Let nothing depart for some seconds, and less after that: the limit is reached."""
        self._not_before = max(self._not_before, now + pause)
        self._cut(now, _LOST_BY_REFUSAL)

    def set_limit(self, calls: int, seconds: float) -> None:
        """Adopt another limit."""
        self._calls, self.seconds = max(1, calls), seconds

    def _rate(self, now: float) -> float:
        """Calls a window."""
        share = min(self._share(now), 1 - self._others / self._calls)
        return self._calls * max(_LEAST_SHARE, min(_HEADROOM, share))

    def _share(self, now: float) -> float:
        if self._cut_at == -inf:
            return 1.0
        passed = (now - self._cut_at) / self.seconds * self._calls / _RECOVERY_CALLS
        return min(1.0, self._peak + (passed - self._dip) ** 3)

    def _cut(self, now: float, lost: float) -> None:
        if now < self._cut_at + self.seconds:
            return
        share = self._rate(now) / self._calls
        self._peak = share if share >= self._last_cut else share * (1 - lost / 2)
        self._dip = cbrt(self._peak - share * (1 - lost))
        self._last_cut, self._cut_at = share, now


@dataclass(frozen=True, slots=True)
class Departure:
    """A call that may leave.

    Attributes:
        at: When, in the clock's monotonic seconds.
        waited: Seconds that it has been held back.
    """

    bucket: Bucket
    at: float
    waited: float


class Pacer:
    """The rate limits of one portal, shared by all its tasks; safe to use from several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._unanswered = 0
        self._allowances = {bucket: Allowance(*bucket.value) for bucket in Bucket}
        # Whoever is next waits for the limit, the others for their turn.
        self._turns = {bucket: threading.Lock() for bucket in Bucket}

    def depart(self, bucket: Bucket) -> Departure:
        """Wait until one more call of this kind may leave. `arrived` must follow.

        Raises:
            Interrupted: The run was asked to stop meanwhile.
        """
        began = self._clock.monotonic()
        allowance = self._allowances[bucket]
        with self._turns[bucket]:
            while True:
                self._clock.check_interrupted()
                with self._lock:
                    now = self._clock.monotonic()
                    delay = allowance.delay(now)
                    if not delay:
                        allowance.depart(now)
                        return Departure(bucket, now, now - began)
                self._clock.sleep(delay + _ROUNDING)

    def arrived(self, departure: Departure, headers: Mapping[str, str]) -> None:
        """Hear that a call's answer came, or that none will, and adopt the limits that it tells.

        Private apps and API add-ons have other limits than OAuth apps.

        Args:
            departure: The call.
            headers: Response headers, looked up without regard to case. Those of search and associations, if there
                are any, are not known to be about their own limits.
        """
        limits = headers if departure.bucket is Bucket.GENERAL else {}
        calls = limits.get("X-HubSpot-RateLimit-Max", "")
        interval = limits.get("X-HubSpot-RateLimit-Interval-Milliseconds", "")
        remaining = limits.get("X-HubSpot-RateLimit-Remaining", "")
        allowance = self._allowances[departure.bucket]
        with self._lock:
            if calls.isdigit() and interval.isdigit() and int(interval) > 0:
                allowance.set_limit(int(calls), int(interval) / 1000)
            allowance.arrived(
                self._clock.monotonic(), departure.at, int(remaining) if remaining.isdigit() else None
            )

    def refused(self, bucket: Bucket, pause: float) -> None:
        """Let no call of this kind leave for some seconds, for all tasks of the portal, and fewer after that."""
        with self._lock:
            self._allowances[bucket].refused(self._clock.monotonic(), pause)

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
