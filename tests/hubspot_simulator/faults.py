"""Faults on demand: every way in which HubSpot, or the network before it, has been seen to fail."""

from __future__ import annotations

import random
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

import msgspec

from tests.hubspot_simulator.clock import HOUR_MS, SECOND_MS
from tests.hubspot_simulator.errors import (
    HubSpotError,
    correlation_id,
    error_body,
    improper_permissions,
    missing_scopes,
    unknown_token,
)
from tests.hubspot_simulator.limits import Bucket, too_many_requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hubspot_simulator.portal import Portal

FaultKind = Literal[
    "401",
    "403-scopes",
    "403-text",
    "404",
    "423",
    "429",
    "429-search",
    "429-daily",
    "429-category",
    "477",
    "500",
    "502",
    "503",
    "504",
    "524",
    "html",
    "truncated",
    "reset",
    "slow",
    "latency",
]

#: Faults that let the request be answered and then spoil or delay the answer.
SPOILERS = frozenset({"truncated", "reset", "slow", "latency"})

_HTML = (
    "<!DOCTYPE html><html><head><title>HubSpot</title></head><body><h1>We'll be right back</h1></body></html>"
)
_DEFAULT_MIGRATION_HOURS = 6


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A fault and the requests that it strikes.

    Attributes:
        route: Route name, wildcards allowed (`crm.*`, `oauth.token`).
        portal_id: Only requests of this portal.
        object_type: Only requests for this object type, as named in the path.
        count: How often it strikes before it is spent; None for ever.
        skip: How many matching requests pass unharmed first.
        probability: Chance to strike each matching request; drawn from a seeded generator.
        seconds: Of delay for `latency` and `slow`.
        retry_after: Seconds to put into `Retry-After`; 477 always has one.
    """

    kind: FaultKind
    route: str = "*"
    portal_id: int | None = None
    object_type: str | None = None
    count: int | None = 1
    skip: int = 0
    probability: float = 1.0
    seconds: float = 0.05
    retry_after: float | None = None

    def matches(self, route: str, portal_id: int | None, object_type: str | None) -> bool:
        """Whether a request is of the kind that this fault strikes."""
        return (
            fnmatchcase(route, self.route)
            and self.portal_id in {None, portal_id}
            and self.object_type in {None, object_type}
        )


@dataclass(slots=True)
class _Trigger:
    fault: Fault
    action: Callable[[], object]


class FaultBook:
    """The faults that are waiting to strike."""

    def __init__(self, seed: int) -> None:
        self._faults: list[Fault] = []
        self._triggers: list[_Trigger] = []
        self._rng = random.Random(f"{seed}/faults")

    def __len__(self) -> int:
        return len(self._faults)

    def add(self, fault: Fault | FaultKind, **fields: object) -> Fault:
        """Inject a fault: `faults.add("502", route="crm.list", count=3)`."""
        made = fault if isinstance(fault, Fault) else msgspec.convert({"kind": fault, **fields}, Fault)
        self._faults.append(made)
        return made

    def when(
        self,
        action: Callable[[], object],
        *,
        nth: int = 1,
        route: str = "*",
        portal_id: int | None = None,
        object_type: str | None = None,
    ) -> None:
        """Run `action` just before the `nth` matching request is answered: a world that changes mid-run."""
        pattern = Fault(
            kind="latency", route=route, portal_id=portal_id, object_type=object_type, skip=nth - 1, seconds=0
        )
        self._triggers.append(_Trigger(pattern, action))

    def clear(self) -> None:
        """Withdraw all faults and planned actions."""
        self._faults.clear()
        self._triggers.clear()

    def strike(self, route: str, portal_id: int | None, object_type: str | None) -> list[Fault]:
        """The faults for one request: any number of spoilers and at most one that answers in HubSpot's place."""
        for trigger in list(self._triggers):
            if trigger.fault.matches(route, portal_id, object_type) and self._is_due(trigger.fault):
                self._triggers.remove(trigger)
                trigger.action()
        struck: list[Fault] = []
        for fault in list(self._faults):
            taken = fault.kind not in SPOILERS and any(other.kind not in SPOILERS for other in struck)
            if taken or not fault.matches(route, portal_id, object_type) or not self._is_due(fault):
                continue
            struck.append(fault)
            if fault.count == 0:
                self._faults.remove(fault)
        return struck

    def _is_due(self, fault: Fault) -> bool:
        if fault.probability < 1 and self._rng.random() >= fault.probability:
            return False
        if fault.skip > 0:
            fault.skip -= 1
            return False
        if fault.count is not None:
            fault.count -= 1
        return True


def fault_error(fault: Fault, portal: Portal | None, required_scopes: set[str]) -> HubSpotError:
    """The answer that a fault gives in place of the real one."""
    error = _error(fault, portal, required_scopes)
    if fault.retry_after is not None:
        error.headers["Retry-After"] = f"{fault.retry_after:g}"
    return error


def _error(fault: Fault, portal: Portal | None, required_scopes: set[str]) -> HubSpotError:
    match fault.kind:
        case "401":
            return unknown_token()
        case "403-scopes":
            return missing_scopes(required_scopes)
        case "403-text":
            return improper_permissions(required_scopes)
        case "404":
            return HubSpotError(404, error_body("OBJECT_NOT_FOUND", "resource not found"))
        case "423":
            return HubSpotError(423, error_body("LOCKED", "This resource is locked for two seconds."))
        case "429" | "429-search" | "429-daily" | "429-category":
            return _throttled(fault, portal)
        case "477":
            return _moving(fault)
        case "html":
            return HubSpotError(502, {"html": _HTML}, {"Content-Type": "text/html; charset=utf-8"})
        case "502" | "504" | "524" | "503":
            return HubSpotError(
                int(fault.kind), {"html": f"error code: {fault.kind}"}, {"Content-Type": "text/plain"}
            )
        case _:
            body = {"status": "error", "message": "internal error", "correlationId": correlation_id()}
            return HubSpotError(500, body)


def _throttled(fault: Fault, portal: Portal | None) -> HubSpotError:
    if fault.kind == "429-category":
        return HubSpotError(
            429, error_body("RATE_LIMITS", "You have reached your ten_secondly_rolling limit.")
        )
    buckets = {"429": Bucket.BURST, "429-search": Bucket.SEARCH, "429-daily": Bucket.DAILY}
    bucket = buckets[fault.kind]
    wait_ms = None if bucket is Bucket.DAILY else 10 * SECOND_MS
    return too_many_requests(portal, bucket, wait_ms)


def _moving(fault: Fault) -> HubSpotError:
    """The portal is on its way to another data centre, for up to a day."""
    seconds = fault.retry_after or _DEFAULT_MIGRATION_HOURS * HOUR_MS / SECOND_MS
    message = "This account is being migrated to another data center."
    return HubSpotError(477, error_body("MIGRATION_IN_PROGRESS", message), {"Retry-After": f"{seconds:g}"})
