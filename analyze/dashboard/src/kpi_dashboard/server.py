"""Serves the dashboard: Streamlit with our theme, without telemetry, behind the login that the settings ask for."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import streamlit as st
from starlette.middleware import Middleware

from kpi_dashboard.login import PasswordLogin
from kpi_dashboard.settings import SettingsError
from kpi_dashboard.theme import THEME
from kpi_marts.loopback import is_loopback

APP: Final = Path(__file__).with_name("app.py")

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpi_dashboard.settings import Settings


def check_address(host: str, port: int, settings: Settings) -> None:
    """Refuse to listen where others could look without a login, or where somebody else listens already.

    Raises:
        SettingsError: with what to do.
    """
    if not settings.has_login and not is_loopback(host):
        msg = (
            f"refusing to listen on {host} without a login: set DASHBOARD_PASSWORD_HASH "
            "(kpi-dashboard hash-password makes one) or DASHBOARD_OIDC_*, or listen on 127.0.0.1"
        )
        raise SettingsError(msg)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        msg = f"can't listen on {host} port {port}: {error.strerror or error}; choose another with --port"
        raise SettingsError(msg) from None


def serve(host: str, port: int, settings: Settings) -> None:
    """Serve until stopped."""
    middleware = []
    if settings.password_hash:
        secure = bool(settings.public_url and settings.public_url.startswith("https:"))
        middleware.append(Middleware(PasswordLogin, settings.password_hash, secure=secure))
    secrets = None
    if settings.oidc and settings.public_url:
        secrets = settings.oidc.secrets_of_streamlit(settings.public_url)
    app = st.App(APP, middleware=middleware, secrets=secrets, on_script_error=_say_what_happened)
    app.run(config=_configuration(host, port, settings))


def _configuration(host: str, port: int, settings: Settings) -> Mapping[str, object]:
    public_host = urlsplit(settings.public_url or "").hostname
    # Without a login only this machine is let in, and no web page that has its name point here.
    names = [] if settings.has_login and not public_host else ["localhost", "127.0.0.1", "::1", host]
    return {
        "server.address": host,
        "server.port": port,
        "server.headless": True,
        "server.fileWatcherType": "none",
        "server.allowedHosts": [*names, *([public_host] if public_host else [])],
        "server.corsAllowedOrigins": [settings.public_url] if settings.public_url else [],
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        **THEME,
    }


def _say_what_happened(_: Exception) -> bool:
    """One line for the visitor; Streamlit has logged the rest."""
    st.error(
        "This page failed; the dashboard's log says why. Reload it, or open another page.",
        icon=":material/error:",
    )
    return True
