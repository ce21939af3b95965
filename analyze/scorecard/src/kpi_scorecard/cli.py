"""The command `kpi-scorecard`."""

from __future__ import annotations

import click

from kpi_scorecard.commands.report import report
from kpi_scorecard.commands.send import send_command
from kpi_scorecard.commands.shared import EXIT_CODES, OneLineErrors


@click.group(cls=OneLineErrors, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_CODES)
@click.version_option(package_name="kpi-scorecard")
def main() -> None:
    """Print a portal's monthly report; send scorecards and alerts."""


main.add_command(report)
main.add_command(send_command)
