from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from singer_sdk.helpers.capabilities import TapCapabilities

from tap_hubspot_multi.config_schema import CONFIG_SCHEMA
from tap_hubspot_multi.exceptions import SettingInvalid
from tap_hubspot_multi.settings import AUTH_VARIABLES, TapSettings, find_problems
from tap_hubspot_multi.tap import TapHubSpotMulti
from warehouse_connection.shards import Shard

SECRETS = {"database_url", "token_keys", "client_secret", "static_tokens"}


def test_every_setting_has_a_default_or_may_be_left_out() -> None:
    settings = TapSettings.from_config({})

    assert settings.reading.settle == timedelta(seconds=300)
    assert settings.reading.overlap == timedelta(hours=1)
    assert settings.reading.full_read_every == timedelta(days=7)
    assert settings.fail_on_portal_error is False


def test_settings_are_read_into_their_types() -> None:
    settings = TapSettings.from_config(
        {
            "start_date": "2026-01-01",
            "portals": {"include": [1], "exclude": [2]},
            "portal_shard": "2/3",
            "objects": ["deals"],
            "property_selection": {"deals": ["amount"]},
            "full_read_days": 0,
            "static_tokens": [" pat-1 "],
        }
    )

    assert settings.reading.start_date == datetime(2026, 1, 1, tzinfo=UTC)
    assert (settings.include, settings.exclude) == ({1}, {2})
    assert settings.shard == Shard(2, 3)
    assert settings.reading.objects == {"deals"}
    assert settings.reading.properties.patterns == {"deals": ("amount",)}
    assert settings.reading.full_read_every is None
    assert settings.static_tokens == ("pat-1",)


def test_empty_texts_are_unset_settings() -> None:
    settings = TapSettings.from_config({"database_url": "", "start_date": "", "static_tokens": None})

    assert settings.auth == {}
    assert settings.reading.start_date is None


def test_the_settings_of_auth_service_go_by_their_variables() -> None:
    config = dict.fromkeys(AUTH_VARIABLES, "x")

    assert TapSettings.from_config(config).auth == dict.fromkeys(AUTH_VARIABLES.values(), "x")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_url", 1),
        ("token_keys", ["s3cr3t"]),
        ("static_tokens", "s3cr3t"),
        ("static_tokens", ["fine", {"token": "s3cr3t"}]),
        ("start_date", "s3cr3t"),
        ("start_date", "2026-13-45"),
        ("portals", ["s3cr3t"]),
        ("portals", {"include": ["s3cr3t"]}),
        ("portal_shard", "s3cr3t"),
        ("portal_shard", "4/3"),
        ("portal_shard", 2),
        ("objects", ["s3cr3t"]),
        ("property_selection", {"contacts": "s3cr3t"}),
        ("settle_seconds", -1),
        ("settle_seconds", "s3cr3t"),
        ("overlap_seconds", 1.5),
        ("full_read_days", True),
        ("fail_on_portal_error", "s3cr3t"),
    ],
)
def test_a_wrong_setting_is_one_line_with_its_names_and_without_its_value(name: str, value: object) -> None:
    [problem] = find_problems({name: value})

    assert problem.startswith(
        f"Setting {name} (environment variable TAP_HUBSPOT_MULTI_{name.upper()}) must be "
    )
    assert "s3cr3t" not in problem
    assert "\n" not in problem
    with pytest.raises(SettingInvalid, match=name):
        TapSettings.from_config({name: value})


def test_all_wrong_settings_are_told_at_once() -> None:
    assert len(find_problems({"settle_seconds": "x", "objects": "x", "full_read_days": 3})) == 2


def test_secrets_are_declared_secret_and_never_shown() -> None:
    declared = {name for name, spec in CONFIG_SCHEMA["properties"].items() if spec.get("secret")}

    assert declared == SECRETS
    config = {"token_keys": "s3cr3t", "static_tokens": ["s3cr3t"]}
    assert "s3cr3t" not in repr(TapSettings.from_config(config))


def test_every_setting_is_explained() -> None:
    for spec in CONFIG_SCHEMA["properties"].values():
        assert spec["title"]
        assert spec["description"].endswith((".", "}"))


def test_activate_version_is_no_capability() -> None:
    assert TapCapabilities.ACTIVATE_VERSION not in TapHubSpotMulti.capabilities


def test_about_lists_our_settings_and_no_others() -> None:
    own = set(CONFIG_SCHEMA["properties"])

    assert set(TapHubSpotMulti._get_about_info().settings["properties"]) == own
