"""What an answer that ends a request is called, and what the run log says of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tap_hubspot_multi.error_table import Action
from tap_hubspot_multi.exceptions import (
    ItemUnavailable,
    Overwhelmed,
    PortalDeferred,
    PortalMustReconnect,
    RequestRejected,
    StreamSkipped,
    TransientExhausted,
)
from tap_hubspot_multi.timestamps import format_timestamp

if TYPE_CHECKING:
    from datetime import datetime

    from tap_hubspot_multi.api import Answer, Request
    from tap_hubspot_multi.error_table import Rule


def failure(
    request: Request, answer: Answer, rule: Rule, *, tries: int, now: datetime
) -> PortalMustReconnect | PortalDeferred | StreamSkipped | TransientExhausted | RequestRejected:
    """The error for a request that is not repeated any more.

    Args:
        request: What was asked.
        answer: The last answer.
        rule: What that answer means.
        tries: How often was asked.
        now: For people, who do not count seconds.
    """
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


def _when(answer: Answer, now: datetime) -> str:
    """When HubSpot asks to come back, if it says so: in seconds, and as a moment for people."""
    if answer.retry_after is None:
        return ""
    asked = f" HubSpot asks to wait {answer.retry_after:.0f} s"
    try:
        return f"{asked}, until {format_timestamp(now + timedelta(seconds=answer.retry_after))}."
    except OverflowError:
        return f"{asked}."
