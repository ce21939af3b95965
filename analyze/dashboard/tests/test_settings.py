"""What the environment may say, and who may listen where."""

from __future__ import annotations

import socket

import pytest

from kpi_dashboard import passwords
from kpi_dashboard.server import check_address
from kpi_dashboard.settings import Oidc, Settings, SettingsError

HASH = passwords.hash_of("correct horse battery staple")
OIDC = {
    "DASHBOARD_URL": "https://kpis.example.com/",
    "DASHBOARD_OIDC_METADATA_URL": "https://id.example.com/.well-known/openid-configuration",
    "DASHBOARD_OIDC_CLIENT_ID": "kpis",
    "DASHBOARD_OIDC_CLIENT_SECRET": "MARKER-secret",
    "DASHBOARD_OIDC_USERS": "Ana@client.example, @agency.example",
}


def test_nothing_set_is_no_login() -> None:
    assert not Settings.read({"DASHBOARD_PASSWORD_HASH": "", "DASHBOARD_OIDC_CLIENT_ID": ""}).has_login


def test_each_login_is_read() -> None:
    assert Settings.read({"DASHBOARD_PASSWORD_HASH": HASH}).password_hash == HASH
    settings = Settings.read(OIDC)
    assert settings.oidc is not None
    auth = settings.oidc.secrets_of_streamlit(str(settings.public_url))["auth"]
    assert isinstance(auth, dict)
    assert auth["redirect_uri"] == "https://kpis.example.com/oauth2callback"


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"DASHBOARD_PASSWORD_HASH": "MARKER-secret"}, "DASHBOARD_PASSWORD_HASH"),
        ({**OIDC, "DASHBOARD_PASSWORD_HASH": HASH}, "keep one login"),
        ({**OIDC, "DASHBOARD_OIDC_USERS": ""}, "DASHBOARD_OIDC_USERS"),
        ({**OIDC, "DASHBOARD_OIDC_USERS": "agency.example"}, "@example.com"),
        ({**OIDC, "DASHBOARD_URL": ""}, "DASHBOARD_URL"),
        ({"DASHBOARD_URL": "kpis.example.com"}, "DASHBOARD_URL"),
    ],
)
def test_wrong_settings_are_named_and_secrets_are_not(environment: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named) as refused:
        Settings.read(environment)
    assert "MARKER" not in str(refused.value)


def test_secrets_are_in_no_repr() -> None:
    assert "MARKER" not in repr(Settings.read(OIDC))
    assert HASH not in repr(Settings.read({"DASHBOARD_PASSWORD_HASH": HASH}))


@pytest.mark.parametrize(
    ("claims", "may"),
    [
        ({"email": "ana@client.example", "email_verified": True}, True),
        ({"email": "ANA@CLIENT.EXAMPLE"}, True),
        ({"email": "bob@agency.example"}, True),
        ({"email": "bob@client.example"}, False),
        ({"email": "bob@agency.example.evil.example"}, False),
        ({"email": "bob@agency.example", "email_verified": False}, False),
        ({"email": ""}, False),
        ({}, False),
    ],
)
def test_the_provider_says_who_somebody_is_and_the_settings_who_may_look(
    claims: dict[str, object],
    may: bool,  # noqa: FBT001 - a parameter of the cases
) -> None:
    oidc = Settings.read(OIDC).oidc
    assert isinstance(oidc, Oidc)
    assert oidc.lets_in(claims) is may


def test_without_a_login_only_this_machine_is_listened_to() -> None:
    check_address("127.0.0.1", 0, Settings())
    check_address("localhost", 0, Settings())
    for host in ("0.0.0.0", "::", "192.0.2.1"):  # noqa: S104
        with pytest.raises(SettingsError, match="without a login"):
            check_address(host, 8501, Settings())
    check_address("0.0.0.0", 0, Settings(password_hash=HASH))  # noqa: S104


def test_a_port_that_is_taken_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port}.*--port"):
            check_address("127.0.0.1", port, Settings())
