"""`hubspot-auth keys`: look after the keys that encrypt the tokens."""

from __future__ import annotations

import dataclasses
import re
import secrets

import click

from auth_service import key_loss, key_rotation
from auth_service.audit import Actor
from auth_service.commands.shared import (
    NOT_WHOLLY,
    as_json_option,
    print_json,
    print_table,
    settings_with,
    utc,
)
from auth_service.crypto import new_key
from auth_service.database import create_engine


@click.group()
def keys() -> None:
    """Look after the keys that encrypt the tokens."""


@keys.command("generate")
@click.option("--id", "key_id", help="Name of the key; without it a random one.")
def generate(key_id: str | None) -> None:
    """Print a new entry for TOKEN_KEYS. It is stored nowhere: keep it as you keep passwords."""
    key_id = key_id or f"k{secrets.token_hex(3)}"
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", key_id):
        raise click.BadParameter("use 1 to 32 letters, digits, '-' or '_'", param_hint="--id")
    click.echo(f"{key_id}:{new_key()}")


@keys.command("status")
@as_json_option
def status(*, as_json: bool) -> None:
    """Say which keys there are, which encrypts, and which may be retired."""
    settings = settings_with("database_url", "keyring")
    found = key_rotation.status(create_engine(settings.database_url), settings.keyring)
    if as_json:
        print_json([dataclasses.asdict(each) | {"can_retire": each.can_retire} for each in found])
        return
    print_table(
        ("KEY", "IN TOKEN_KEYS", "ENCRYPTS", "PORTALS", "OPEN ATTEMPTS", "MAY BE RETIRED", "RETIRED"),
        (
            (
                each.key_id,
                _yes(each.in_keyring),
                _yes(each.primary),
                str(each.portals),
                str(each.open_attempts),
                _yes(each.can_retire),
                utc(each.retired_at),
            )
            for each in found
        ),
    )


@keys.command("rotate")
@click.option("--dry-run", is_flag=True, help="Decrypt and count only.")
@as_json_option
def rotate(*, dry_run: bool, as_json: bool) -> None:
    """Encrypt every token with the first key of TOKEN_KEYS. May be stopped, repeated, and done while syncs run."""
    settings = settings_with("database_url", "keyring")
    done = key_rotation.rotate(
        create_engine(settings.database_url), settings.keyring, Actor.command(), dry_run=dry_run
    )
    if as_json:
        print_json(dataclasses.asdict(done) | {"complete": done.complete, "dry_run": dry_run})
    else:
        verb = "would be" if dry_run else "were"
        for key_id, count in sorted(done.portals.items()):
            click.echo(f"{count} portals {verb} encrypted with key '{done.primary}' instead of '{key_id}'")
        if not done.portals:
            click.echo(f"no portal {verb} to encrypt anew with key '{done.primary}'")
    for reason in done.unreadable.values():
        click.echo(f"hubspot-auth: {reason}", err=True)
    for portal_id in done.busy:
        click.echo(f"hubspot-auth: portal {portal_id} was busy all the time: rotate again", err=True)
    if not done.complete:
        click.get_current_context().exit(NOT_WHOLLY)


@keys.command("retire")
@click.argument("key_id")
def retire(key_id: str) -> None:
    """Say that a key never encrypts again, if nothing needs it; then take it out of TOKEN_KEYS."""
    settings = settings_with("database_url", "keyring")
    key_rotation.retire(create_engine(settings.database_url), settings.keyring, key_id, Actor.command())
    click.echo(f"key '{key_id}': retired; take it out of TOKEN_KEYS, and keep it as long as backups need it")


@keys.command("give-up")
@click.argument("key_id")
@click.option("--yes", is_flag=True, help="Do not ask.")
def give_up(key_id: str, *, yes: bool) -> None:
    """Erase the tokens of a key that is lost for good: their portals have to be connected again, nothing else is lost."""
    settings = settings_with("database_url", "keyring")
    engine = create_engine(settings.database_url)
    portals = key_loss.portals_lost_with(engine, settings.keyring, key_id)
    if not yes:
        click.confirm(f"{len(portals)} portals will have to be connected again. Go on?", abort=True, err=True)
    lost = key_loss.give_up(engine, key_id, Actor.command())
    click.echo(f"key '{key_id}': given up; {lost} portals have to be connected again in the browser")


def _yes(value: object) -> str:
    return "yes" if value else "-"
