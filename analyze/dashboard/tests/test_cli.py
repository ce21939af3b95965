"""The command."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from kpi_dashboard import passwords
from kpi_dashboard.cli import main


@pytest.fixture
def run() -> CliRunner:
    return CliRunner(env={"DASHBOARD_PASSWORD_HASH": "", "DASHBOARD_OIDC_CLIENT_ID": "", "DASHBOARD_URL": ""})


def test_a_password_from_a_pipe_becomes_a_hash(run: CliRunner) -> None:
    done = run.invoke(main, ["hash-password"], input="correct horse battery staple\n")
    assert done.exit_code == 0
    assert passwords.matches("correct horse battery staple", done.output.strip())


def test_a_weak_password_is_refused(run: CliRunner) -> None:
    done = run.invoke(main, ["hash-password"], input="secret\n")
    assert done.exit_code == 2
    assert "12 letters" in done.output


def test_it_does_not_listen_for_others_without_a_login(run: CliRunner) -> None:
    done = run.invoke(main, ["--host", "0.0.0.0"])  # noqa: S104
    assert done.exit_code == 2
    assert done.output.count("\n") == 1
    assert "DASHBOARD_PASSWORD_HASH" in done.output


def test_a_wrong_setting_is_one_line(run: CliRunner) -> None:
    done = run.invoke(main, [], env={"DASHBOARD_PASSWORD_HASH": "MARKER"})
    assert done.exit_code == 2
    assert done.output.count("\n") == 1
    assert "MARKER" not in done.output
