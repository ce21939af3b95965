"""The templates, and how they show times and reasons."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.templating import Jinja2Templates

from auth_service import scopes

if TYPE_CHECKING:
    from datetime import datetime

    from auth_service.connections import PortalConnection

# Why a portal has to be connected again, by the code that is stored with it.
_REASONS = {
    "invalid_grant": "HubSpot no longer accepts its token: the app was uninstalled, or its access was revoked.",
    "BAD_REFRESH_TOKEN": "HubSpot no longer accepts its token: the app was uninstalled, or its access was revoked.",
    "access_denied": "HubSpot no longer knows this portal: it may have been deleted.",
    "BAD_HUB": "HubSpot no longer knows this portal: it may have been deleted.",
    "token_rejected": "HubSpot no longer accepts its static token.",
}


def moment(value: datetime) -> str:
    """Show a time for people, in UTC."""
    value = value.astimezone(UTC)
    return f"{value.day} {value:%b %Y, %H:%M} UTC"


def reason(connection: PortalConnection) -> str | None:
    """Say why a portal is not well."""
    if connection.last_error_code is None:
        return None
    return _REASONS.get(connection.last_error_code, f"HubSpot answered: {connection.last_error_code}.")


def not_granted(connection: PortalConnection) -> list[str]:
    """Return the optional scopes that a portal did not grant: what they read is left out of its syncs."""
    return sorted(set(scopes.OPTIONAL) - connection.scopes)


_environment = Environment(
    loader=PackageLoader("auth_service.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters.update(moment=moment, reason=reason, not_granted=not_granted)

templates = Jinja2Templates(env=_environment)
