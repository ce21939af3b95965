"""The settings: environment variables, over a `.env` file in the working directory.

Reading them checks nothing; asking for one does. So each command needs only what it uses, and `problems`
collects everything that is wrong with a list of them at once.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dotenv import dotenv_values

from auth_service.crypto import Keyring
from auth_service.database import parse_url
from auth_service.errors import SettingsError
from warehouse_connection import WarehouseError, resolve_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import URL

__all__ = ["Settings", "SettingsError"]

DEFAULT_API_URL = "https://api.hubapi.com"
DEFAULT_APP_URL = "https://app.hubspot.com"
CALLBACK_PATH = "/auth/hubspot/callback"
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Settings:
    """Values by the name of their environment variable; properties raise SettingsError when one is unusable."""

    values: Mapping[str, str] = field(repr=False)
    directory: Path

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str] | None = None, directory: Path | None = None
    ) -> Settings:
        """Read the process environment (or `environ`) over `.env` in the working directory (or `directory`)."""
        directory = directory or Path.cwd()
        environ = os.environ if environ is None else environ
        file = dotenv_values(directory / ".env", interpolate=False)
        # An empty variable counts as unset: that is what compose files and Meltano make of an unset one.
        values = {
            name: value.strip()
            for source in (file, environ)
            for name, value in source.items()
            if value and value.strip()
        }
        return cls(values, directory)

    @property
    def database_url(self) -> URL:
        """DATABASE_URL, or else the embedded PostgreSQL of this project."""
        try:
            return parse_url(resolve_url(self.values, self.directory))
        except WarehouseError as error:
            raise SettingsError(str(error)) from None

    @property
    def keyring(self) -> Keyring:
        """The keys of TOKEN_KEYS."""
        return Keyring.parse(self._required("TOKEN_KEYS", "make one with: hubspot-auth keys generate"))

    @property
    def client_id(self) -> str:
        """HUBSPOT_CLIENT_ID."""
        return self._required("HUBSPOT_CLIENT_ID", "copy it from the Auth page of your HubSpot app")

    @property
    def client_secret(self) -> str:
        """HUBSPOT_CLIENT_SECRET."""
        return self._required("HUBSPOT_CLIENT_SECRET", "copy it from the Auth page of your HubSpot app")

    @property
    def api_url(self) -> str:
        """HUBSPOT_API_URL, by default the real one."""
        return _origin("HUBSPOT_API_URL", self.values.get("HUBSPOT_API_URL", DEFAULT_API_URL))

    @property
    def app_url(self) -> str:
        """HUBSPOT_APP_URL, by default the real one."""
        return _origin("HUBSPOT_APP_URL", self.values.get("HUBSPOT_APP_URL", DEFAULT_APP_URL))

    @property
    def public_url(self) -> str:
        """PUBLIC_URL: where browsers reach this service, scheme and host only."""
        cure = (
            "set it to the address at which browsers reach this service, for example http://localhost:8090; "
            f"the redirect URL of your HubSpot app is that address with {CALLBACK_PATH}"
        )
        return _origin("PUBLIC_URL", self._required("PUBLIC_URL", cure))

    def problems(self, *names: str) -> list[str]:
        """Say what is wrong with the named properties, one line each; an empty list means they can be used."""
        lines = []
        for name in names:
            try:
                getattr(self, name)
            except SettingsError as error:
                lines.append(str(error))
        return lines

    def _required(self, name: str, cure: str) -> str:
        try:
            return self.values[name]
        except KeyError:
            raise SettingsError(
                f"{name} is not set, neither in the environment nor in {self.directory / '.env'}: {cure}"
            ) from None


def _origin(name: str, text: str) -> str:
    """Accept `https://host[:port]`, and plain http where nothing leaves this machine."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port  # an impossible port shows only when asked for
    except ValueError:
        host = None
    if not host or parts.username or parts.password or parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingsError(
            f"{name} is not the address of a site: write scheme and host only, as in https://example.com"
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK_HOSTS):
        raise SettingsError(
            f"{name} must start with https:// (http:// is for localhost only): secrets travel through it"
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"
