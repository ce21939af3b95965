"""The token table, the open connect attempts, and the canary of the keys.

Revision ID: 0001
Revises: -
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "hubspot_auth"


def upgrade() -> None:
    """Create the three tables."""
    moment = postgresql.TIMESTAMP(timezone=True)
    op.create_table(
        "portal_connections",
        sa.Column("portal_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("company_name", sa.Text, nullable=False),
        sa.Column("hub_domain", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("auth_type", sa.Text, nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("access_token_ciphertext", sa.LargeBinary),
        sa.Column("refresh_token_ciphertext", sa.LargeBinary),
        sa.Column("key_id", sa.Text),
        sa.Column("expires_at", moment),
        sa.Column("account_details", postgresql.JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
        sa.Column("created_at", moment, nullable=False, server_default=sa.text("now()")),
        sa.Column("last_refresh_at", moment),
        sa.Column("last_error_code", sa.Text),
        sa.PrimaryKeyConstraint("portal_id", name="pk_portal_connections"),
        sa.CheckConstraint(
            "status IN ('active', 'reauth_required', 'disconnected')",
            name=op.f("ck_portal_connections_status"),
        ),
        sa.CheckConstraint("auth_type IN ('oauth', 'static')", name=op.f("ck_portal_connections_auth_type")),
        sa.CheckConstraint(
            "status <> 'active' OR (access_token_ciphertext IS NOT NULL AND key_id IS NOT NULL)",
            name=op.f("ck_portal_connections_active_has_token"),
        ),
        sa.CheckConstraint(
            "status <> 'active' OR auth_type <> 'oauth'"
            " OR (refresh_token_ciphertext IS NOT NULL AND expires_at IS NOT NULL)",
            name=op.f("ck_portal_connections_active_oauth_can_refresh"),
        ),
        schema=SCHEMA,
    )
    op.create_table(
        "oauth_flows",
        sa.Column("state_hash", sa.LargeBinary, nullable=False),
        sa.Column("browser_hash", sa.LargeBinary, nullable=False),
        sa.Column("verifier_ciphertext", sa.LargeBinary, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("expected_portal_id", sa.BigInteger),
        sa.Column("created_at", moment, nullable=False, server_default=sa.text("now()")),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("used_at", moment),
        sa.PrimaryKeyConstraint("state_hash", name="pk_oauth_flows"),
        sa.CheckConstraint(
            "length(state_hash) = 32 AND length(browser_hash) = 32", name=op.f("ck_oauth_flows_sha256")
        ),
        schema=SCHEMA,
    )
    op.create_index("ix_oauth_flows_expires_at", "oauth_flows", ["expires_at"], schema=SCHEMA)
    op.create_table(
        "token_keys_canary",
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("ciphertext", sa.LargeBinary, nullable=False),
        sa.Column("created_at", moment, nullable=False, server_default=sa.text("now()")),
        sa.PrimaryKeyConstraint("key_id", name="pk_token_keys_canary"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Remove the tables, and with them every token."""
    for table in ("token_keys_canary", "oauth_flows", "portal_connections"):
        op.drop_table(table, schema=SCHEMA)
