from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from warehouse_connection import launchers

if TYPE_CHECKING:
    import pytest


def test_dbt_has_settings_of_its_own_that_the_user_may_overrule(
    monkeypatch: pytest.MonkeyPatch, postgres_url: str
) -> None:
    told: dict[str, str] = {}
    monkeypatch.setattr(launchers, "_become", lambda _program, _arguments, variables: told.update(variables))
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    monkeypatch.setenv("PGOPTIONS", "-c work_mem=1MB")
    launchers.dbt()
    with psycopg.connect(postgres_url.replace("+psycopg", ""), options=told["PGOPTIONS"]) as connection:
        settings = connection.execute(
            "SELECT current_setting('work_mem'), current_setting('synchronous_commit')"
        ).fetchone()
    assert settings == ("1MB", "off")
