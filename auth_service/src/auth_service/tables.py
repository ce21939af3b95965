"""The tables of the schema `hubspot_auth`, as the newest migration leaves them."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, LargeBinary, MetaData, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP

SCHEMA = "hubspot_auth"

metadata = MetaData(
    schema=SCHEMA,
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
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
    CheckConstraint("length(state_hash) = 32 AND length(browser_hash) = 32", name="sha256"),
    Index(None, "expires_at"),
)

token_keys_canary = Table(
    "token_keys_canary",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False, server_default=NOW),
)
