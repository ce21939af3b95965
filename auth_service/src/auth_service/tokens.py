"""Access tokens for whoever reads a portal: fresh, and refreshed by exactly one process at a time.

A token is read without a lock. Only when it is stale is the portal's row locked and read again, for another
process may have refreshed it meanwhile; then HubSpot is asked once, and both tokens and the expiry are written in
the transaction that holds the lock. A process that dies with the lock leaves it to the next one.

If it dies after HubSpot answered and before the commit, the new access token is lost and the next process asks
again: harmless, as HubSpot hands out the same refresh token each time. Were it ever to rotate refresh tokens, this
gap of one UPDATE is where a portal would have to be connected again.

A refresh that fails for a reason that passes is not tried again for a while, by any process: HubSpot answers
storms of refreshes with 429, and a portal on the move to another data centre with 477 for hours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text, update

from auth_service import audit, cooldown
from auth_service.connections import (
    grant_values,
    mark_reauth_required,
    postpone_refresh,
    secret_place,
)
from auth_service.crypto import Sealed
from auth_service.database import LockTimeoutError, database_clock, transaction
from auth_service.errors import (
    DatabaseUnreachable,
    DecryptionError,
    GrantRefused,
    HubSpotUnavailable,
    OperatorError,
    PortalNotConnected,
    ReauthRequired,
    TokenTransient,
)
from auth_service.tables import portal_connections as table

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from auth_service.crypto import Keyring
    from auth_service.errors import AuthError
    from auth_service.hubspot_answers import TokenGrant
    from auth_service.hubspot_oauth import OAuthClient

# A token must not expire between being handed out and being used for a slow page of 10,000 rows.
MARGIN = timedelta(minutes=5)
# HubSpot has 10 seconds to answer; waiting for the one who asks takes longer than that, and a holder that hangs
# (not one that died: its lock is gone at once) loses the lock after the longest time.
LOCK_TIMEOUT = "15s"
IDLE_TIMEOUT = "30s"

_COLUMNS = (
    table.c.status,
    table.c.last_error_code,
    table.c.scopes,
    table.c.access_token_ciphertext,
    table.c.refresh_token_ciphertext,
    table.c.key_id,
    table.c.expires_at,
    table.c.refresh_failures,
    table.c.refresh_retry_after,
    func.clock_timestamp().label("now"),
)


@dataclass(frozen=True, slots=True)
class _StoredToken:
    scopes: list[str]
    access_token_ciphertext: bytes | None
    refresh_token_ciphertext: bytes | None
    key_id: str | None
    expires_at: datetime | None
    refresh_failures: int
    refresh_retry_after: datetime | None


class TokenStore:
    """Hands out access tokens of connected portals. Safe to share between threads and to use from many processes.

    Args:
        engine: The database.
        keyring: Opens and seals what is stored.
        oauth: The HubSpot app.
        actor: Who asks, for the audit log; by default this process.
    """

    def __init__(
        self, engine: Engine, keyring: Keyring, oauth: OAuthClient, *, actor: audit.Actor | None = None
    ) -> None:
        self._engine = engine
        self._keyring = keyring
        self._oauth = oauth
        self._actor = actor or audit.Actor.process()

    def access_token(self, portal_id: int, *, rejected: str | None = None) -> str:
        """Return an access token that is good for at least five minutes.

        Args:
            portal_id: A connected portal.
            rejected: A token of this portal that HubSpot answered 401 to. It is refreshed once, whoever asks
                first; the others get what that one stored.

        Raises:
            PortalNotConnected: There is no such connection.
            ReauthRequired: Somebody has to connect the portal again.
            TokenTransient: No token now; what is stored was left as it is.
            DecryptionError: The stored token was changed, or its key is missing.
            AppCredentialsRejected, AppRequestRejected: The app is configured wrongly; no portal was changed.
            SchemaError: The token tables are not there.
        """
        try:
            return self._read(portal_id, rejected) or self._refresh(portal_id, rejected)
        except LockTimeoutError:
            # Whoever held the lock for so long may have finished at last.
            if token := self._read(portal_id, rejected):
                return token
            raise TokenTransient(
                f"portal {portal_id}: another process is still refreshing its token: try again later",
                portal_id=portal_id,
            ) from None
        except DatabaseUnreachable as error:
            raise TokenTransient(f"portal {portal_id}: {error}", portal_id=portal_id) from error
        except DecryptionError as error:
            error.portal_id = portal_id
            raise

    def _read(self, portal_id: int, rejected: str | None) -> str | None:
        with transaction(self._engine) as connection:
            stored, now = _select(connection, portal_id)
        if token := self._usable(portal_id, stored, now, rejected):
            return token
        _require_cooled_down(portal_id, stored, now)
        return None

    def _refresh(self, portal_id: int, rejected: str | None) -> str:
        with transaction(self._engine) as connection:
            connection.execute(
                text(
                    f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}';"
                    f"SET LOCAL idle_in_transaction_session_timeout = '{IDLE_TIMEOUT}'"
                )
            )
            stored, _ = _select(connection, portal_id, lock=True)
            now = database_clock(connection)  # the row's own clock was read before the wait for its lock
            if token := self._usable(portal_id, stored, now, rejected):
                return token
            _require_cooled_down(portal_id, stored, now)
            try:
                grant = self._ask(portal_id, stored)
            except GrantRefused as refusal:
                # The row is locked: the token that was refused is still the one that is stored.
                mark_reauth_required(connection, portal_id, refusal.code)
                self._note_failure(connection, portal_id, refusal.code)
                failure: AuthError = _reauth_required(portal_id, refusal.code)
            except HubSpotUnavailable as error:
                failures = stored.refresh_failures + 1
                wait = cooldown.length(failures, error.retry_after)
                postpone_refresh(connection, portal_id, failures, database_clock(connection) + wait)
                self._note_failure(connection, portal_id, error.code)
                failure = TokenTransient(
                    f"portal {portal_id}: {error}", portal_id=portal_id, retry_after=error.retry_after
                )
            except OperatorError as error:
                self._note_failure(connection, portal_id, type(error).__name__)
                failure = error
            else:
                self._store(connection, portal_id, grant, now)
                audit.record(connection, "token_refreshed", self._actor, portal_id=portal_id)
                return grant.access_token
        # Not before the transaction is over: what was noted of the failure must stay.
        raise failure

    def _ask(self, portal_id: int, stored: _StoredToken) -> TokenGrant:
        refresh_token = self._open(portal_id, stored, "refresh_token_ciphertext")
        if refresh_token is None:
            raise GrantRefused("a static token cannot be refreshed", code="token_rejected")
        grant = self._oauth.refresh(refresh_token)
        if grant.portal_id not in {None, portal_id}:
            raise HubSpotUnavailable(
                f"HubSpot answered with a token of portal {grant.portal_id}; it was thrown away",
                code="other_portals_token",
            )
        # What HubSpot leaves out of its answer has not changed.
        return replace(
            grant,
            refresh_token=grant.refresh_token or refresh_token,
            scopes=frozenset(stored.scopes) if grant.scopes is None else grant.scopes,
        )

    def _store(self, connection: Connection, portal_id: int, grant: TokenGrant, asked_at: datetime) -> None:
        values = grant_values(self._keyring, portal_id, grant, asked_at)
        connection.execute(update(table).where(table.c.portal_id == portal_id).values(values))

    def _note_failure(self, connection: Connection, portal_id: int, reason: str) -> None:
        audit.record(
            connection, "token_refreshed", self._actor, portal_id=portal_id, outcome="failed", reason=reason
        )

    def _usable(
        self, portal_id: int, stored: _StoredToken, now: datetime, rejected: str | None
    ) -> str | None:
        if not is_fresh(stored.expires_at, now):
            return None
        token = self._open(portal_id, stored, "access_token_ciphertext")
        return None if token == rejected else token

    def _open(self, portal_id: int, stored: _StoredToken, column: str) -> str | None:
        ciphertext = getattr(stored, column)
        if ciphertext is None or stored.key_id is None:
            return None
        return self._keyring.decrypt(Sealed(stored.key_id, ciphertext), secret_place(portal_id, column))


def is_fresh(expires_at: datetime | None, now: datetime) -> bool:
    """Tell whether a token is good for longer than the margin; one without an expiry always is."""
    return expires_at is None or expires_at - now > MARGIN


def _require_cooled_down(portal_id: int, stored: _StoredToken, now: datetime) -> None:
    if stored.refresh_retry_after is None or stored.refresh_retry_after <= now:
        return
    seconds = (stored.refresh_retry_after - now).total_seconds()
    raise TokenTransient(
        f"portal {portal_id}: its token could not be refreshed {stored.refresh_failures} times in a row: "
        f"try again in {seconds:.0f} seconds",
        portal_id=portal_id,
        retry_after=seconds,
    )


def _select(connection: Connection, portal_id: int, *, lock: bool = False) -> tuple[_StoredToken, datetime]:
    statement = select(*_COLUMNS).where(table.c.portal_id == portal_id)
    row = connection.execute(statement.with_for_update() if lock else statement).mappings().first()
    if row is None or row["status"] == "disconnected":
        raise PortalNotConnected(
            f"portal {portal_id} is not connected: connect it in the browser", portal_id=portal_id
        )
    if row["status"] == "reauth_required":
        raise _reauth_required(portal_id, row["last_error_code"])
    stored = _StoredToken(
        scopes=row["scopes"],
        access_token_ciphertext=row["access_token_ciphertext"],
        refresh_token_ciphertext=row["refresh_token_ciphertext"],
        key_id=row["key_id"],
        expires_at=row["expires_at"],
        refresh_failures=row["refresh_failures"],
        refresh_retry_after=row["refresh_retry_after"],
    )
    return stored, row["now"]


def _reauth_required(portal_id: int, code: str | None) -> ReauthRequired:
    return ReauthRequired(
        f"portal {portal_id}: HubSpot no longer accepts its token ({code}): connect the portal again in the browser",
        portal_id=portal_id,
    )
