from __future__ import annotations

import re
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import msgspec
import pytest

from tests.hubspot_simulator import Clock, Scenario, Simulator
from tests.hubspot_simulator.clock import iso, parse_moment, to_ms
from tests.simulator.support import ANCHOR, US, Api

ROOT = Path(__file__).parents[2]
SMALLEST = """
name = "smallest"
[defaults]
owners = 1
[defaults.business]
deal_size = 10
[[portals]]
portal_id = 1
name = "One"
domain = "one.example"
contacts = 0
companies = 0
deals = 0
[portals.options]
burst_limit = 3
[[portals.pipelines]]
id = "p"
label = "P"
stages = [
  { id = "o", label = "Open", probability = 0.5 },
  { id = "w", label = "Won", probability = 1, closed = true },
  { id = "l", label = "Lost", probability = 0, closed = true },
]
"""


def test_a_test_can_write_its_own_scenario() -> None:
    api = Api(Simulator(Scenario.parse(SMALLEST), anchor=ANCHOR), 1)

    assert api.page().json() == {"results": []}
    assert [api.page().status_code for _ in range(3)] == [200, 200, 429]


def test_defaults_lie_under_every_portal_and_its_own_words_win() -> None:
    [portal] = Scenario.parse(SMALLEST.replace("contacts = 0", "contacts = 0\nowners = 4")).portals

    assert (portal.owners, portal.business.deal_size) == (4, 10)


def test_an_empty_portal_can_be_filled_by_hand() -> None:
    simulator = Simulator(Scenario.parse(SMALLEST), anchor=ANCHOR)
    simulator.world.bulk_create(1, "contacts", 3, lambda position: {"email": f"{position}@mail.example"})

    assert len(Api(simulator, 1).page().json()["results"]) == 3


def test_a_scenario_can_have_hundreds_of_properties() -> None:
    wide = Scenario.parse(SMALLEST.replace("contacts = 0", "contacts = 1\nfiller_properties = 900"))
    simulator = Simulator(wide, anchor=ANCHOR)

    assert len(Api(simulator, 1).get("/crm/properties/2026-09/contacts").json()["results"]) > 950


def test_a_misspelt_setting_is_refused_with_its_place() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"burst_limits.*portals"):
        Scenario.parse(SMALLEST.replace("burst_limit", "burst_limits"))


def test_an_unknown_scenario_lists_those_there_are() -> None:
    with pytest.raises(FileNotFoundError, match="demo, tiny"):
        Scenario.load("huge")


def test_options_of_one_simulator_do_not_leak_into_the_next() -> None:
    scenario = Scenario.load("tiny")
    Simulator(scenario, anchor=ANCHOR).portal(US).options.burst_limit = 1

    assert Simulator(scenario, anchor=ANCHOR).portal(US).options.burst_limit == 110


# Time


def test_a_frozen_clock_moves_only_when_told() -> None:
    clock = Clock(datetime(2026, 1, 1, tzinfo=UTC), frozen=True)
    clock.advance(1.5)

    assert clock.now() == datetime(2026, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)


def test_a_running_clock_follows_the_system_s_from_where_it_was_set() -> None:
    clock = Clock(datetime(2026, 1, 1, tzinfo=UTC))
    before = clock.now_ms()
    clock.advance(3_600)

    assert 0 <= clock.now_ms() - before - 3_600_000 < 60_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-02", "2026-01-02T00:00:00.000Z"),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"),
        ("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z"),
        ("1767323045678", "2026-01-02T03:04:05.678Z"),
        ("12", None),
        ("soon", None),
    ],
)
def test_moments_are_read_in_every_spelling(text: str, expected: str | None) -> None:
    moment = parse_moment(text)

    assert (None if moment is None else iso(moment)) == expected


def test_every_millisecond_survives_being_written_and_read() -> None:
    start = to_ms(datetime(2026, 11, 22, tzinfo=UTC))

    assert [parse_moment(iso(ms)) for ms in range(start, start + 1_000)] == list(range(start, start + 1_000))


# The command


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tests.hubspot_simulator", *arguments]


def test_the_command_prints_one_ready_line_serves_and_ends_quietly(tmp_path: Path) -> None:
    arguments = command("--port", "0", "--scenario", "tiny", "--journal", str(tmp_path / "journal"))
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(arguments, cwd=ROOT, text=True, **pipes) as process:
        ready = process.stdout.readline() if process.stdout else ""
        try:
            [url] = re.findall(r"http://127\.0\.0\.1:\d+", ready)
            assert httpx2.get(f"{url}/_simulator/portals").json()["scenario"] == "tiny"
        finally:
            process.send_signal(signal.SIGINT)
            rest, errors = process.communicate(timeout=20)

    assert "2 portals" in ready
    assert (rest, errors) == ("", "")


def test_a_wrong_scenario_ends_the_command_with_one_line() -> None:
    ended = subprocess.run(
        command("--scenario", "huge"), cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("hubspot_simulator: no scenario huge")
    assert len(ended.stderr.splitlines()) == 1
