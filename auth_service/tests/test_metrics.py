from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy import insert

from auth_service import audit
from auth_service.database import create_engine, transaction
from auth_service.tables import portal_connections
from auth_service.web.metrics import PortalFigures

if TYPE_CHECKING:
    from sqlalchemy import Engine


def figures(registry: CollectorRegistry) -> set[str]:
    return {line for line in generate_latest(registry).decode().splitlines() if not line.startswith("#")}


def test_portals_are_counted_and_so_is_what_any_process_did_to_them(engine: Engine) -> None:
    registry = CollectorRegistry()
    registry.register(PortalFigures(engine))
    audit.record_alone(engine, "token_refreshed", audit.Actor.process())
    assert 'hubspot_auth_portals{status="active"} 0.0' in figures(registry), "what was before is not counted"
    with transaction(engine) as connection:
        connection.execute(
            insert(portal_connections),
            [
                {
                    "portal_id": portal_id,
                    "company_name": "Secret & Sons",
                    "status": "active",
                    "auth_type": "static",
                    "scopes": [],
                    "access_token_ciphertext": b"-",
                    "key_id": "k1",
                    "refresh_failures": failures,
                }
                for portal_id, failures in ((11, 0), (12, 3))
            ],
        )
    audit.record_alone(engine, "token_refreshed", audit.Actor.process(), portal_id=12, outcome="failed")
    now = figures(registry)
    assert now >= {
        "hubspot_auth_database_up 1.0",
        'hubspot_auth_portals{status="active"} 2.0',
        'hubspot_auth_portals{status="reauth_required"} 0.0',
        "hubspot_auth_portals_failing_to_refresh 1.0",
        'hubspot_auth_events_total{event="token_refreshed",outcome="failed"} 1.0',
    }
    assert not any("Secret" in line or "12" in line.partition("}")[0] for line in now)


def test_a_database_that_is_away_is_a_figure_not_a_failure() -> None:
    registry = CollectorRegistry()
    registry.register(PortalFigures(create_engine("postgresql://nobody@127.0.0.1:9/none")))
    assert figures(registry) == {"hubspot_auth_database_up 0.0"}
