"""The audit log only grows, whoever asks, and holds no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from auth_service import audit
from auth_service.audit import Actor
from auth_service.database import transaction
from auth_service.errors import DatabaseForbids
from auth_service.tables import SCHEMA

if TYPE_CHECKING:
    from sqlalchemy import Engine

ADMIN = Actor.admin("admin")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET outcome = 'ok'", "DELETE FROM {}", "TRUNCATE {}", "DELETE FROM {} WHERE id = 0"],
)
def test_the_audit_log_refuses_changes_even_to_its_owner(engine: Engine, statement: str) -> None:
    audit.record_alone(engine, "admin_login", ADMIN, outcome="failed")
    with pytest.raises(DatabaseForbids, match="audit_log only grows"), transaction(engine) as connection:
        connection.execute(text(statement.format(f"{SCHEMA}.audit_log")))
    assert len(audit.entries(engine)) == 1


def test_entries_come_in_pages_the_newest_first(engine: Engine) -> None:
    for portal_id in range(1, 8):
        audit.record_alone(engine, "portal_connected", ADMIN, portal_id=portal_id)
    first = audit.entries(engine, limit=3)
    second = audit.entries(engine, limit=3, before=first[-1].id)
    assert [entry.portal_id for entry in first + second] == [7, 6, 5, 4, 3, 2]
    assert [entry.portal_id for entry in audit.entries(engine, portal_id=4)] == [4]


def test_an_entry_names_the_request_it_was_made_in(engine: Engine) -> None:
    audit.record_alone(engine, "admin_login", ADMIN)
    reset = audit.request_id.set("request-1")
    try:
        audit.record_alone(engine, "admin_logout", ADMIN)
    finally:
        audit.request_id.reset(reset)
    assert [entry.request_id for entry in audit.entries(engine)] == ["request-1", None]


def test_an_entry_is_kept_only_with_what_it_tells_of(engine: Engine) -> None:
    def fail_after_recording() -> None:
        with transaction(engine) as connection:
            audit.record(connection, "portal_connected", ADMIN, portal_id=1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_recording()
    assert audit.entries(engine) == []
