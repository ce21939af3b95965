"""The numbers of e-mails: counters, and what HubSpot derives from them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

# Each ratio and the two counters it is made of.
_RATIOS = {
    "deliveredratio": ("delivered", "sent"),
    "openratio": ("open", "delivered"),
    "clickratio": ("click", "delivered"),
    "clickthroughratio": ("click", "open"),
    "bounceratio": ("bounce", "sent"),
    "hardbounceratio": ("hardbounced", "sent"),
    "softbounceratio": ("softbounced", "sent"),
    "unsubscribedratio": ("unsubscribed", "delivered"),
    "spamreportratio": ("spamreport", "delivered"),
    "contactslostratio": ("contactslost", "delivered"),
    "notsentratio": ("notsent", "selected"),
}
# What is left out, instead of zero, where nobody did it.
_OPTIONAL_COUNTERS = frozenset({"reply"})
_ON_COMPUTERS = 0.58


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """One time that an e-mail was sent, with all that came of it since, however late."""

    at_ms: int
    counters: dict[str, int]


def statistics(sendings: Iterable[Sending]) -> dict[str, Any]:
    """The statistics of some sendings together, as the API sends them; all empty where nothing was sent."""
    counters = Counter[str]()
    for sending in sendings:
        counters.update(sending.counters)
    return {
        "counters": {
            name: count for name, count in counters.items() if count or name not in _OPTIONAL_COUNTERS
        },
        "ratios": {
            name: round(100 * counters[part] / counters[whole], 3) if counters[whole] else 0.0
            for name, (part, whole) in _RATIOS.items()
            if counters
        },
        "deviceBreakdown": {
            f"{action}_device_type": _devices(counters[action]) for action in ("open", "click") if counters
        },
        "qualifierStats": {},
    }


def counters_of(
    *, sent: int, opened: int, clicked: int, bounced: int = 0, unsubscribed: int = 0
) -> dict[str, int]:
    """Counters that agree with each other."""
    hard = bounced // 3
    return {
        "selected": sent + sent // 50,
        "sent": sent,
        "delivered": sent - bounced,
        "open": opened,
        "click": clicked,
        "bounce": bounced,
        "hardbounced": hard,
        "softbounced": bounced - hard,
        "unsubscribed": unsubscribed,
        "spamreport": unsubscribed // 9,
        "contactslost": hard + unsubscribed,
        "notsent": sent // 50,
        "suppressed": sent // 50,
        "dropped": 0,
        "pending": 0,
        "reply": clicked // 12,
    }


def _devices(count: int) -> dict[str, int]:
    computers = round(count * _ON_COMPUTERS)
    return {"computer": computers, "mobile": count - computers, "unknown": 0}
