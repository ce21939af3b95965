"""What the pages work with, made once when the service starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from auth_service.connecting import PortalConnector
from auth_service.database import create_engine
from auth_service.hubspot_oauth import OAuthClient
from auth_service.settings import CALLBACK_PATH
from auth_service.web.cookies import Cookies

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from auth_service.crypto import Keyring
    from auth_service.passwords import PasswordHash
    from auth_service.settings import LoginProxy, Settings

# What a site needs of the settings.
NEEDED_SETTINGS = (
    "database_url",
    "client_id",
    "client_secret",
    "api_url",
    "app_url",
    "keyring",
    "public_url",
    "admin_password_hash",
    "login_proxy",
    "optional_scopes",
)


@dataclass(frozen=True, slots=True)
class Site:
    """One service: its database, its keys, its HubSpot app, its public address, and who may come in.

    Without a password and without a login proxy, nobody may.
    """

    engine: Engine
    keyring: Keyring
    oauth: OAuthClient
    app_url: str
    public_url: str
    password: PasswordHash | None = None
    login_proxy: LoginProxy | None = None
    optional_scopes: tuple[str, ...] = ()

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Make a site of settings that were checked before; nothing is connected yet."""
        return cls(
            engine=create_engine(settings.database_url),
            keyring=settings.keyring,
            oauth=OAuthClient(
                api_url=settings.api_url,
                client_id=settings.client_id,
                client_secret=settings.client_secret,
            ),
            app_url=settings.app_url,
            public_url=settings.public_url,
            password=settings.admin_password_hash,
            login_proxy=settings.login_proxy,
            optional_scopes=settings.optional_scopes,
        )

    @property
    def secure(self) -> bool:
        """Whether browsers reach this service by https."""
        return self.public_url.startswith("https://")

    @property
    def origin(self) -> str:
        """Scheme and host of the public address, without the path it may have."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def connector(self) -> PortalConnector:
        """Runs connect attempts for this site."""
        return PortalConnector(
            self.engine,
            self.keyring,
            self.oauth,
            app_url=self.app_url,
            redirect_uri=self.public_url + CALLBACK_PATH,
            optional_scopes=self.optional_scopes,
        )

    @property
    def cookies(self) -> Cookies:
        """Sets and finds cookies."""
        return Cookies(secure=self.secure)

    def close(self) -> None:
        """Close the connections to the database and to HubSpot."""
        self.oauth.close()
        self.engine.dispose()
