"""How the answers of HubSpot's OAuth endpoints are read: pure functions, no network.

No text of an answer ever reaches an error: only codes that are known beforehand do.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import Enum, auto
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeGuard

from auth_service.errors import (
    AppCredentialsRejected,
    AppRequestRejected,
    GrantRefused,
    HubSpotUnavailable,
)

if TYPE_CHECKING:
    from auth_service.errors import AuthError

BIGINT_LIMIT = 2**63
LONGEST_LIFETIME_SECONDS = 2**31  # more is no lifetime: HubSpot's access tokens live for 30 minutes


class Meaning(Enum):
    """What a refusal of the token endpoint is about."""

    APP_CREDENTIALS = auto()
    APP_REQUEST = auto()
    GRANT = auto()


# HubSpot answers with an RFC 6749 `error`, its own older `status`, or both.
MEANINGS = {
    "BAD_CLIENT_ID": Meaning.APP_CREDENTIALS,
    "BAD_CLIENT_SECRET": Meaning.APP_CREDENTIALS,
    "invalid_client": Meaning.APP_CREDENTIALS,
    "unauthorized_client": Meaning.APP_CREDENTIALS,
    "BAD_CODE_VERIFIER": Meaning.APP_REQUEST,
    "BAD_GRANT_TYPE": Meaning.APP_REQUEST,
    "BAD_REDIRECT_URI": Meaning.APP_REQUEST,
    "BAD_SCOPES": Meaning.APP_REQUEST,
    "invalid_request": Meaning.APP_REQUEST,
    "invalid_scope": Meaning.APP_REQUEST,
    "unsupported_grant_type": Meaning.APP_REQUEST,
    "BAD_AUTH_CODE": Meaning.GRANT,
    "BAD_HUB": Meaning.GRANT,  # the portal was deleted
    "BAD_REFRESH_TOKEN": Meaning.GRANT,
    "access_denied": Meaning.GRANT,
    "invalid_grant": Meaning.GRANT,
}

# Client errors that say nothing about the grant: timeout, locked, too early, rate limit, portal on the move.
TRANSIENT_CLIENT_ERRORS = frozenset({408, 423, 425, 429, 477})


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, as far as it matters here."""

    status: int
    body: bytes = field(repr=False)
    retry_after: str | None = None


