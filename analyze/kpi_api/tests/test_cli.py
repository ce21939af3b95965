from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from kpi_api.cli import main
from kpi_api.keys import KeyFile

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "keys.toml"


def _run(path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        main, arguments, env={"KPI_API_KEYS_FILE": str(path), "DATABASE_URL": "nonsense"}
    )


def test_a_key_is_printed_alone_so_that_programs_can_take_it(path: Path) -> None:
    made = _run(path, "keys", "create", "--name", "EMEA", "--group", "Europe", "--portal", "7")
    assert made.exit_code == 0
    found = KeyFile(path).find(made.stdout.strip())
    assert found
    assert (found.name, found.portals, found.groups) == ("EMEA", (7,), ("Europe",))


def test_the_list_shows_whose_keys_there_are_and_no_key(path: Path) -> None:
    key = _run(path, "keys", "create", "--name", "EMEA", "--group", "Europe", "--portal", "7").stdout.strip()
    _run(path, "keys", "create", "--name", "We", "--all-portals")
    shown = _run(path, "keys", "list").stdout
    assert "EMEA: portal 7, group 'Europe'" in shown
    assert "We: all portals" in shown
    assert key not in shown


def test_a_revoked_key_is_gone(path: Path) -> None:
    _run(path, "keys", "create", "--name", "EMEA", "--all-portals")
    assert _run(path, "keys", "revoke", "EMEA").exit_code == 0
    listed = _run(path, "keys", "list")
    assert (listed.stdout, listed.exit_code) == ("", 0)
    assert "there is no key" in listed.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["keys", "create", "--name", "x"], "say which portals it sees"),
        (["keys", "create", "--name", "x", "--all-portals", "--portal", "7"], "say which portals it sees"),
        (["keys", "create", "--name", "", "--all-portals"], "1 to 100 characters"),
        (["keys", "create", "--name", "a\nb", "--all-portals"], "one line"),
        (["keys", "revoke", "x"], "there is no key 'x'"),
        (["serve"], "there is no key in"),
        (["serve", "--no-keys", "--host", "0.0.0.0"], "127.0.0.1"),  # noqa: S104 - it is refused
        (["serve", "--no-keys", "--origins", "example.com"], "https://app.example.com"),
        (["serve", "--no-keys", "--host", "192.0.2.1"], "127.0.0.1"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(path: Path, arguments: list[str], said: str) -> None:
    done = _run(path, *arguments)
    assert done.exit_code in {1, 2}
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_one_line(path: Path) -> None:
    import socket  # noqa: PLC0415

    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = _run(path, "serve", "--no-keys", "--port", str(taken.getsockname()[1]))
    assert done.exit_code == 1
    assert "cannot listen on 127.0.0.1" in done.stderr


def test_a_database_that_is_not_there_is_one_line(path: Path) -> None:
    done = _run(path, "serve", "--no-keys", "--port", "18099")
    assert done.exit_code == 1
    assert done.stderr.startswith("kpi-api: DATABASE_URL is not a PostgreSQL URL")
