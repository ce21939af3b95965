"""HubSpot's rate limits: rolling windows for each app and portal, and their two ways of saying 429."""

from __future__ import annotations

from collections import defaultdict, deque
from enum import Enum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.hubspot_simulator.clock import SECOND_MS, from_ms
from tests.hubspot_simulator.errors import HubSpotError, correlation_id, error_body

if TYPE_CHECKING:
    from datetime import date

    from tests.hubspot_simulator.portal import Portal
    from tests.hubspot_simulator.tokens import Credential

_TEN_SECONDS_MS = 10 * SECOND_MS


class Bucket(Enum):
    """Which limit a route counts against; the value is HubSpot's name of the policy."""

    BURST = "TEN_SECONDLY_ROLLING"
    SEARCH = "SECONDLY"
    ASSOCIATIONS = "TEN_SECONDLY_ROLLING (associations)"
    DAILY = "DAILY"


class RateLimiter:
    """Counts requests; each app has its own buckets in each portal."""

    def __init__(self) -> None:
        self._windows: defaultdict[tuple[int, bool, Bucket], deque[int]] = defaultdict(deque)
        self._days: dict[int, tuple[date, int]] = {}

    def reset(self) -> None:
        """Forget everything that was counted."""
        self._windows.clear()
        self._days.clear()

    def count(self, credential: Credential, bucket: Bucket, now_ms: int) -> dict[str, str]:
        """Count one request.

        Returns:
            The rate headers of the answer; none for searches.

        Raises:
            HubSpotError: 429, a limit is reached; the refused request only counts towards the daily one.
        """
        portal, options = credential.portal, credential.portal.options
        if not options.enforce_rate_limits:
            return {}
        daily = self._count_day(portal, now_ms) if credential.static else {}
        limit, interval = _limit(credential, bucket)
        window = self._windows[portal.portal_id, credential.static, bucket]
        while window and window[0] <= now_ms - interval:
            window.popleft()
        if len(window) >= limit:
            oldest = window[0] if window else now_ms
            wait_ms = oldest + interval - now_ms
            headers = {} if bucket is Bucket.SEARCH else _headers(limit, 0, interval)
            raise too_many_requests(portal, bucket, wait_ms, headers)
        window.append(now_ms)
        return {} if bucket is Bucket.SEARCH else {**_headers(limit, limit - len(window), interval), **daily}

    def _count_day(self, portal: Portal, now_ms: int) -> dict[str, str]:
        limit = portal.options.daily_limit
        today = from_ms(now_ms).astimezone(ZoneInfo(portal.spec.time_zone)).date()
        day, used = self._days.get(portal.portal_id, (today, 0))
        used = used + 1 if day == today else 1
        self._days[portal.portal_id] = (today, used)
        headers = {
            "X-HubSpot-RateLimit-Daily": str(limit),
            "X-HubSpot-RateLimit-Daily-Remaining": str(max(0, limit - used)),
        }
        if used > limit:
            raise too_many_requests(portal, Bucket.DAILY, None, headers)
        return headers


def too_many_requests(
    portal: Portal | None, bucket: Bucket, wait_ms: int | None, headers: dict[str, str] | None = None
) -> HubSpotError:
    """429 in the wording that the portal is set to; with `Retry-After` seconds if it is set to that."""
    sent = dict(headers or {})
    if portal is not None and portal.options.retry_after and wait_ms is not None:
        sent["Retry-After"] = str(max(1, -(-wait_ms // SECOND_MS)))
    policy = bucket.value.split(" ")[0]
    message = f"You have reached your {policy.lower()} limit."
    if portal is not None and portal.options.rate_limit_body == "category":
        return HubSpotError(429, error_body("RATE_LIMITS", message), sent)
    body = {
        "status": "error",
        "message": message,
        "errorType": "RATE_LIMIT",
        "correlationId": correlation_id(),
        "policyName": policy,
        "groupName": "publicapi:crm:search" if bucket is Bucket.SEARCH else "publicapi:crm",
    }
    return HubSpotError(429, body, sent)


def _limit(credential: Credential, bucket: Bucket) -> tuple[int, int]:
    options = credential.portal.options
    if bucket is Bucket.SEARCH:
        return options.search_limit, SECOND_MS
    if bucket is Bucket.ASSOCIATIONS:
        return options.association_limit, _TEN_SECONDS_MS
    return (options.static_burst_limit if credential.static else options.burst_limit), _TEN_SECONDS_MS


def _headers(limit: int, remaining: int, interval_ms: int) -> dict[str, str]:
    return {
        "X-HubSpot-RateLimit-Max": str(limit),
        "X-HubSpot-RateLimit-Remaining": str(remaining),
        "X-HubSpot-RateLimit-Interval-Milliseconds": str(interval_ms),
    }
