"""The settings: environment variables, over a `.env` file in the working directory.

Reading them checks nothing; asking for one does. So each command needs only what it uses, and `problems`
collects everything that is wrong with a list of them at once.
"""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dotenv import dotenv_values

from auth_service import scopes
from auth_service.crypto import Keyring
from auth_service.errors import SettingsError
from auth_service.passwords import PasswordHash
from warehouse_connection.location import WarehouseError, resolve_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import URL

__all__ = ["Settings", "SettingsError"]

DEFAULT_API_URL = "https://api.hubapi.com"
DEFAULT_APP_URL = "https://app.hubspot.com"
CALLBACK_PATH = "/auth/hubspot/callback"
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
MOST_PROXY_ADDRESSES = 256


@dataclass(frozen=True, slots=True)
class LoginProxy:
    """A reverse proxy that asks for a login and names, in a header, who logged in."""

    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    header: str

    def trusts(self, address: str) -> bool:
        """Tell whether a connection comes from the proxy itself; from anywhere else its header is a claim."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self.networks)


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
        # Here, because whoever needs no database (a tap with static tokens) starts half a second earlier without.
        from auth_service.database import parse_url  # noqa: PLC0415

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
        """PUBLIC_URL: where browsers reach this service; with a path, if a proxy serves it below one."""
        cure = (
            "set it to the address at which browsers reach this service, for example http://localhost:8090; "
            f"the redirect URL of your HubSpot app is that address with {CALLBACK_PATH}"
        )
        return _address("PUBLIC_URL", self._required("PUBLIC_URL", cure))

    @property
    def admin_password_hash(self) -> PasswordHash | None:
        """ADMIN_PASSWORD_HASH; None only where a login proxy says who comes."""
        if "ADMIN_PASSWORD_HASH" not in self.values and "TRUSTED_USER_HEADER" in self.values:
            return None
        cure = "make one with: hubspot-auth admin hash-password"
        return PasswordHash.parse(self._required("ADMIN_PASSWORD_HASH", cure))

    @property
    def optional_scopes(self) -> tuple[str, ...]:
        """The scopes of HUBSPOT_SCOPE_SETS, a list of names; none by default: a portal is asked for what is used."""
        names = re.split(r"[\s,]+", self.values.get("HUBSPOT_SCOPE_SETS", ""))
        try:
            return scopes.optional(name for name in names if name)
        except KeyError as error:
            raise SettingsError(
                f"HUBSPOT_SCOPE_SETS has no set {error}: name some of {', '.join(scopes.SETS)}, with commas"
            ) from None

    @property
    def login_proxy(self) -> LoginProxy | None:
        """TRUSTED_PROXY_ADDRESS and TRUSTED_USER_HEADER: a proxy that asks for a login, and how it says whose."""
        names = ("TRUSTED_PROXY_ADDRESS", "TRUSTED_USER_HEADER")
        if not any(name in self.values for name in names):
            return None
        address, header = (
            self._required(
                name, "a login proxy is trusted by its address and by its header: set both, or none"
            )
            for name in names
        )
        try:
            networks = tuple(ipaddress.ip_network(each.strip()) for each in address.split(","))
        except ValueError:
            raise SettingsError(
                "TRUSTED_PROXY_ADDRESS is not an IP address: write the one that the login proxy connects from, "
                "as in 10.0.0.7 or 10.0.0.0/28; several with commas"
            ) from None
        if any(network.num_addresses > MOST_PROXY_ADDRESSES for network in networks):
            raise SettingsError(
                "TRUSTED_PROXY_ADDRESS is too wide: whoever connects from it can say that he is anybody; "
                "name the login proxy alone"
            )
        if not re.fullmatch(r"[A-Za-z0-9-]{1,64}", header):
            raise SettingsError(
                "TRUSTED_USER_HEADER is not the name of a header: write it as in X-Forwarded-User"
            )
        return LoginProxy(networks, header)

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
    address = _address(name, text)
    if urlsplit(address).path:
        raise SettingsError(
            f"{name} is not the address of a site: write scheme and host only, as in https://example.com"
        )
    return address


def _address(name: str, text: str) -> str:
    """Accept `https://host[:port][/path]`, without a slash at its end."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port  # an impossible port shows only when asked for
    except ValueError:
        host = None
    path = parts.path.rstrip("/") if host else ""
    plain = re.fullmatch(r"(/[A-Za-z0-9._~-]+)*", path) and not re.search(r"/\.{1,2}(/|$)", path)
    if not host or parts.username or parts.password or not plain or parts.query or parts.fragment:
        raise SettingsError(f"{name} is not the address of a site: write it as in https://example.com")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK_HOSTS):
        raise SettingsError(
            f"{name} must start with https:// (http:// is for localhost only): secrets travel through it"
        )
    return f"{parts.scheme}://{parts.netloc.lower()}{path}"
