"""Faults on demand: every way in which HubSpot, or the network before it, has been seen to fail."""

from __future__ import annotations

import random
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

import msgspec

from tests.hubspot_simulator.clock import SECOND_MS
from tests.hubspot_simulator.errors import (
    HubSpotError,
    ProxyError,
    error_body,
    improper_permissions,
    internal_error,
    missing_scopes,
    not_found,
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
    "cut",
    "reset",
    "slow",
    "latency",
]

#: Faults that let the request be answered and then spoil or delay the answer.
SPOILERS = frozenset({"truncated", "cut", "reset", "slow", "latency"})

_HTML = (
    "<!DOCTYPE html><html><head><title>HubSpot</title></head><body><h1>We'll be right back</h1></body></html>"
)
_MIGRATION_SECONDS = 6 * 3_600


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A fault and the requests that it strikes.

    Attributes:
        kind: A status (with a variant), or `html` (502 with an HTML page), `truncated` (200, well-formed HTTP,
            half the JSON), `cut` (connection lost amid the body), `reset` (connection reset before any answer),
            `slow` (the body trickles), `latency`.
        route: Route name, wildcards allowed (`crm.*`, `oauth.token`).
        portal_id: Only requests of this portal.
        object_type: Only requests for this object type, by its plural name.
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

    def withdraw(self, fault: Fault) -> None:
        """Let a fault strike no more, if it is not spent already."""
        self._faults = [each for each in self._faults if each is not fault]

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
    error = _ANSWERS[fault.kind](portal, required_scopes)
    if fault.retry_after is not None:
        error.headers["Retry-After"] = f"{fault.retry_after:g}"
    return error


def _proxy(status: int) -> Callable[[Portal | None, set[str]], HubSpotError]:
    return lambda _, __: ProxyError(status, f"error code: {status}")


def _throttled(bucket: Bucket, wait_ms: int | None) -> Callable[[Portal | None, set[str]], HubSpotError]:
    return lambda portal, _: too_many_requests(portal, bucket, wait_ms)


def _moving(_: Portal | None, __: set[str]) -> HubSpotError:
    """The portal is on its way to another data centre, for up to a day."""
    message = "This account is being migrated to another data center."
    body = error_body("MIGRATION_IN_PROGRESS", message)
    return HubSpotError(477, body, {"Retry-After": str(_MIGRATION_SECONDS)})


_ANSWERS: dict[FaultKind, Callable[[Portal | None, set[str]], HubSpotError]] = {
    "401": lambda _, __: unknown_token(),
    "403-scopes": lambda _, scopes: missing_scopes(scopes),
    "403-text": lambda _, scopes: improper_permissions(scopes),
    "404": lambda _, __: not_found("resource not found"),
    "423": lambda _, __: HubSpotError(423, error_body("LOCKED", "This resource is locked for two seconds.")),
    "429": _throttled(Bucket.BURST, 10 * SECOND_MS),
    "429-search": _throttled(Bucket.SEARCH, SECOND_MS),
    "429-daily": _throttled(Bucket.DAILY, None),
    "429-category": lambda _, __: HubSpotError(
        429, error_body("RATE_LIMITS", "You have reached your limit.")
    ),
    "477": _moving,
    "500": lambda _, __: internal_error(),
    "502": _proxy(502),
    "503": _proxy(503),
    "504": _proxy(504),
    "524": _proxy(524),
    "html": lambda _, __: ProxyError(502, _HTML, "text/html"),
}
