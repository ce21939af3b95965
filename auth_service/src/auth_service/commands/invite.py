"""`hubspot-auth invite`: links with which a client connects his own portal."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import click

from auth_service import invites
from auth_service.audit import Actor
from auth_service.commands.portals import PORTAL_ID
from auth_service.commands.shared import (
    as_json_option,
    open_database,
    print_json,
    print_table,
    settings_with,
    utc,
)
from auth_service.database import create_engine
from auth_service.errors import InviteRefused


@click.group()
def invite() -> None:
    """Make links with which a client connects one portal, once, without a login here."""


@invite.command("create")
@click.argument("label")
@click.option("--portal", "portal_id", type=PORTAL_ID, help="The one portal that may be connected with it.")
@click.option(
    "--days",
    default=invites.LIFETIME.days,
    show_default=True,
    type=click.IntRange(1, invites.LONGEST_LIFETIME.days),
    help="How long it is good for.",
)
@as_json_option
def create(label: str, portal_id: int | None, days: int, *, as_json: bool) -> None:
    """Make an invite for LABEL, who gets to see it, and print its link: now, and never again."""
    label = " ".join(label.split())
    if not label or len(label) > invites.LONGEST_LABEL or not label.isprintable():
        raise click.BadParameter(
            f"say in 1 to {invites.LONGEST_LABEL} letters for whom it is", param_hint="LABEL"
        )
    settings = settings_with("database_url", "public_url")
    made, token = invites.create(
        create_engine(settings.database_url),
        label,
        Actor.command(),
        expected_portal_id=portal_id,
        lifetime=timedelta(days=days),
    )
    link = f"{settings.public_url}/invite/{token}"
    if as_json:
        print_json(dataclasses.asdict(made) | {"link": link})
    else:
        click.echo(link)


@invite.command("list")
@as_json_option
def list_invites(*, as_json: bool) -> None:
    """List the invites and what became of them."""
    found = invites.list_invites(open_database())
    if as_json:
        print_json(found)
        return
    print_table(
        ("ID", "FOR", "STATUS", "ONLY PORTAL", "CREATED BY", "EXPIRES", "CONNECTED"),
        (
            (
                str(each.id),
                each.label,
                each.status,
                str(each.expected_portal_id or "-"),
                each.created_by,
                utc(each.expires_at),
                str(each.used_portal_id or "-"),
            )
            for each in found
        ),
    )


@invite.command("revoke")
@click.argument("invite_id", type=PORTAL_ID)
def revoke(invite_id: int) -> None:
    """Make an open invite useless."""
    if not invites.revoke(open_database(), invite_id, Actor.command()):
        raise InviteRefused(f"invite {invite_id} is not open: hubspot-auth invite list says how it is")
    click.echo(f"invite {invite_id}: revoked")
