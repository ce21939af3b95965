from __future__ import annotations

import contextlib
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.rows import dict_row

from kpi_marts import catalogue
from kpi_marts.connection import open_pool
from kpi_marts.figures import change_text, text
from kpi_marts.reader import Marts

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from kpi_marts.catalogue import Kpi

KPI_SCORECARD = Path(sys.executable).with_name("kpi-scorecard")
PORTAL = 1458021


@pytest.fixture(scope="module")
def kpis(demo_marts: str) -> dict[str, Kpi]:
    pool = open_pool("tests", connections=1, environment={"ANALYZE_DATABASE_URL": demo_marts})
    with contextlib.closing(pool):
        return catalogue.kpis(Marts(pool))


@pytest.fixture(scope="module")
def report(
    demo_marts: str, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    home = tmp_path_factory.mktemp("home")

    def run(*options: str | os.PathLike[str]) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [KPI_SCORECARD, "report", *options],
            env={"PATH": "/usr/bin:/bin", "HOME": str(home), "ANALYZE_DATABASE_URL": demo_marts},
            capture_output=True,
            check=False,
        )

    return run


def test_a_report_has_every_figure_of_the_scorecard(
    report: Callable[..., subprocess.CompletedProcess[bytes]], kpis: dict[str, Kpi], demo_marts: str
) -> None:
    with (
        psycopg.connect(demo_marts.replace("+psycopg", "")) as connection,
        connection.cursor(row_factory=dict_row) as cursor,
    ):
        cursor.execute(
            "SELECT * FROM hubspot_marts.portal_scorecard WHERE portal_id = %s AND month = "
            "(SELECT date_trunc('month', last_synced_at AT TIME ZONE time_zone) - interval '1 month' "
            "FROM hubspot_marts.dim_portals WHERE portal_id = %s)",
            [PORTAL, PORTAL],
        )
        (row,) = cursor.fetchall()
    page = _text(report("--portal", str(PORTAL), "--output", "-").stdout.decode())
    assert f"{row['month']:%B %Y}" in page
    for kpi in kpis.values():
        value = text(row[kpi.kpi], kpi)
        previous = text(row[f"{kpi.kpi}_previous"], kpi)
        change = change_text(row[f"{kpi.kpi}_change"])
        assert f"{kpi.label} {value} {previous} {change}" in page


def test_a_report_says_where_contacts_came_from_and_what_became_of_them(
    report: Callable[..., subprocess.CompletedProcess[bytes]], demo_marts: str
) -> None:
    with psycopg.connect(demo_marts.replace("+psycopg", "")) as connection:
        rows = connection.execute(
            "SELECT common_dimension, sum(value) FROM hubspot_marts.kpi_monthly WHERE portal_id = %s AND month = "
            "(SELECT date_trunc('month', last_synced_at AT TIME ZONE time_zone) - interval '1 month' "
            "FROM hubspot_marts.dim_portals WHERE portal_id = %s) AND kpi = 'new_contacts' GROUP BY 1",
            [PORTAL, PORTAL],
        ).fetchall()
    page = _text(report("--portal", "brightwater outdoor", "--output", "-").stdout.decode())
    assert len(rows) > 5
    for source, contacts in rows:
        assert f"{source} {contacts:,.0f} " in page


def test_all_portals_get_a_report_each(
    report: Callable[..., subprocess.CompletedProcess[bytes]], tmp_path: Path
) -> None:
    run = report("--all-portals", "--folder", tmp_path / "new", "--month", "2026-10")
    assert run.returncode == 0, run.stderr
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "2026-10-1458021-brightwater-outdoor.html",
        "2026-10-145802233-larkspur-software.html",
        "2026-10-26110977-hartwig-maschinenbau.html",
        "2026-10-7052094-青葉トレーディング.html",
    ]


def test_a_report_can_be_a_pdf(
    report: Callable[..., subprocess.CompletedProcess[bytes]], tmp_path: Path
) -> None:
    run = report("--portal", str(PORTAL), "--output", tmp_path / "report.pdf")
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--portal", "Nobody"],
            "kpi-scorecard: no portal is called 'Nobody': name one by its id (1458021 Brightwater",
        ),
        ([], "say whose report: --portal ID or NAME, or --all-portals"),
        (["--all-portals", "--output", "x.html"], "--output is for one report"),
        (["--portal", "1458021", "--month", "October"], "'October' is not a month: write it like 2026-10"),
        (["--portal", "1458021", "--output", "/proc/x.html"], "kpi-scorecard: can't write /proc/x.html: "),
    ],
)
def test_a_wrong_option_is_one_line(
    report: Callable[..., subprocess.CompletedProcess[bytes]], options: list[str], said: str
) -> None:
    run = report(*options)
    assert run.returncode == 2
    assert said in run.stderr.decode()
    assert b"Traceback" not in run.stderr


def test_a_database_that_does_not_answer_is_one_line() -> None:
    run = subprocess.run(
        [KPI_SCORECARD, "report", "--all-portals"],
        env={"ANALYZE_DATABASE_URL": "postgresql://me:secret@127.0.0.1:9/kpis"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert run.stderr.startswith("kpi-scorecard: can't connect to the database: ")
    assert "secret" not in run.stderr


def _text(page: str) -> str:
    """What one reads: no elements, and any white space as one space."""
    body = page.partition("<body>")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())
