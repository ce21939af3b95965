"""What the dashboard is told by its environment, besides where the database is."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from kpi_dashboard import passwords

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamlit.runtime.secrets import SecretsValue

_METADATA_URL, _CLIENT_ID, _CLIENT_SECRET, _USERS = (
    f"DASHBOARD_OIDC_{name}" for name in ("METADATA_URL", "CLIENT_ID", "CLIENT_SECRET", "USERS")
)
_OIDC = (_METADATA_URL, _CLIENT_ID, _CLIENT_SECRET, _USERS)


class SettingsError(Exception):
    """A setting is missing or wrong; the message is one line that names it, and never holds a secret."""


@dataclass(frozen=True, slots=True)
class Oidc:
    """An identity provider, and whom of those it knows the dashboard lets in."""

    metadata_url: str
    client_id: str
    client_secret: str = field(repr=False)
    users: frozenset[str]

    def secrets_of_streamlit(self, public_url: str) -> dict[str, SecretsValue]:
        """The section of Streamlit's secrets that `st.login` reads."""
        return {
            "auth": {
                "redirect_uri": f"{public_url}/oauth2callback",
                # Of this process only: whoever was signed in signs in again after a restart, without a password.
                "cookie_secret": secrets.token_hex(32),
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "server_metadata_url": self.metadata_url,
            }
        }

    def lets_in(self, claims: Mapping[str, object]) -> bool:
        """Tell whether somebody whom the provider has identified may come in."""
        email = str(claims.get("email") or "").lower()
        # Some providers let people enter any address; those say whether they have checked it.
        if not email or claims.get("email_verified") in {False, "false"}:
            return False
        return email in self.users or f"@{email.rpartition('@')[2]}" in self.users


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it; at most one of the two logins."""

    password_hash: str | None = field(default=None, repr=False)
    oidc: Oidc | None = None
    public_url: str | None = None

    @property
    def has_login(self) -> bool:
        """Whether not everybody who reaches the dashboard may look."""
        return self.password_hash is not None or self.oidc is not None

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read them; an empty one counts as unset, which is what Meltano makes of one.

        Raises:
            SettingsError: One is missing or wrong.
        """
        public_url = (environment.get("DASHBOARD_URL") or "").rstrip("/") or None
        if public_url and (
            urlsplit(public_url).scheme not in {"http", "https"} or not urlsplit(public_url).hostname
        ):
            raise SettingsError("DASHBOARD_URL is not a URL: write it as https://kpis.example.com")
        password_hash = environment.get("DASHBOARD_PASSWORD_HASH") or None
        if password_hash:
            try:
                passwords.check(password_hash)
            except passwords.NoPasswordHashError as error:
                raise SettingsError(str(error)) from None
        oidc = _oidc(environment, public_url)
        if password_hash and oidc:
            raise SettingsError(f"both DASHBOARD_PASSWORD_HASH and {_CLIENT_ID} are set: keep one login")
        return cls(password_hash, oidc, public_url)


def _oidc(environment: Mapping[str, str], public_url: str | None) -> Oidc | None:
    given = {name: environment.get(name) or "" for name in _OIDC}
    if not any(given.values()):
        return None
    if missing := [name for name, value in given.items() if not value]:
        raise SettingsError(f"{', '.join(missing)} must be set for a login by OIDC, as {_CLIENT_ID} is")
    if not public_url:
        raise SettingsError(
            "DASHBOARD_URL must be set for a login by OIDC: the address that browsers come back to"
        )
    users = frozenset(given[_USERS].lower().replace(",", " ").split())
    if wrong := [user for user in sorted(users) if "@" not in user]:
        msg = f"{_USERS} has {wrong[0]!r}: list e-mail addresses, or @example.com for everybody there"
        raise SettingsError(msg)
    return Oidc(given[_METADATA_URL], given[_CLIENT_ID], given[_CLIENT_SECRET], users)
