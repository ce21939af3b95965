"""`hubspot-auth doctor` and `hubspot-auth grant-roles`."""

from __future__ import annotations

import click

from auth_service import doctor as doctoring
from auth_service import roles
from auth_service.audit import Actor
from auth_service.commands.shared import NOT_WHOLLY, as_json_option, open_database, print_json
from auth_service.settings import Settings

MARKS = {True: "✔", False: "✘", None: "–"}


@click.command()
@as_json_option
def doctor(*, as_json: bool) -> None:
    """Look at settings, database, keys, portals and HubSpot, one line each with what to do. Changes nothing.

    Exit code 1 if something is not as it must be.
    """
    findings = []
    for finding in doctoring.examine(Settings.from_environment()):
        findings.append(finding)
        if not as_json:
            click.echo(f"{MARKS[finding.ok]} {finding.check:<14}{finding.says}")
    if as_json:
        print_json(findings)
    if not all(finding.ok for finding in findings):
        click.get_current_context().exit(NOT_WHOLLY)


@click.command("grant-roles")
@as_json_option
def grant_roles(*, as_json: bool) -> None:
    """Make the four database roles, give each its rights, and prove their limits by trying them.

    Needs a database user who may make roles. All of it happens, or nothing. Repeat it after each migration.
    """
    proofs = roles.grant(open_database(), Actor.command())
    if as_json:
        print_json(proofs)
        return
    for proof in proofs:
        click.echo(f"✔ {proof.role:<22}{'can' if proof.may else 'cannot'} {proof.what}")
    click.echo(
        f"{len(proofs)} limits proved. Each role can log in once it has a password: \\password ROLE in psql."
    )
