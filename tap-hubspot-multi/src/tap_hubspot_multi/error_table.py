"""What each of HubSpot's answers means for a read, as data.

The client looks the answer up here and does what the action says; it decides nothing by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


# Names of categories, limits and scopes have no digits; tokens, ids, dates and addresses of people do, or an "@".
_NAME = re.compile(r"[A-Za-z_.-]{1,100}")
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f-]{1,64}")


class Action(Enum):
    """What to do about an answer."""

    RETRY = "ask again after a growing pause, a limited number of times"
    WAIT = "ask again when the rate limit allows it"
    REFRESH_TOKEN = "ask again once, with a new token"  # noqa: S105 - says what to do, is no token
    RECONNECT = "end the portal's tasks: its credentials are dead"
    DEFER_PORTAL = "end the portal's tasks: come back later"
    SKIP_STREAM = "end this task: the portal may not have the stream"
    LEAVE_OUT_ITEM = "leave out the one thing that was asked for; end this task if it cannot do without"
    REJECT = "end this task: the request itself is wrong"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table.

    Attributes:
        action: What to do.
        meaning: The situation in words, for log lines and reasons.
        least_pause: Seconds before it makes sense to ask again.
        may_be_size: Whether a request for less may be answered.
    """

    action: Action
    meaning: str
    least_pause: float = 0.0
    may_be_size: bool = False


NO_ANSWER = Rule(Action.RETRY, "no answer")
CUT_OFF = Rule(Action.RETRY, "an answer that is not whole JSON")  # seen with status 200
DAILY_LIMIT = Rule(Action.DEFER_PORTAL, "the portal's daily request limit is used up")

# A blog's comments are a form that HubSpot lists, and whose submissions it never gives.
FORM_TYPE_NOT_ALLOWED = Rule(Action.LEAVE_OUT_ITEM, "a form of a kind whose submissions are not given")

BY_STATUS: dict[int, Rule] = {
    401: Rule(Action.REFRESH_TOKEN, "the access token was not accepted"),
    403: Rule(Action.SKIP_STREAM, "the portal's subscription or granted scopes do not include it"),
    404: Rule(Action.LEAVE_OUT_ITEM, "status 404"),
    408: Rule(Action.RETRY, "the request took too long"),
    423: Rule(Action.RETRY, "the resource is locked", least_pause=2.0),
    429: Rule(Action.WAIT, "the rate limit is reached"),
    477: Rule(Action.DEFER_PORTAL, "HubSpot is moving the portal to another data centre"),
    # Cloudflare's answer to a token that is not even well-formed.
    530: Rule(Action.RECONNECT, "the access token is malformed"),
}


@dataclass(frozen=True, slots=True)
class ErrorFacts:
    """The parts of an error body that are safe to show; every one may be missing.

    Attributes:
        category: Machine-readable kind, e.g. `VALIDATION_ERROR`.
        policy: Which limit a 429 is about, e.g. `DAILY`.
        correlation_id: What HubSpot's support asks for.
        scopes: Scopes that a 403 asks for.
        kinds: Kinds of the single errors in the body, e.g. `FORM_TYPE_NOT_ALLOWED`.
    """

    category: str = ""
    policy: str = ""
    correlation_id: str = ""
    scopes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @classmethod
    def of(cls, body: Any) -> ErrorFacts:  # noqa: ANN401 - whatever came back
        """Read an error body. `message` is left out on purpose: a 403 quotes the token, a 400 the data."""
        if not isinstance(body, dict):
            return cls()
        errors = body.get("errors")
        errors = [error for error in (errors if isinstance(errors, list) else ()) if isinstance(error, dict)]
        contexts = [error["context"] for error in errors if isinstance(error.get("context"), dict)]
        scopes = [context.get("requiredGranularScopes") for context in contexts]
        return cls(
            category=next(
                iter(_names(body.get(key) for key in ("subCategory", "category", "errorType"))), ""
            ),
            policy="".join(_names([body.get("policyName")])),
            correlation_id=_safe(_HEXADECIMAL, body.get("correlationId")),
            scopes=_names(scope for each in scopes if isinstance(each, list) for scope in each),
            kinds=_names(error.get("errorType") for error in errors),
        )

    def __str__(self) -> str:
        """The facts that are there, for the end of a message."""
        facts = [self.category, *self.kinds, self.policy]
        facts.append(" ".join(("asks for", *self.scopes)) if self.scopes else "")
        facts.append(self.correlation_id and f"correlation id {self.correlation_id}")
        return ", ".join(fact for fact in facts if fact)


def _names(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (_safe(_NAME, value) for value in values))))


def _safe(form: re.Pattern[str], value: object) -> str:
    """A text of this form, else nothing: no field of an error body is trusted to hold what its name says."""
    return value if isinstance(value, str) and form.fullmatch(value) else ""


def rule_for(status: int, facts: ErrorFacts) -> Rule | None:
    """Look up what an answer means.

    Args:
        status: HTTP status.
        facts: What the body says, if it is an error.

    Returns:
        The rule, or None for success. 207 is success: batch answers list what they do not have.
    """
    if 200 <= status < 300:  # noqa: PLR2004 - the range of success
        return None
    if status == 429 and facts.policy == "DAILY":  # noqa: PLR2004 - HubSpot's code for all its limits
        return DAILY_LIMIT
    if "FORM_TYPE_NOT_ALLOWED" in facts.kinds:
        return FORM_TYPE_NOT_ALLOWED
    if status in BY_STATUS:
        return BY_STATUS[status]
    if status >= 500:  # noqa: PLR2004 - 500, 502–504 and Cloudflare's 52x are overload or accident
        return Rule(Action.RETRY, f"status {status}", may_be_size=True)
    return Rule(Action.REJECT, f"status {status}")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the answer asks to wait, or None if it does not say (HubSpot does not always)."""
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return None
    return max(0.0, seconds) if isfinite(seconds) else None
