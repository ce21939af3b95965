"""The tables of the schema `hubspot_auth`, as the newest migration leaves them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP

SCHEMA = "hubspot_auth"

metadata = MetaData(
    schema=SCHEMA,
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    },
)

Moment = TIMESTAMP(timezone=True)
NOW = text("now()")

portal_connections = Table(
    "portal_connections",
    metadata,
    Column("portal_id", BigInteger, primary_key=True, autoincrement=False),
    Column("company_name", Text, nullable=False),
    Column("hub_domain", Text),
    Column("status", Text, nullable=False),
    Column("auth_type", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("access_token_ciphertext", LargeBinary),
    Column("refresh_token_ciphertext", LargeBinary),
    Column("key_id", Text),
    # NULL: the access token does not expire (auth_type 'static').
    Column("expires_at", Moment),
    # The /account-info answer of the last (re)connect: a portal whose token is dead keeps name, zone and currency.
    Column("account_details", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("created_at", Moment, nullable=False, server_default=NOW),
    Column("last_refresh_at", Moment),
    Column("last_error_code", Text),
    Column("disconnected_at", Moment),
    # How often in a row a refresh failed for reasons that pass, and until when nobody tries again.
    Column("refresh_failures", Integer, nullable=False, server_default=text("0")),
    Column("refresh_retry_after", Moment),
    CheckConstraint("status IN ('active', 'reauth_required', 'disconnected')", name="status"),
    CheckConstraint("auth_type IN ('oauth', 'static')", name="auth_type"),
    CheckConstraint(
        "status <> 'active' OR (access_token_ciphertext IS NOT NULL AND key_id IS NOT NULL)",
        name="active_has_token",
    ),
    CheckConstraint(
        "status <> 'active' OR auth_type <> 'oauth'"
        " OR (refresh_token_ciphertext IS NOT NULL AND expires_at IS NOT NULL)",
        name="active_oauth_can_refresh",
    ),
    CheckConstraint(
        "status <> 'disconnected' OR (disconnected_at IS NOT NULL"
        " AND access_token_ciphertext IS NULL AND refresh_token_ciphertext IS NULL)",
        name="disconnected_has_no_token",
    ),
)

invites = Table(
    "invites",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("token_hash", LargeBinary, nullable=False),
    Column("label", Text, nullable=False),
    # NULL: whoever holds the link chooses the portal.
    Column("expected_portal_id", BigInteger),
    Column("created_at", Moment, nullable=False, server_default=NOW),
    Column("created_by", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("used_portal_id", BigInteger),
    Column("revoked_at", Moment),
    UniqueConstraint("token_hash"),
    CheckConstraint("length(token_hash) = 32", name="sha256"),
)

oauth_flows = Table(
    "oauth_flows",
    metadata,
    Column("state_hash", LargeBinary, primary_key=True),
    Column("browser_hash", LargeBinary, nullable=False),
    Column("verifier_ciphertext", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("expected_portal_id", BigInteger),
    Column("created_at", Moment, nullable=False, server_default=NOW),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    # Who started it: the holder of an invite, or else the admin of that name.
    Column("invite_id", BigInteger, ForeignKey(invites.c.id)),
    Column("started_by", Text),
    CheckConstraint("length(state_hash) = 32 AND length(browser_hash) = 32", name="sha256"),
    Index(None, "expires_at"),
)

token_keys_canary = Table(
    "token_keys_canary",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False, server_default=NOW),
    Column("retired_at", Moment),
)

# Only grows: a trigger refuses changes to everybody, and grants refuse them to all but the owner.
audit_log = Table(
    "audit_log",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", Moment, nullable=False, server_default=NOW),
    Column("event", Text, nullable=False),
    Column("actor_type", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("portal_id", BigInteger),
    Column("outcome", Text, nullable=False),
    Column("reason", Text),
    Column("request_id", Text),
    CheckConstraint("actor_type IN ('admin', 'invite', 'command', 'process', 'nobody')", name="actor_type"),
    CheckConstraint("outcome IN ('ok', 'failed')", name="outcome"),
    Index(None, "portal_id", "id"),
)

# The form token against CSRF is derived from the session's secret: it needs no column.
admin_sessions = Table(
    "admin_sessions",
    metadata,
    Column("id_hash", LargeBinary, primary_key=True),
    Column("actor", Text, nullable=False),
    Column("created_at", Moment, nullable=False, server_default=NOW),
    Column("last_seen_at", Moment, nullable=False, server_default=NOW),
    Column("expires_at", Moment, nullable=False),
    CheckConstraint("length(id_hash) = 32", name="sha256"),
)

# What is limited in rate (login, invite, callback), by where it came from; short-lived rows.
attempts = Table(
    "attempts",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("action", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("at", Moment, nullable=False, server_default=NOW),
    Index(None, "action", "source", "at"),
)
