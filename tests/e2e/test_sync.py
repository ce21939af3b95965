"""`meltano run sync`, as an operator runs it: real Meltano, tap, loader, dbt and PostgreSQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from auth_service.connections import secret_place
from auth_service.crypto import Keyring, Sealed
from tests.e2e.stack import EXTRACT_LOAD, finish_watched
from tests.e2e.truth import Warehouse, assert_other_tables_equal_hubspot, assert_warehouse_equals_hubspot
from tests.history_tables import copied_changes, true_changes
from tests.hubspot_simulator.clock import iso
from tests.marketing_tables import COMPARED_TABLES

if TYPE_CHECKING:
    from tests.e2e.stack import Stack


def test_one_command_brings_every_portal_from_hubspot_to_kpis_and_the_next_reads_only_changes(
    stack: Stack,
) -> None:
    first = stack.run("sync")
    assert first.exit_code == 0, first.output
    portals = sorted(stack.hubspot.world.portals)
    assert_warehouse_equals_hubspot(stack, *portals)
    assert_other_tables_equal_hubspot(stack, *COMPARED_TABLES - {"list_memberships"})
    assert copied_changes([Warehouse(stack)]) == true_changes(stack.hubspot)
    assert not stack.query("SELECT 1 FROM pg_tables WHERE tablename = 'list_memberships'")
    assert {row["portal_id"] for row in stack.query("SELECT * FROM hubspot_marts.dim_portals")} == set(
        portals
    )
    kpis = stack.query("SELECT DISTINCT kpi FROM hubspot_marts.kpi_daily")
    assert {"new_contacts", "deals_created", "won_value"} <= {row["kpi"] for row in kpis}
    modes = stack.query(
        "SELECT DISTINCT mode, status FROM hubspot_raw.portal_syncs WHERE stream = 'contacts'"
    )
    assert modes == [{"mode": "backfill", "status": "ok"}]

    ticked = iso(stack.hubspot.clock.now_ms())
    stack.hubspot.tick()
    # More names than a table has columns, longer than a column's may be.
    names = stack.hubspot.world.add_fillers(portals[0], "contacts", 1700, name_length=80)
    contact = stack.hubspot.portal(portals[0]).objects["contacts"].live_ids[0]
    stack.hubspot.world.update(portals[0], "contacts", contact, {name: f"value of {name}" for name in names})
    stack.hubspot.requests.clear()
    second = stack.run("sync", TAP_HUBSPOT_MULTI__SELECT='["*.*"]')
    assert second.exit_code == 0, second.output
    assert_warehouse_equals_hubspot(stack, *portals, links_since=ticked)
    assert_other_tables_equal_hubspot(stack, "list_memberships")
    [row] = Warehouse(stack).rows("contacts", portal_id=portals[0], id=str(contact))
    assert set(names) <= row["properties"].keys()
    modes = stack.query(
        "SELECT DISTINCT mode FROM hubspot_raw.portal_syncs WHERE stream IN ('contacts', 'deals')"
    )
    assert {row["mode"] for row in modes} == {"backfill", "incremental"}
    live_lists = [
        request
        for request in stack.hubspot.requests.where(route="crm.list")
        if request.query.get("archived") != "true"
    ]
    assert live_lists == [], "an incremental run lists archived records only"


def test_a_revoked_portal_does_not_stop_the_others(stack: Stack) -> None:
    revoked, healthy = sorted(stack.hubspot.world.portals)
    stack.hubspot.revoke(revoked)
    run = stack.run(*EXTRACT_LOAD)
    assert run.exit_code == 0, run.output
    assert_warehouse_equals_hubspot(stack, healthy)
    status = stack.query("SELECT portal_id, status FROM hubspot_auth.portal_connections ORDER BY portal_id")
    assert {row["portal_id"]: row["status"] for row in status} == {
        revoked: "reauth_required",
        healthy: "active",
    }
    assert re.search(rf"{revoked}.*(connect|reauth)", run.output), "the run names the portal and the cure"
    assert stack.query(
        f"SELECT 1 FROM hubspot_raw.portal_syncs WHERE portal_id = {revoked} AND status = 'failed'"
    )

    page = stack.connect(revoked)
    assert "Connection successful" in page.text
    assert stack.run(*EXTRACT_LOAD).exit_code == 0
    assert_warehouse_equals_hubspot(stack, revoked, healthy)


def test_no_secret_is_in_any_log_state_file_or_process_list(stack: Stack) -> None:
    run, command_lines = finish_watched(stack.start("sync"))
    assert run.exit_code == 0, run.output
    keyring = Keyring.parse(stack.token_keys)
    secrets = {stack.hubspot.client_secret, stack.token_keys, stack.token_keys.partition(":")[2]}
    secrets.add(stack.database_url.split(":")[2].partition("@")[0])
    for row in stack.query("SELECT * FROM hubspot_auth.portal_connections"):
        for column in ("access_token_ciphertext", "refresh_token_ciphertext"):
            place = secret_place(row["portal_id"], column)
            secrets.add(keyring.decrypt(Sealed(row["key_id"], row[column]), place))
    assert len(secrets) == 8

    texts = {"output of the run": run.output, "log of auth_service": stack.service_log.read_text()}
    texts["process list"] = "\n".join(command_lines)
    assert "target-postgres" in texts["process list"]
    for file in stack.folder.rglob("*"):
        if file.is_file():
            texts[file.name] = file.read_bytes().decode("utf-8", errors="replace")
    for place, text in texts.items():
        for secret in secrets:
            assert secret not in text, f"a secret is in the {place}"


@pytest.mark.parametrize("setting", ["TOKEN_KEYS", "HUBSPOT_CLIENT_ID", "HUBSPOT_CLIENT_SECRET"])
def test_a_missing_setting_is_one_clear_line(stack: Stack, setting: str) -> None:
    run = stack.run(*EXTRACT_LOAD, **{setting: ""})
    assert run.exit_code != 0
    lines = [line for line in run.output.splitlines() if f"{setting} is not set" in line]
    assert len(lines) == 1, run.output
    assert "Traceback" not in run


def test_a_wrong_database_is_one_clear_line_without_the_password(stack: Stack) -> None:
    run = stack.run(
        *EXTRACT_LOAD, DATABASE_URL="postgresql+psycopg://hubspot:pass-marker@127.0.0.1:1/hubspot"
    )
    assert run.exit_code != 0
    assert "can't connect to the database" in run
    assert "Traceback" not in run
    assert "pass-marker" not in run
