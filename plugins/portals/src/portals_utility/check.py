"""`hubspot-portals check`: is every portal read as it should be?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
from typing_extensions import override

from portals_utility.errors import PortalsError
from portals_utility.judging import Level, judge
from portals_utility.reading import read
from portals_utility.report import Report
from warehouse_connection.connection import connect
from warehouse_connection.location import WarehouseError, resolve_url

if TYPE_CHECKING:
    from collections.abc import Collection

_EXIT_CODES = """\b
Exit codes, as monitoring plugins (Nagios, Icinga, Sensu …) have them:
  0  every portal is ok, or was disconnected on purpose
  1  a portal is incomplete (records are missing, or a stream was never read
     to the end) or failing (its last read failed, after one that did not
     less than --max-age ago)
  2  a portal is broken (HubSpot no longer lets it in, or a stream fails for
     longer than --max-age) or stale (nothing was read for --max-age)
  3  that can't be known: no portals, no run log, no database, wrong options

docs/runbook.md says what to do about each."""


class _WrongOption(click.UsageError):
    exit_code = Level.UNKNOWN


class _UnknownIsThree(click.Command):
    """Whatever keeps the check from its answer ends in exit code 3: click's own 2 would call every portal broken."""

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise _WrongOption(error.format_message(), error.ctx) from None

    @override
    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (PortalsError, WarehouseError) as error:
            click.echo(f"UNKNOWN: {error}")
            ctx.exit(Level.UNKNOWN)


@click.command(cls=_UnknownIsThree, epilog=_EXIT_CODES)
@click.option(
    "--max-age",
    default=3.0,
    show_default=True,
    type=click.FloatRange(0, 24 * 7, min_open=True),
    help="Hours that a portal may go without a successful read.",
)
@click.option(
    "--portal", "portal_ids", multiple=True, type=click.IntRange(1), help="Look at this portal only."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--prometheus",
    "metrics_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write a file for node_exporter's textfile collector.",
)
def check(*, max_age: float, portal_ids: tuple[int, ...], as_json: bool, metrics_file: Path | None) -> None:
    """Say of each portal whether it is read as it should be, and end with an exit code for alarms."""
    report = _look(timedelta(hours=max_age), frozenset(portal_ids))
    if metrics_file is not None:
        report.write_metrics(metrics_file)
    if as_json:
        click.echo(report.as_json())
    else:
        for line in report.lines():
            click.echo(line)
    click.get_current_context().exit(report.level)


def _look(max_age: timedelta, portal_ids: Collection[int]) -> Report:
    with connect(resolve_url()) as connection:
        evidence = read(connection)
    verdicts = judge(evidence, max_age)
    if unknown := sorted(set(portal_ids) - {each.portal_id for each in verdicts}):
        raise PortalsError(f"portal {unknown[0]} was never connected: hubspot-auth portals list shows all")
    if not verdicts:
        raise PortalsError("no portal is connected: open PUBLIC_URL, or see hubspot-auth doctor")
    chosen = [each for each in verdicts if not portal_ids or each.portal_id in portal_ids]
    return Report(evidence.now, chosen, completeness_known=evidence.missing is not None)
