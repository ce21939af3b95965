"""`hubspot-portals`, called by Meltano as the utility `portals`."""

from __future__ import annotations

import click

from portals_utility.check import check
from portals_utility.rebuild_state import rebuild_state
from portals_utility.trim_log import trim_log


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="portals-utility")
def main() -> None:
    """Look after the connected portals."""


main.add_command(check)
main.add_command(rebuild_state)
main.add_command(trim_log)
