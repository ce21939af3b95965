"""How often somebody may ask: token buckets, in the memory of the process."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_MINUTE = 60.0
_MOST_BUCKETS = 10_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left after a request.

    Args:
        granted: Whether the request may be answered.
        per_minute: How many there may be.
        remaining: How many there may be at once now.
        wait: Seconds until there may be one more than that.
    """

    granted: bool
    per_minute: int
    remaining: int
    wait: int

    @property
    def headers(self) -> dict[str, str]:
        """As in draft-ietf-httpapi-ratelimit-headers."""
        headers = {
            "RateLimit-Policy": f'"minute";q={self.per_minute};w={_MINUTE:.0f}',
            "RateLimit": f'"minute";r={self.remaining};t={self.wait}',
        }
        return headers if self.granted else {**headers, "Retry-After": str(self.wait)}


class RateLimit:
    """So many requests a minute for each who asks; all of them at once, if there were none before.

    Args:
        per_minute: How many.
        clock: Seconds that only grow.
    """

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._rate = per_minute / _MINUTE
        self._clock = clock
        self._lock = threading.Lock()
        # Who asked -> how many there may be, as of when.
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, who: str) -> Allowance:
        """Count a request, if it may be."""
        now = self._clock()
        with self._lock:
            tokens, since = self._buckets.get(who, (self._per_minute, now))
            tokens = min(self._per_minute, tokens + (now - since) * self._rate)
            granted = tokens >= 1
            tokens -= granted
            self._buckets[who] = (tokens, now)
            if len(self._buckets) > _MOST_BUCKETS:
                self._forget(now)
        wait = math.ceil((1 - tokens % 1) / self._rate)
        return Allowance(granted, self._per_minute, int(tokens), wait)

    def _forget(self, now: float) -> None:
        """Who has not asked for a minute has a full bucket anyway; of others, the oldest half goes."""
        kept = [(who, bucket) for who, bucket in self._buckets.items() if now - bucket[1] < _MINUTE]
        kept.sort(key=lambda each: each[1][1])
        self._buckets = dict(kept[-_MOST_BUCKETS // 2 :])
