"""What each database role must, and must not, be able to do, as statements that try it and change nothing."""

from __future__ import annotations

SERVICE = "hubspot_auth_service"
LOADER = "hubspot_loader"
TRANSFORM = "hubspot_transform"
ANALYST = "hubspot_analyst"

_CONNECT = (
    "INSERT INTO hubspot_auth.portal_connections"
    " (portal_id, company_name, status, auth_type, scopes, disconnected_at)"
    " VALUES (-1, '-', 'disconnected', 'oauth', '{}', now())"
)
_RECORD = (
    "INSERT INTO hubspot_auth.audit_log (event, actor_type, actor, outcome)"
    " VALUES ('roles_granted', 'nobody', '-', 'ok')"
)
_REWRITE_THE_PAST = {
    "backdate the audit log": (
        "INSERT INTO hubspot_auth.audit_log (at, event, actor_type, actor, outcome)"
        " VALUES (now(), 'roles_granted', 'nobody', '-', 'ok')"
    ),
    "change the audit log": "UPDATE hubspot_auth.audit_log SET outcome = 'ok' WHERE false",
    "delete from the audit log": "DELETE FROM hubspot_auth.audit_log WHERE false",
    "empty the audit log": "TRUNCATE hubspot_auth.audit_log",
}
_DELETE_A_CONNECTION = "DELETE FROM hubspot_auth.portal_connections WHERE false"
_READ = {
    "read connections": "SELECT FROM hubspot_auth.portal_connections LIMIT 1",
    "read canaries": "SELECT FROM hubspot_auth.token_keys_canary LIMIT 1",
}
_READ_PEOPLE = {
    "read the audit log": "SELECT FROM hubspot_auth.audit_log LIMIT 1",
    "read invites": "SELECT FROM hubspot_auth.invites LIMIT 1",
    "read attempts to connect": "SELECT FROM hubspot_auth.oauth_flows LIMIT 1",
    "read sessions": "SELECT FROM hubspot_auth.admin_sessions LIMIT 1",
    "read attempts to log in": "SELECT FROM hubspot_auth.attempts LIMIT 1",
}
_WRITE_RAW = {"write synced data": "CREATE TABLE hubspot_raw.probe (id int)"}
_WRITE_STAGING = {"write staging": "CREATE TABLE hubspot_staging.probe (id int)"}
_WRITE_MARTS = {"write marts": "CREATE TABLE hubspot_marts.probe (id int)"}

MUST: dict[str, dict[str, str]] = {
    SERVICE: {"connect a portal": _CONNECT, "extend the audit log": _RECORD, **_READ, **_READ_PEOPLE},
    LOADER: {
        "store a refreshed token": (
            "UPDATE hubspot_auth.portal_connections SET access_token_ciphertext = NULL WHERE false"
        ),
        "extend the audit log": _RECORD,
        **_READ,
        **_WRITE_RAW,
    },
    TRANSFORM: _WRITE_STAGING | _WRITE_MARTS,
    ANALYST: {},
}

MUST_NOT: dict[str, dict[str, str]] = {
    SERVICE: {
        "delete a connection": _DELETE_A_CONNECTION,
        "make tables of its own": "CREATE TABLE hubspot_auth.probe (id int)",
        **_REWRITE_THE_PAST,
        **_WRITE_RAW,
        **_WRITE_MARTS,
    },
    LOADER: {
        "connect a portal": _CONNECT,
        "rename a portal": "UPDATE hubspot_auth.portal_connections SET company_name = '-' WHERE false",
        "move a token to another portal": "UPDATE hubspot_auth.portal_connections SET portal_id = 0 WHERE false",
        "delete a connection": _DELETE_A_CONNECTION,
        "change a canary": "UPDATE hubspot_auth.token_keys_canary SET retired_at = NULL WHERE false",
        "make tables beside the tokens": "CREATE TABLE hubspot_auth.probe (id int)",
        **_REWRITE_THE_PAST,
        **_READ_PEOPLE,
        **_WRITE_STAGING,
        **_WRITE_MARTS,
    },
    TRANSFORM: _READ | _READ_PEOPLE | _WRITE_RAW,
    ANALYST: _READ | _READ_PEOPLE | _WRITE_RAW | _WRITE_STAGING | _WRITE_MARTS,
}
