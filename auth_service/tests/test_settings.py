from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth_service.crypto import new_key
from auth_service.settings import Settings, SettingsError
from warehouse_connection import service_file

EVERYTHING = {
    "DATABASE_URL": "postgresql://user:MARKER-password@db.example:5432/hubspot",
    "HUBSPOT_CLIENT_ID": "client-id",
    "HUBSPOT_CLIENT_SECRET": "MARKER-secret",
    "TOKEN_KEYS": f"k1:{new_key()}",
    "PUBLIC_URL": "https://connect.example.com",
}
PROPERTIES = ("database_url", "client_id", "client_secret", "api_url", "app_url", "keyring", "public_url")


def settings(tmp_path: Path, **changes: str) -> Settings:
    return Settings.from_environment({**EVERYTHING, **changes}, tmp_path)


def test_a_full_environment_has_no_problems(tmp_path: Path) -> None:
    assert settings(tmp_path).problems(*PROPERTIES) == []


def test_hubspots_addresses_have_defaults(tmp_path: Path) -> None:
    assert settings(tmp_path).api_url == "https://api.hubapi.com"
    assert settings(tmp_path).app_url == "https://app.hubspot.com"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HUBSPOT_CLIENT_ID=of-file\nHUBSPOT_CLIENT_SECRET='of$file'\n")
    read = Settings.from_environment({"HUBSPOT_CLIENT_ID": "of-environment"}, tmp_path)
    assert read.client_id == "of-environment"
    assert read.client_secret == "of$file"


def test_an_empty_variable_counts_as_unset(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HUBSPOT_CLIENT_ID=of-file\n")
    read = Settings.from_environment({"HUBSPOT_CLIENT_ID": " ", "HUBSPOT_CLIENT_SECRET": ""}, tmp_path)
    assert read.client_id == "of-file"
    with pytest.raises(SettingsError, match="HUBSPOT_CLIENT_SECRET is not set"):
        _ = read.client_secret


def test_each_missing_setting_is_a_line_that_says_where_it_was_looked_for(tmp_path: Path) -> None:
    lines = Settings.from_environment({}, tmp_path).problems(*PROPERTIES)
    assert [line.split()[0] for line in lines] == [
        "DATABASE_URL",
        "HUBSPOT_CLIENT_ID",
        "HUBSPOT_CLIENT_SECRET",
        "TOKEN_KEYS",
        "PUBLIC_URL",
    ]
    assert all(str(tmp_path) in line and "\n" not in line for line in lines)


def test_only_what_is_asked_for_is_required(tmp_path: Path) -> None:
    assert Settings.from_environment({"HUBSPOT_CLIENT_ID": "x"}, tmp_path).problems("client_id") == []


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_a_postgresql_url_means_psycopg(tmp_path: Path, scheme: str) -> None:
    url = settings(
        tmp_path, DATABASE_URL=f"{scheme}://user:p%40ss@db.example/hubspot?sslmode=require"
    ).database_url
    assert url.render_as_string(hide_password=False) == (
        "postgresql+psycopg://user:p%40ss@db.example/hubspot?sslmode=require"
    )


@pytest.mark.parametrize(
    "url",
    [
        "MARKER",
        "mysql://u:MARKER@h/d",
        "sqlite:///MARKER",
        "postgresql://u:MARKER@h:port/d",
        "://MARKER",
        "postgresql://u:pass@MARKER@h/d",
    ],
)
def test_what_is_no_postgresql_url_is_refused_without_being_shown(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL is not a PostgreSQL URL") as raised:
        _ = settings(tmp_path, DATABASE_URL=url).database_url
    assert "MARKER" not in str(raised.value)


def test_without_a_database_url_the_embedded_one_is_found_from_below(tmp_path: Path) -> None:
    path = tmp_path / ".data" / "postgres" / "pg_service.conf"
    path.parent.mkdir(parents=True)
    service_file.write(path, service_file.Service(port=5433, user="u", password="a b/@:", dbname="d"))
    below = tmp_path / "transform" / "models"
    below.mkdir(parents=True)
    url = Settings.from_environment({}, below).database_url
    assert (url.host, url.port, url.username, url.password) == ("127.0.0.1", 5433, "u", "a b/@:")


def test_without_any_database_both_cures_are_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        _ = Settings.from_environment({}, tmp_path).database_url
    assert str(raised.value) == (
        "DATABASE_URL is not set and there is no embedded PostgreSQL at "
        f"{tmp_path}/.data/postgres/pg_service.conf: set DATABASE_URL, or run: meltano invoke postgres:start"
    )


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://Connect.Example.com/", "https://connect.example.com"),
        ("https://connect.example.com:8443", "https://connect.example.com:8443"),
        ("http://localhost:8090", "http://localhost:8090"),
        ("http://127.0.0.1:8090/", "http://127.0.0.1:8090"),
        ("http://[::1]:8090", "http://[::1]:8090"),
    ],
)
def test_a_public_url_is_a_scheme_and_a_host(tmp_path: Path, text: str, origin: str) -> None:
    assert settings(tmp_path, PUBLIC_URL=text).public_url == origin


