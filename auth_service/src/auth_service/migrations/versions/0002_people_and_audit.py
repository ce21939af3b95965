"""Who may connect (invites, sessions of admins, their attempts), what happened (audit log), how connections end.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "hubspot_auth"

# A trigger besides the grants: it also stops the tables' owner, whom grants do not bind.
REFUSE_CHANGES = f"""
CREATE FUNCTION {SCHEMA}.refuse_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {SCHEMA}.audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_changes();
"""


def upgrade() -> None:
    """Create the tables, and teach connections to cool down and to end."""
    moment = postgresql.TIMESTAMP(timezone=True)
    now = sa.text("now()")
    op.create_table(
        "invites",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("expected_portal_id", sa.BigInteger),
        sa.Column("created_at", moment, nullable=False, server_default=now),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("used_at", moment),
        sa.Column("used_portal_id", sa.BigInteger),
        sa.Column("revoked_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_invites"),
        sa.UniqueConstraint("token_hash", name="uq_invites_token_hash"),
        sa.CheckConstraint("length(token_hash) = 32", name=op.f("ck_invites_sha256")),
        schema=SCHEMA,
    )
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("at", moment, nullable=False, server_default=now),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("actor_type", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("portal_id", sa.BigInteger),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("request_id", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
        sa.CheckConstraint(
            "actor_type IN ('admin', 'invite', 'command', 'process', 'nobody')",
            name=op.f("ck_audit_log_actor_type"),
        ),
        sa.CheckConstraint("outcome IN ('ok', 'failed')", name=op.f("ck_audit_log_outcome")),
        schema=SCHEMA,
    )
    op.create_index("ix_audit_log_portal_id", "audit_log", ["portal_id", "id"], schema=SCHEMA)
    op.execute(REFUSE_CHANGES)
    op.create_table(
        "admin_sessions",
        sa.Column("id_hash", sa.LargeBinary, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False, server_default=now),
        sa.Column("last_seen_at", moment, nullable=False, server_default=now),
        sa.Column("expires_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id_hash", name="pk_admin_sessions"),
        sa.CheckConstraint("length(id_hash) = 32", name=op.f("ck_admin_sessions_sha256")),
        schema=SCHEMA,
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("at", moment, nullable=False, server_default=now),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
        schema=SCHEMA,
    )
    op.create_index("ix_attempts_action", "attempts", ["action", "source", "at"], schema=SCHEMA)
    op.add_column("oauth_flows", sa.Column("invite_id", sa.BigInteger), schema=SCHEMA)
    op.add_column("oauth_flows", sa.Column("started_by", sa.Text), schema=SCHEMA)
    op.create_foreign_key(
        "fk_oauth_flows_invite_id_invites",
        "oauth_flows",
        "invites",
        ["invite_id"],
        ["id"],
        source_schema=SCHEMA,
        referent_schema=SCHEMA,
    )
    for column in (
        sa.Column("disconnected_at", moment),
        sa.Column("refresh_failures", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("refresh_retry_after", moment),
    ):
        op.add_column("portal_connections", column, schema=SCHEMA)
    op.add_column("token_keys_canary", sa.Column("retired_at", moment), schema=SCHEMA)
    op.execute(
        f"UPDATE {SCHEMA}.portal_connections SET disconnected_at = now(), access_token_ciphertext = NULL,"  # noqa: S608
        " refresh_token_ciphertext = NULL, key_id = NULL, expires_at = NULL WHERE status = 'disconnected'"
    )
    op.create_check_constraint(
        op.f("ck_portal_connections_disconnected_has_no_token"),
        "portal_connections",
        "status <> 'disconnected' OR (disconnected_at IS NOT NULL"
        " AND access_token_ciphertext IS NULL AND refresh_token_ciphertext IS NULL)",
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Remove them; the audit log is lost with its table."""
    op.drop_constraint("disconnected_has_no_token", "portal_connections", type_="check", schema=SCHEMA)
    op.drop_column("token_keys_canary", "retired_at", schema=SCHEMA)
    for column in ("refresh_retry_after", "refresh_failures", "disconnected_at"):
        op.drop_column("portal_connections", column, schema=SCHEMA)
    for column in ("started_by", "invite_id"):
        op.drop_column("oauth_flows", column, schema=SCHEMA)
    for table in ("attempts", "admin_sessions", "audit_log", "invites"):
        op.drop_table(table, schema=SCHEMA)
    op.execute(f"DROP FUNCTION {SCHEMA}.refuse_changes()")
