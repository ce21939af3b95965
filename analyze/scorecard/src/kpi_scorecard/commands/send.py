"""`kpi-scorecard send`: scorecards and alerts that are due."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from kpi_scorecard.commands.shared import NOT_DELIVERED, marts
from kpi_scorecard.errors import BadRules
from kpi_scorecard.rules.reading import read_rules
from kpi_scorecard.sending.run import rehearse, send

VARIABLE = "SCORECARD_RULES"


@click.command("send")
@click.option("--rules", "file", metavar="FILE", envvar=VARIABLE, show_envvar=True, help="The file of rules.")
@click.option("--dry-run", is_flag=True, help="Print what would be sent; send and remember nothing.")
@click.pass_context
def send_command(ctx: click.Context, *, file: str | None, dry_run: bool) -> None:
    """Send the scorecards and alerts that are due, each once per period."""
    if not file:
        msg = f"there are no rules: copy analyze/scorecard/rules.example.yml, and name the copy by --rules or {VARIABLE}"
        raise BadRules(msg)
    rules = read_rules(Path(file))
    with marts("kpi-scorecard send") as seen:
        outcome = (rehearse if dry_run else send)(rules, seen, os.environ, datetime.now(UTC), click.echo)
    if not outcome.sent and not outcome.failed:
        click.echo("nothing to send")
    if outcome.failed:
        ctx.exit(NOT_DELIVERED)
