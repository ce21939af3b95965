"""The templates: what they link to, and how they show times, states and reasons."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from markupsafe import Markup
from starlette.templating import Jinja2Templates

from auth_service.web import forms
from auth_service.web.visitors import admin_of, signed_in_by_password

if TYPE_CHECKING:
    from jinja2.runtime import Context
    from starlette.requests import Request

    from auth_service.audit import Entry
    from auth_service.connections import PortalConnection

# Why a portal has to be connected again, by the code that is stored with it.
_REASONS = {
    "invalid_grant": "HubSpot no longer accepts its token: the app was uninstalled, or its access was revoked.",
    "BAD_REFRESH_TOKEN": "HubSpot no longer accepts its token: the app was uninstalled, or its access was revoked.",
    "access_denied": "HubSpot no longer knows this portal: it may have been deleted.",
    "BAD_HUB": "HubSpot no longer knows this portal: it may have been deleted.",
    "token_rejected": "HubSpot no longer accepts its static token.",
}
_STATUS_WORDS = {"active": "Connected", "reauth_required": "Reconnect needed", "disconnected": "Disconnected"}

_UNITS = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))


def moment(value: datetime) -> str:
    """Show a time for people, in UTC."""
    value = value.astimezone(UTC)
    return f"{value.day} {value:%b %Y, %H:%M} UTC"


def ago(value: datetime) -> str:
    """Say how long ago something was, in the largest unit that says it well."""
    passed = datetime.now(UTC) - value
    if passed < _UNITS[-1][1]:
        return "just now"
    unit, size = next((unit, size) for unit, size in _UNITS if passed >= size)
    number = passed // size
    return f"{number} {unit}{'s' if number > 1 else ''} ago"


def status_words(connection: PortalConnection) -> str:
    """Say how a connection is."""
    return _STATUS_WORDS[connection.status]


def reason(connection: PortalConnection) -> str | None:
    """Say why a portal is not well."""
    if connection.last_error_code is None:
        return None
    return _REASONS.get(connection.last_error_code, f"HubSpot answered: {connection.last_error_code}.")


def not_granted(connection: PortalConnection, asked: tuple[str, ...]) -> list[str]:
    """Return the scopes that were asked for and not granted: what they read is left out of the portal's syncs."""
    return sorted(set(asked) - connection.scopes) if connection.auth_type == "oauth" else []


def event_words(event: str) -> str:
    """Write the name of an event for people."""
    return event.replace("_", " ").capitalize()


def actor_words(entry: Entry) -> str:
    """Say who did what an entry of the audit log tells of."""
    return {
        "admin": entry.actor,
        "invite": f"invite {entry.actor}",
        "command": f"command of {entry.actor}",
        "process": f"process {entry.actor}",
        "nobody": "unknown",
    }[entry.actor_type]


@pass_context
def _link(context: Context, route: str, **parameters: Any) -> str:  # noqa: ANN401 - starlette's signature
    """Return the address of a route, below the path of a proxy if there is one."""
    return str(context["request"].url_for(route, **parameters).path)


@pass_context
def _form_token(context: Context) -> Markup:
    """Write the hidden field that proves that a form was handed out by this service."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(
        forms.FIELD, forms.token(context["request"])
    )


def _about_the_request(request: Request) -> dict[str, Any]:
    return {
        "admin": admin_of(request),
        "can_sign_out": signed_in_by_password(request),
        "here": getattr(request.scope.get("route"), "name", None),
    }


_environment = Environment(
    loader=PackageLoader("auth_service.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters.update(
    actor_words=actor_words,
    ago=ago,
    event_words=event_words,
    moment=moment,
    not_granted=not_granted,
    reason=reason,
    status_words=status_words,
)
_environment.globals.update(link=_link, form_token=_form_token)

templates = Jinja2Templates(env=_environment, context_processors=[_about_the_request])
