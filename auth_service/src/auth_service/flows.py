"""Open attempts to connect a portal: each is used once, expires, and belongs to one browser (RFC 9700 §2.1, §4.7).

The database holds hashes of the state and of the browser's cookie, so that whoever reads it cannot finish
somebody else's attempt; the PKCE verifier (RFC 7636), which must come back in clear, is encrypted.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, update

from auth_service.audit import Actor
from auth_service.crypto import Place, Sealed
from auth_service.database import transaction
from auth_service.errors import DecryptionError, FlowRefused
from auth_service.tables import oauth_flows as table

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from auth_service.crypto import Keyring

LIFETIME = timedelta(minutes=10)
KEPT_AFTER_EXPIRY = timedelta(days=1)
RANDOM_BYTES = 32


@dataclass(frozen=True, slots=True)
class StartedFlow:
    """What an attempt gives to the browser: the state for the URL, the secret for a cookie."""

    state: str = field(repr=False)
    browser_secret: str = field(repr=False)
    challenge: str


@dataclass(frozen=True, slots=True)
class ConsumedFlow:
    """What an attempt kept for its end. `consumed_at` is the database's clock."""

    verifier: str = field(repr=False)
    expected_portal_id: int | None
    invite_id: int | None
    actor: Actor
    consumed_at: datetime


def start(
    engine: Engine,
    keyring: Keyring,
    expected_portal_id: int | None,
    actor: Actor,
    *,
    invite_id: int | None = None,
) -> StartedFlow:
    """Open an attempt; if a portal is expected, no other can be connected with it."""
    state, browser_secret, verifier = (secrets.token_urlsafe(RANDOM_BYTES) for _ in range(3))
    sealed = keyring.encrypt(verifier, _place(state))
    with transaction(engine) as connection:
        connection.execute(delete(table).where(table.c.expires_at < func.now() - KEPT_AFTER_EXPIRY))
        connection.execute(
            insert(table).values(
                state_hash=_sha256(state),
                browser_hash=_sha256(browser_secret),
                verifier_ciphertext=sealed.ciphertext,
                key_id=sealed.key_id,
                expected_portal_id=expected_portal_id,
                expires_at=func.now() + LIFETIME,
                invite_id=invite_id,
                started_by=actor.name,
            )
        )
    challenge = base64.urlsafe_b64encode(_sha256(verifier)).rstrip(b"=").decode()
    return StartedFlow(state, browser_secret, challenge)


def consume(engine: Engine, keyring: Keyring, state: str, browser_secret: str | None) -> ConsumedFlow:
    """Use an attempt up, whoever comes with its state; return it to the browser that started it.

    That a state works once is decided by one UPDATE in the database, not by a check in this process.

    Raises:
        FlowRefused: There is no such open attempt of this browser. The text is the same for every reason.
    """
    statement = (
        update(table)
        .where(
            table.c.state_hash == _sha256(state), table.c.used_at.is_(None), table.c.expires_at > func.now()
        )
        .values(used_at=func.now())
        .returning(
            table.c.browser_hash,
            table.c.verifier_ciphertext,
            table.c.key_id,
            table.c.expected_portal_id,
            table.c.used_at,
            table.c.invite_id,
            table.c.started_by,
        )
    )
    with transaction(engine) as connection:
        row = connection.execute(statement).first()
    if row is None or not hmac.compare_digest(row.browser_hash, _sha256(browser_secret or "")):
        raise _refused()
    try:
        verifier = keyring.decrypt(Sealed(row.key_id, row.verifier_ciphertext), _place(state))
    except DecryptionError:
        raise _refused() from None
    actor = Actor.admin(row.started_by or "-") if row.invite_id is None else Actor.invite(row.invite_id)
    return ConsumedFlow(verifier, row.expected_portal_id, row.invite_id, actor, row.used_at)


def public_id(state: str) -> str:
    """Name an attempt without giving its state away."""
    return _sha256(state).hex()[:16]


def _place(state: str) -> Place:
    return Place(table.name, _sha256(state).hex(), table.c.verifier_ciphertext.name)


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="replace")).digest()


def _refused() -> FlowRefused:
    minutes = LIFETIME // timedelta(minutes=1)
    return FlowRefused(
        f"This attempt was used already, is older than {minutes} minutes, or was started in another browser. "
        "Nothing was stored: start again."
    )
