"""The options of the command, without the process around it."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from tap_hubspot_multi import portal_syncs
from tap_hubspot_multi.config_schema import CONFIG_SCHEMA
from tap_hubspot_multi.exceptions import SettingInvalid
from tap_hubspot_multi.streams import STREAMS
from tap_hubspot_multi.tap import TapHubSpotMulti

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.hubspot_simulator import Simulator

Harness = Any

STREAM_NAMES = {stream.name for stream in STREAMS} | {portal_syncs.NAME}


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """`command("--about")`: what the command writes to its output."""

    def run(*arguments: str) -> str:
        with suppress(SystemExit):  # `--about` ends the process by itself
            TapHubSpotMulti.get_singer_command().main([*arguments], standalone_mode=False)
        return capsys.readouterr().out

    return run


@pytest.fixture
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("_no_network")
def test_discovery_opens_no_socket_and_needs_no_setting(command: Callable[..., str]) -> None:
    catalog = json.loads(command("--discover"))

    assert {stream["tap_stream_id"] for stream in catalog["streams"]} == STREAM_NAMES
    for stream in catalog["streams"]:
        assert stream["key_properties"]
        assert set(stream["key_properties"]) <= set(stream["schema"]["properties"])


@pytest.mark.usefixtures("_no_network")
@pytest.mark.parametrize("arguments", [(), ("--format=json",), ("--format=markdown",)])
def test_about_lists_every_setting_in_every_format(
    command: Callable[..., str], arguments: tuple[str]
) -> None:
    told = command("--about", *arguments)

    for setting in CONFIG_SCHEMA["properties"]:
        assert setting in told
    if "--format=json" in arguments:
        about = json.loads(told)
        assert about["name"] == "tap-hubspot-multi"
        assert {"catalog", "state", "discover"} <= set(about["capabilities"])


def test_the_schemas_can_be_tried_without_reading(
    command: Callable[..., str], harness: Harness, simulator: Simulator, tmp_path: Path
) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps(harness.config))

    messages = [json.loads(line) for line in command("--config", str(config), "--test=schema").splitlines()]

    assert {message["stream"] for message in messages if message["type"] == "SCHEMA"} == STREAM_NAMES
    assert len(simulator.requests) == 0


def test_what_discovery_writes_is_a_catalog_to_run_with(
    command: Callable[..., str], harness: Harness, tmp_path: Path
) -> None:
    catalog = json.loads(command("--discover"))
    for stream in catalog["streams"]:
        [whole] = [entry["metadata"] for entry in stream["metadata"] if not entry["breadcrumb"]]
        whole["selected"] = stream["tap_stream_id"] == "owners"
    files = {"catalog": catalog, "config": harness.config, "state": {"bookmarks": {}}}
    arguments = []
    for option, value in files.items():
        (tmp_path / option).write_text(json.dumps(value))
        arguments += [f"--{option}", str(tmp_path / option)]

    messages = [json.loads(line) for line in command(*arguments).splitlines()]

    assert {message["stream"] for message in messages if message["type"] == "RECORD"} == {"owners"}
    assert messages[-1]["type"] == "STATE"


@pytest.mark.parametrize(
    ("option", "content", "problem"),
    [
        ("config", None, "No such file or directory"),
        ("config", b'{"static_tokens": ["pat-secret"', "is not JSON: line 1, column"),
        ("config", b'["pat-secret"]', "not a JSON object of settings"),
        ("config", b"\xff\xfe", "is no UTF-8 text"),
        ("catalog", None, "No such file or directory"),
        ("catalog", b"", "is not JSON: line 1, column 1"),
        ("catalog", b"[]", "no Singer catalog: make one with --discover"),
        ("catalog", b"{}", "no Singer catalog"),
        ("catalog", b'{"streams": [{"stream": "contacts"}]}', "no Singer catalog"),
        ("state", None, "No such file or directory"),
        ("state", b'{"bookmarks": {}}\n{"bookmarks": {}}', "is not JSON: line 2, column 1"),
        ("state", b"[]", "not a JSON object"),
        ("state", b'{"bookmarks": {"contacts": []}}', "damaged at bookmarks.contacts"),
    ],
)
def test_a_wrong_file_is_one_line_that_names_it(
    command: Callable[..., str], tmp_path: Path, option: str, content: bytes | None, problem: str
) -> None:
    path = tmp_path / "given.json"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(SettingInvalid) as caught:
        command(f"--{option}", str(path))

    message = str(caught.value)
    assert message.startswith(f"--{option} {path}")
    assert problem in message
    assert "\n" not in message
    assert "pat-secret" not in message


def test_settings_may_come_from_the_environment(
    command: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAP_HUBSPOT_MULTI_API_URL", "not an address")
    monkeypatch.setenv("TAP_HUBSPOT_MULTI_STATIC_TOKENS", '["pat-secret"]')

    with pytest.raises(SettingInvalid, match=r"TAP_HUBSPOT_MULTI_API_URL") as caught:
        command("--config", "ENV")

    assert "pat-secret" not in str(caught.value)
