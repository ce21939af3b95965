"""The database's own limits: what a stolen password of each program's role is good for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from auth_service import audit, canary, connections, roles, schema
from auth_service.audit import Actor
from auth_service.crypto import Keyring, new_key
from auth_service.database import create_engine, database_clock, transaction
from auth_service.errors import DatabaseForbids, SchemaError
from auth_service.hubspot_answers import TokenGrant
from auth_service.tokens import TokenStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

    from auth_service.hubspot_oauth import OAuthClient
    from auth_service.tests.conftest import FakeHubSpot

PORTAL = 1458021
COMMAND = Actor.command()
PASSWORD = "only-for-this-test"


@pytest.fixture
def owner(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    schema.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def engine_of(owner: Engine) -> Iterator[Callable[[str], Engine]]:
    """Grant the roles, give them a password, and log in as one of them."""
    roles.grant(owner, COMMAND)
    engines = []

    def log_in(role: str) -> Engine:
        with transaction(owner) as connection:
            connection.execute(text(f"ALTER ROLE {role} PASSWORD '{PASSWORD}'"))
        engines.append(create_engine(owner.url.set(username=role, password=PASSWORD)))
        return engines[-1]

    yield log_in
    for engine in engines:
        engine.dispose()


def test_every_role_can_do_what_it_must_and_nothing_that_it_must_not(owner: Engine) -> None:
    tried = roles.grant(owner, COMMAND)
    assert {proof.role for proof in tried} == set(roles.ROLES)
    assert len(tried) > 40
    assert audit.entries(owner)[0].event == "roles_granted"
    with transaction(owner) as connection:
        assert connection.scalar(text("SELECT count(*) FROM hubspot_auth.audit_log")) == 1, (
            "trying leaves nothing"
        )
        assert connection.scalar(text("SELECT count(*) FROM hubspot_auth.portal_connections")) == 0


def test_granting_twice_changes_nothing(owner: Engine) -> None:
    def rights() -> list[tuple[str, ...]]:
        with transaction(owner) as connection:
            return sorted(
                connection.execute(
                    text("SELECT relname, relacl::text FROM pg_class WHERE relacl IS NOT NULL ORDER BY 1")
                ).tuples()
            )

    roles.grant(owner, COMMAND)
    before = rights()
    roles.grant(owner, COMMAND)
    assert rights() == before


def test_rights_that_somebody_added_are_taken_away_again(owner: Engine) -> None:
    roles.grant(owner, COMMAND)
    with transaction(owner) as connection:
        connection.execute(text("GRANT SELECT ON hubspot_auth.portal_connections TO hubspot_analyst"))
        connection.execute(text("GRANT USAGE ON SCHEMA hubspot_auth TO PUBLIC"))
    roles.grant(owner, COMMAND)
    with transaction(owner) as connection:
        for privilege in (
            "has_table_privilege('hubspot_analyst', 'hubspot_auth.portal_connections', 'SELECT')",
            "has_schema_privilege('hubspot_analyst', 'hubspot_auth', 'USAGE')",
        ):
            assert connection.scalar(text(f"SELECT {privilege}")) is False


def test_a_role_with_too_much_power_is_refused_and_nothing_changed(owner: Engine) -> None:
    roles.grant(owner, COMMAND)
    try:
        with transaction(owner) as connection:
            connection.execute(text("GRANT pg_read_all_data TO hubspot_analyst"))
        with pytest.raises(DatabaseForbids, match="role hubspot_analyst can read connections, so nothing"):
            roles.grant(owner, COMMAND)
        assert len(audit.entries(owner)) == 1
    finally:
        with transaction(owner) as connection:
            connection.execute(text("REVOKE pg_read_all_data FROM hubspot_analyst"))


def test_the_tap_refreshes_and_leaves_an_entry_with_its_own_role(
    owner: Engine,
    engine_of: Callable[[str], Engine],
    oauth: OAuthClient,
    hubspot: FakeHubSpot,
    keyring: Keyring,
) -> None:
    canary.verify_keys(owner, keyring)
    grant = hubspot.issue(PORTAL)
    portal = connections.ConnectedPortal(PORTAL, "Northwind", None, frozenset(hubspot.granted), {})
    with transaction(owner) as connection:
        now = database_clock(connection)
        stale = TokenGrant(grant.access_token, grant.refresh_token, 10, PORTAL, grant.scopes)
        connections.save_connected_portal(connection, keyring, portal, stale, now)
    tap = engine_of(roles.LOADER)
    canary.verify_keys(tap, keyring)
    token = TokenStore(tap, keyring, oauth).access_token(PORTAL)
    assert hubspot.access_tokens[token] == PORTAL
    assert [each.status for each in connections.list_connections(tap)] == ["active"]
    assert audit.entries(owner)[0].event == "token_refreshed"
    del hubspot.refresh_tokens[grant.refresh_token]
    with pytest.raises(Exception, match="connect the portal again"):
        TokenStore(tap, keyring, oauth).access_token(PORTAL, rejected=token)
    assert connections.get_connection(owner, PORTAL).status == "reauth_required"


def test_the_tap_leaves_the_canary_of_a_new_key_to_the_service(
    engine_of: Callable[[str], Engine], owner: Engine, keys: str
) -> None:
    both = Keyring.parse(f"{keys},k2:{new_key()}")
    canary.verify_keys(engine_of(roles.LOADER), both)
    with transaction(owner) as connection:
        count = text("SELECT count(*) FROM hubspot_auth.token_keys_canary")
        assert connection.scalar(count) == 0
    canary.verify_keys(engine_of(roles.SERVICE), both)
    with transaction(owner) as connection:
        assert connection.scalar(count) == 2


@pytest.mark.parametrize("role", [roles.TRANSFORM, roles.ANALYST])
def test_dbt_and_analysts_cannot_even_see_into_the_token_schema(
    engine_of: Callable[[str], Engine], role: str
) -> None:
    with pytest.raises(DatabaseForbids, match="permission denied for schema hubspot_auth"):
        connections.list_connections(engine_of(role))


def test_what_the_loader_makes_is_read_by_dbt_and_what_dbt_makes_by_analysts(
    engine_of: Callable[[str], Engine],
) -> None:
    loader, dbt, analyst = (engine_of(role) for role in (roles.LOADER, roles.TRANSFORM, roles.ANALYST))
    with transaction(loader) as connection:
        connection.execute(text("CREATE TABLE hubspot_raw.contacts AS SELECT 1 AS portal_id"))
    with transaction(dbt) as connection:
        connection.execute(
            text("CREATE VIEW hubspot_marts.kpis AS SELECT portal_id FROM hubspot_raw.contacts")
        )
    with transaction(analyst) as connection:
        assert connection.scalar(text("SELECT portal_id FROM hubspot_marts.kpis")) == 1
    with pytest.raises(DatabaseForbids), transaction(analyst) as connection:
        connection.execute(text("DELETE FROM hubspot_raw.contacts"))


def test_tables_that_were_there_before_belong_to_their_writer_from_then_on(
    owner: Engine, engine_of: Callable[[str], Engine]
) -> None:
    with transaction(owner) as connection:
        connection.execute(text("CREATE TABLE hubspot_raw.deals (id text)"))
        connection.execute(text("CREATE TABLE hubspot_raw.portal_syncs (id text)"))
    roles.grant(owner, COMMAND)
    with transaction(engine_of(roles.LOADER)) as connection:
        connection.execute(text("ALTER TABLE hubspot_raw.deals ADD COLUMN portal_id bigint"))
    with transaction(engine_of(roles.SERVICE)) as connection:
        assert connection.scalar(text("SELECT count(*) FROM hubspot_raw.portal_syncs")) == 0


def test_roles_need_the_token_tables(database_url: str) -> None:
    engine = create_engine(database_url)
    with pytest.raises(SchemaError, match="run: hubspot-auth migrate"):
        roles.grant(engine, COMMAND)
    engine.dispose()


def test_an_administrator_who_is_no_superuser_can_grant_the_roles(owner: Engine) -> None:
    name = owner.url.database
    with transaction(owner) as connection:
        connection.execute(text("DROP SCHEMA hubspot_auth CASCADE"))
        for role in roles.ROLES:
            known = connection.scalar(text(f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'"))
            connection.execute(text(f"DROP OWNED BY {role}; DROP ROLE {role}" if known else "SELECT 1"))
        connection.execute(text(f"CREATE ROLE cloud_admin LOGIN CREATEROLE PASSWORD '{PASSWORD}'"))
        connection.execute(text(f"GRANT ALL ON DATABASE {name} TO cloud_admin"))
    admin = create_engine(owner.url.set(username="cloud_admin", password=PASSWORD))
    try:
        schema.upgrade(admin)
        assert len(roles.grant(admin, COMMAND)) > 40
        assert len(roles.grant(admin, COMMAND)) > 40
    finally:
        admin.dispose()
        with transaction(owner) as connection:
            for role in (*roles.ROLES, "cloud_admin"):
                connection.execute(text(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}"))


def test_somebody_who_may_not_make_roles_is_told_so(
    engine_of: Callable[[str], Engine],
) -> None:
    with pytest.raises(DatabaseForbids, match="does not let the user of DATABASE_URL do this"):
        roles.grant(engine_of(roles.ANALYST), COMMAND)