@dataclass(frozen=True, slots=True)
class TokenGrant:
    """A successful answer of the token endpoint; what HubSpot may leave out is None."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_in: int
    portal_id: int | None
    scopes: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Introspection:
    """What HubSpot says about a live token; `portal_id` is None for one that is not live."""

    portal_id: int | None
    hub_domain: str | None
    scopes: frozenset[str]


def read_grant(answer: Answer) -> TokenGrant:
    """Read the answer to a code exchange or a refresh.

    Raises:
        GrantRefused, AppCredentialsRejected, AppRequestRejected, HubSpotUnavailable: See `failure`.
    """
    content = _success(answer)
    access_token = content.get("access_token")
    refresh_token = content.get("refresh_token")
    expires_in = _positive_integer(content.get("expires_in"), limit=LONGEST_LIFETIME_SECONDS)
    if (
        not is_token(access_token)
        or expires_in is None
        or not (refresh_token is None or is_token(refresh_token))
    ):
        raise _unreadable(answer)
    return TokenGrant(
        access_token=access_token,
        refresh_token=refresh_token,
        expires_in=expires_in,
        portal_id=_positive_integer(content.get("hub_id"), limit=BIGINT_LIMIT),
        scopes=_scopes(content.get("scopes")) if "scopes" in content else None,
    )


def read_introspection(answer: Answer) -> Introspection:
    """Read the answer to an introspection.

    Raises:
        GrantRefused, AppCredentialsRejected, AppRequestRejected, HubSpotUnavailable: See `failure`.
    """
    content = _success(answer)
    if content.get("active") is not True:
        return Introspection(portal_id=None, hub_domain=None, scopes=frozenset())
    domain = content.get("hub_domain")
    return Introspection(
        portal_id=_positive_integer(content.get("hub_id"), limit=BIGINT_LIMIT),
        hub_domain=domain if isinstance(domain, str) and domain else None,
        scopes=_scopes(content.get("scopes")),
    )


def read_account_details(answer: Answer) -> dict[str, Any]:
    """Read the answer of /account-info: `portalId`, `timeZone`, `companyCurrency` and more, as HubSpot says them.

    Raises:
        GrantRefused, AppCredentialsRejected, AppRequestRejected, HubSpotUnavailable: See `failure`.
    """
    content = _success(answer)
    if _positive_integer(content.get("portalId"), limit=BIGINT_LIMIT) is None:
        raise _unreadable(answer)
    return content


def failure(answer: Answer) -> AuthError:
    """Say what an unsuccessful answer means.

    Where `error` and `status` disagree the blame goes to the app before it goes to the grant: a wrong client
    secret must never look like a customer who uninstalled. Everything unknown is transient: it says nothing
    about the grant, so nothing is given up.
    """
    content = _json_object(answer.body)
    codes = [
        code
        for code in (content.get("error"), content.get("status"))
        if isinstance(code, str) and code in MEANINGS
    ]
    is_refusal = (
        HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
        and answer.status not in TRANSIENT_CLIENT_ERRORS
    )
    for meaning in Meaning:  # in the order of blame
        code = next((code for code in codes if MEANINGS[code] is meaning), None)
        if is_refusal and code is not None:
            return _refusal(meaning, code)
    return HubSpotUnavailable(
        f"HubSpot answered with status {answer.status}: try again later",
        code=f"http_{answer.status}",
        retry_after=_seconds(answer.retry_after),
    )


def _refusal(meaning: Meaning, code: str) -> AuthError:
    match meaning:
        case Meaning.APP_CREDENTIALS:
            return AppCredentialsRejected(
                f"HubSpot refuses this app ({code}): check HUBSPOT_CLIENT_ID and HUBSPOT_CLIENT_SECRET; "
                "no portal was changed"
            )
        case Meaning.APP_REQUEST:
            return AppRequestRejected(
                f"HubSpot refuses the request ({code}): check that the redirect URL and the scopes of the HubSpot "
                "app are the ones that the README lists; no portal was changed"
            )
        case Meaning.GRANT:
            return GrantRefused(
                f"HubSpot no longer accepts the grant ({code}): connect the portal again", code=code
            )


def _success(answer: Answer) -> dict[str, Any]:
    if answer.status != HTTPStatus.OK:
        raise failure(answer)
    content = _json_object(answer.body)
    if not content:
        raise _unreadable(answer)
    return content


def _unreadable(answer: Answer) -> HubSpotUnavailable:
    return HubSpotUnavailable(
        f"HubSpot's answer (status {answer.status}) could not be read: try again later",
        code="unreadable_answer",
    )


def _json_object(body: bytes) -> dict[str, Any]:
    """Read a JSON object; anything else, and text that PostgreSQL cannot store, reads as an empty one."""
    try:
        content = json.loads(body, parse_constant=_refuse_constant)
        storable = json.dumps(content, ensure_ascii=False).encode()  # fails on half a surrogate pair
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) and rb"\u0000" not in storable else {}


def _refuse_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are Python's, not JSON's


def is_token(value: object) -> TypeGuard[str]:
    """A token goes into an HTTP header: visible ASCII only."""
    return (
        isinstance(value, str)
        and value.isascii()
        and value.isprintable()
        and bool(value)
        and " " not in value
    )


def _positive_integer(value: object, *, limit: int) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < limit else None


def _scopes(value: object) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset(value.split())
    return (
        frozenset(scope for scope in value if isinstance(scope, str))
        if isinstance(value, list)
        else frozenset()
    )


def _seconds(retry_after: str | None) -> float | None:
    """HubSpot's token endpoint sends whole seconds; the date form of RFC 9110 is not used by it."""
    return float(retry_after) if retry_after and retry_after.isascii() and retry_after.isdigit() else None
