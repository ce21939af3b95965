"""`scripts/chaos`: its plan, what it compares, and all of it in small."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.chaos.comparison import Difference, Expectation, compare
from tests.chaos.plan import Blow, Front, Move, make_plan
from tests.chaos.play import Setting, played
from tests.chaos.report import Report
from tests.chaos.scenario import owner
from tests.chaos.truth import records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FIRST, SECOND = 7_000_001, 7_000_002


def test_the_same_seed_makes_the_same_plan() -> None:
    portals, late = range(27), range(27, 30)
    plan = make_plan(3, 900, portals, late)
    assert plan == make_plan(3, 900, portals, late)
    assert plan != make_plan(4, 900, portals, late)
    assert {type(event) for event in plan} == {Blow, Front, Move}
    assert [event.at for event in plan] == sorted(event.at for event in plan)
    blows = [event for event in plan if isinstance(event, Blow)]
    assert {blow.victims[0] for blow in blows} >= {"tap", "target", "meltano", "postgres", "auth_service"}
    ends = [front.at + front.seconds for front in plan if isinstance(front, Front) and front.delay < 60]
    assert max(ends) <= 900


def test_a_record_id_tells_its_portal() -> None:
    assert owner("100000017") == FIRST
    assert owner("299999999") == SECOND
    assert owner("17") is None
    assert owner("a guid") is None


def test_each_row_that_is_not_as_expected_is_named() -> None:
    rows = {
        (1, "11"): {"name": "a"},
        (1, "12"): {"name": "b"},
        (2, "21"): {"name": "c"},
        (3, "31"): {"name": "d"},
    }
    expected = Expectation(
        rows,
        present={1, 2},
        owner=lambda key, _: [int(key[1][0])],
        gone={(1, "13")},
        values=lambda row: row,
    )
    right = [(key, {**row, "more": 1}) for key, row in rows.items()]
    assert list(compare("t", right, expected)) == []
    assert list(compare("t", [*right[:3], ((3, "31"), {"name": "old"}), ((1, "13"), {})], expected)) == []

    wrong = [
        *right[1:2],
        *right[1:2],
        ((2, "21"), {"name": "x"}),
        ((2, "12"), {"name": "b"}),
        ((1, "14"), {}),
    ]
    assert set(compare("t", wrong, expected)) == {
        Difference("lost", "t", "portal 1 11"),
        Difference("doubled", "t", "portal 1 12: 2 rows"),
        Difference("wrong", "t", "portal 2 21: name"),
        Difference("leaked", "t", "portal 2 12 is portal 1's"),
        Difference("surplus", "t", "portal 1 14"),
    }


def test_the_report_says_what_is_amiss_and_names_the_first_ten() -> None:
    report = Report("scripts/chaos", portals=30, seconds=900)
    report.blows["tap", "SIGKILL"] += 2
    assert "### Chaos: nothing is amiss" in report.markdown()
    report.differences = [Difference("lost", "contacts", f"portal 1 {number}") for number in range(12)]
    assert "### Chaos: something is amiss" in report.markdown()
    assert "| rows lost | 12 |" in report.markdown()
    assert report.text().endswith("- lost: contacts portal 1 9\n- and 2 more")


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not pytest's tmp_path: the account that runs the server can't enter it.
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        yield Path(folder).resolve()


@pytest.mark.timeout(600)
def test_in_small_nothing_is_amiss_and_what_is_planted_is_found(
    folder: Path, plugin_bin: Callable[[str, str], Path]
) -> None:
    for kind, plugin in (
        ("extractors", "tap-hubspot-multi"),
        ("loaders", "target-postgres"),
        ("utilities", "runs"),
    ):
        plugin_bin(kind, plugin)
    setting = Setting(seed=11, portals=2, minutes=0.15, transform=False, limits=False)
    with played(folder, setting) as (cast, report, present):
        assert report.differences == []
        assert report.blows.total() > 0
        assert report.compared["records"] > 1_000

        [lost, doubled, leaked] = cast.stack.query(
            f"SELECT id FROM hubspot_raw.contacts WHERE portal_id = {FIRST} ORDER BY id LIMIT 3"
        )
        with psycopg.connect(cast.server.url.replace("+psycopg", "")) as connection:
            for statement in (
                "ALTER TABLE hubspot_raw.contacts DROP CONSTRAINT contacts_pkey",
                f"DELETE FROM hubspot_raw.contacts WHERE id = '{lost['id']}'",
                f"INSERT INTO hubspot_raw.contacts SELECT * FROM hubspot_raw.contacts WHERE id = '{doubled['id']}'",
                f"UPDATE hubspot_raw.contacts SET portal_id = {SECOND} WHERE id = '{leaked['id']}'",
            ):
                connection.execute(statement.encode())
        assert set(records(cast, present, report.compared, links=True)) == {
            Difference("lost", "contacts", f"portal {FIRST} {lost['id']}"),
            Difference("doubled", "contacts", f"portal {FIRST} {doubled['id']}: 2 rows"),
            Difference("leaked", "contacts", f"portal {SECOND} {leaked['id']} is portal {FIRST}'s"),
            Difference("lost", "contacts", f"portal {FIRST} {leaked['id']}"),
        }
