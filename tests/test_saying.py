"""What the runner of schedules says, for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from orchestrate.schedules.saying import format_of_meltano, say

if TYPE_CHECKING:
    import pytest


def test_with_json_the_runner_and_meltano_both_write_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    say("hourly ended with exit code 0.")
    assert (capsys.readouterr().out, format_of_meltano()) == ("hourly ended with exit code 0.\n", {})
    monkeypatch.setenv("LOG_FORMAT", "json")
    say("The heartbeat can't be sent.", wrong=True)
    line = json.loads(capsys.readouterr().err)
    assert (line["body"], line["severity_text"]) == ("The heartbeat can't be sent.", "ERROR")
    assert line["resource"] == {"service.name": "schedules"}
    assert format_of_meltano() == {"MELTANO_CLI_LOG_FORMAT": "json"}