@pytest.mark.parametrize(
    "text",
    [
        "connect.example.com",
        "https://",
        "https://user:MARKER@example.com",
        "https://example.com/../path",
        "https://example.com?x=MARKER",
        "https://example.com#MARKER",
        "https://example.com:port",
        "https://[::1",
        "ftp://example.com",
        "http://example.com",
        "http://localhost.example.com",
    ],
)
@pytest.mark.parametrize("name", ["PUBLIC_URL", "HUBSPOT_API_URL", "HUBSPOT_APP_URL"])
def test_an_address_that_is_unusable_or_unsafe_is_refused_without_being_shown(
    tmp_path: Path, name: str, text: str
) -> None:
    with pytest.raises(SettingsError, match=name) as raised:
        getattr(settings(tmp_path, **{name: text}), name.lower().removeprefix("hubspot_"))
    assert "MARKER" not in str(raised.value)


@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
def test_whatever_a_setting_says_the_error_is_ours_and_one_line(text: str) -> None:
    names = ("DATABASE_URL", "HUBSPOT_API_URL", "TOKEN_KEYS", "PUBLIC_URL")
    read = Settings.from_environment(dict.fromkeys(names, text), Path("/nonexistent"))
    for line in read.problems(*PROPERTIES):
        assert "\n" not in line


def test_settings_show_no_values(tmp_path: Path) -> None:
    assert "MARKER" not in repr(settings(tmp_path))
    assert "MARKER" not in str(settings(tmp_path).database_url)


# --- who comes in -----------------------------------------------------------------------------------------------


def test_a_public_url_may_have_a_path(tmp_path: Path) -> None:
    values = {"PUBLIC_URL": "https://Tools.example.com/hubspot/"}
    settings = Settings.from_environment(values, tmp_path)
    assert settings.public_url == "https://tools.example.com/hubspot"
    for path in ("/a/../b", "/a b", "/a//b", "/%61", "/a?b"):
        with pytest.raises(SettingsError, match="PUBLIC_URL"):
            assert Settings.from_environment({"PUBLIC_URL": f"https://x.example{path}"}, tmp_path).public_url


def test_hubspots_addresses_have_no_path(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="scheme and host only"):
        assert Settings.from_environment({"HUBSPOT_API_URL": "https://x.example/path"}, tmp_path).api_url


def test_a_password_is_needed_unless_a_login_proxy_is_trusted(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"ADMIN_PASSWORD_HASH is not set.*admin hash-password"):
        assert Settings.from_environment({}, tmp_path).admin_password_hash
    values = {"TRUSTED_PROXY_ADDRESS": "10.0.0.7, fd00::/125", "TRUSTED_USER_HEADER": "X-Forwarded-User"}
    settings = Settings.from_environment(values, tmp_path)
    assert settings.admin_password_hash is None
    proxy = settings.login_proxy
    assert proxy is not None
    assert proxy.header == "X-Forwarded-User"
    trusted = {
        address: proxy.trusts(address)
        for address in ("10.0.0.7", "10.0.0.8", "fd00::7", "fd00::8", "unix", "")
    }
    assert [address for address, yes in trusted.items() if yes] == ["10.0.0.7", "fd00::7"]


@pytest.mark.parametrize(
    ("address", "header", "says"),
    [
        ("10.0.0.7", "", "TRUSTED_USER_HEADER is not set.*set both, or none"),
        ("", "X-Forwarded-User", "TRUSTED_PROXY_ADDRESS is not set.*set both, or none"),
        ("proxy.example.com", "X-User", "is not an IP address"),
        ("10.0.0.7/24", "X-User", "is not an IP address"),
        ("0.0.0.0/0", "X-User", "TRUSTED_PROXY_ADDRESS is too wide"),
        ("::/0", "X-User", "TRUSTED_PROXY_ADDRESS is too wide"),
        ("10.0.0.7", "X User:", "is not the name of a header"),
    ],
)
def test_a_login_proxy_that_cannot_be_trusted_is_refused(
    tmp_path: Path, address: str, header: str, says: str
) -> None:
    values = {"TRUSTED_PROXY_ADDRESS": address, "TRUSTED_USER_HEADER": header}
    with pytest.raises(SettingsError, match=says):
        assert Settings.from_environment(values, tmp_path).login_proxy
