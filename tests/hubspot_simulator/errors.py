"""HubSpot's error answers, as exceptions that carry the body to send.

HubSpotError            anything that is not 2xx
├── OAuthError          the token endpoints' own body, RFC 6749 fields beside HubSpot's
└── ProxyError          no JSON at all: what stands before HubSpot has answered
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class HubSpotError(Exception):
    """An error answer: HTTP status, JSON body and headers."""

    def __init__(self, status: int, body: dict[str, Any], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status} {body.get('message', '')}")
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


class OAuthError(HubSpotError):
    """A refusal of the token endpoints; `legacy()` gives the shorter v1 body."""

    def __init__(self, code: str, error: str, description: str) -> None:
        body = {"error": error, "error_description": description, "status": code, "message": description}
        super().__init__(400, body)

    def legacy(self) -> HubSpotError:
        """The same refusal as OAuth v1 words it: without the RFC 6749 fields."""
        kept = {key: self.body[key] for key in ("status", "message")}
        return HubSpotError(400, {**kept, "correlationId": correlation_id()})


class ProxyError(HubSpotError):
    """An answer of the proxy in front of HubSpot: HTML or plain text, whatever the client accepts."""

    def __init__(self, status: int, text: str, media_type: str = "text/plain") -> None:
        super().__init__(status, {})
        self.text = text
        self.media_type = media_type


def correlation_id() -> str:
    """A fresh id such as HubSpot puts into every error body."""
    return str(uuid.uuid4())


def internal_error() -> HubSpotError:
    """500, which HubSpot answers at random and to some requests always."""
    body = {"status": "error", "message": "internal error", "correlationId": correlation_id()}
    return HubSpotError(500, body)


def error_body(category: str, message: str, **extra: object) -> dict[str, Any]:
    """The usual error body; `extra` fields are appended."""
    return {
        "status": "error",
        "message": message,
        "correlationId": correlation_id(),
        "category": category,
        **extra,
    }


def validation_error(message: str, **extra: object) -> HubSpotError:
    """400: the request itself is wrong, repeating it is useless."""
    return HubSpotError(400, error_body("VALIDATION_ERROR", message, **extra))


def not_found(message: str) -> HubSpotError:
    """404: no such record or asset."""
    return HubSpotError(404, error_body("OBJECT_NOT_FOUND", message))


def unknown_token() -> HubSpotError:
    """401 for a token that HubSpot does not know (any more)."""
    message = "Authentication credentials not found. This API supports OAuth 2.0 authentication."
    return HubSpotError(401, error_body("INVALID_AUTHENTICATION", message))


def expired_token(seconds_ago: int) -> HubSpotError:
    """401 for an access token past its half hour."""
    message = f"The OAuth token used to make this call expired {seconds_ago} second(s) ago."
    return HubSpotError(401, error_body("EXPIRED_AUTHENTICATION", message))


def missing_scopes(required: Iterable[str]) -> HubSpotError:
    """403 that names the scopes which would have been needed."""
    scopes = sorted(required)
    errors = [
        {
            "message": "One or more of the following scopes are required.",
            "context": {"requiredGranularScopes": scopes},
        }
    ]
    message = "This app hasn't been granted all required scopes to make this call."
    links = {"scopes": "https://developers.hubspot.com/scopes"}
    return HubSpotError(403, error_body("MISSING_SCOPES", message, errors=errors, links=links))


def improper_permissions(required: Iterable[str]) -> HubSpotError:
    """403 in HubSpot's other words: no category, the scopes only inside the message."""
    names = ", ".join(sorted(required))
    message = f"This oauth-token (hidden) does not have proper permissions! (requires any of [{names}])"
    return HubSpotError(403, {"status": "error", "message": message, "correlationId": correlation_id()})
