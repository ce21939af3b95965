"""`kpi-scorecard report`: a month of a portal as a page to print."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpi_marts.portals import portals
from kpi_scorecard.commands.shared import marts
from kpi_scorecard.errors import CannotWrite
from kpi_scorecard.report.contents import last_whole_month
from kpi_scorecard.report.files import file_name, make
from kpi_scorecard.subjects import find_portal

if TYPE_CHECKING:
    from datetime import date

    from kpi_scorecard.report.files import Form


def _month(_: click.Context, __: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return datetime.strptime(value, "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        msg = f"{value!r} is not a month: write it like 2026-10"
        raise click.BadParameter(msg) from None


@click.command()
@click.option("--portal", "named", metavar="ID|NAME", help="Whose report.")
@click.option("--all-portals", is_flag=True, help="A report of every portal that has not left.")
@click.option(
    "--month", callback=_month, metavar="YYYY-MM", help="Which month.  [default: the portal's last whole one]"
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "pdf"]),
    help="[default: as the file's name ends, else html]",
)
@click.option(
    "--output",
    metavar="FILE|-",
    help="Where to write one report.  [default: a name made of portal and month]",
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to write reports.  [default: here]",
)
def report(
    *,
    named: str | None,
    all_portals: bool,
    month: date | None,
    form: Form | None,
    output: str | None,
    folder: Path | None,
) -> None:
    """Make the monthly report of a portal: one page to read or print, or a PDF."""
    if bool(named) == all_portals:
        msg = "say whose report: --portal ID or NAME, or --all-portals"
        raise click.UsageError(msg)
    if output and (all_portals or folder):
        msg = "--output is for one report; with --all-portals, or for another folder, take --folder"
        raise click.UsageError(msg)
    form = form or ("pdf" if output and output.lower().endswith(".pdf") else "html")
    with marts("kpi-scorecard report") as seen:
        known = portals(seen)
        chosen = (
            [portal for portal in known if not portal.has_left]
            if named is None
            else [find_portal(known, named)]
        )
        for portal in chosen:
            of = month or last_whole_month(portal)
            if of is None:
                click.echo(
                    f"{portal.portal_name}: nothing has been read from this portal yet, no report", err=True
                )
                continue
            content = make(seen, portal, of, form, datetime.now(UTC))
            if output == "-":
                sys.stdout.buffer.write(content)
                continue
            path = Path(output) if output else (folder or Path()) / file_name(portal, of, form)
            _write(path, content)
            click.echo(path)


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        msg = f"can't write {path}: {error.strerror}"
        raise CannotWrite(msg) from None
