"""What admins do on the pages: look at portals, disconnect them, paste tokens, invite, and read the audit log."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx2
import pytest
from sqlalchemy import func, select, text, update

from auth_service import audit, connections, invites
from auth_service.audit import Actor
from auth_service.connections import get_connection, list_connections
from auth_service.database import transaction
from auth_service.hubspot_requests import ACCOUNT_PATH, REVOKE_PATH
from auth_service.tables import portal_connections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from auth_service.tests.conftest import Browser, Connect, FakeHubSpot

PORTAL = 1458021


# --- syncs -------------------------------------------------------------------------------------------------------


@pytest.fixture
def run_log(engine: Engine) -> Iterator[None]:
    """The run log as the loader makes it: times in UTC, without saying so."""
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA hubspot_raw"))
        connection.execute(
            text(
                "CREATE TABLE hubspot_raw.portal_syncs (run_id text, portal_id bigint, stream text, status text,"
                " reason text, records bigint, started_at timestamp, finished_at timestamp)"
            )
        )
    yield
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA hubspot_raw CASCADE"))


def synced(
    engine: Engine, stream: str, hours_ago: int, status: str = "ok", reason: str | None = None
) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO hubspot_raw.portal_syncs SELECT 'run', :portal, :stream, :status, :reason, 12, t, t"
                " FROM (SELECT now() AT TIME ZONE 'UTC' - :passed AS t) AS times"
            ),
            {
                "portal": PORTAL,
                "stream": stream,
                "status": status,
                "reason": reason,
                "passed": timedelta(hours=hours_ago),
            },
        )


def words(page: str) -> str:
    """Return the text of a page, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


@pytest.mark.usefixtures("run_log")
def test_the_list_says_when_a_portal_was_synced_last(
    browser: Browser, connect: Connect, engine: Engine
) -> None:
    connect(PORTAL)
    connect(7)
    synced(engine, "contacts", 2)
    synced(engine, "deals", 3)
    page = words(browser.get("/").text)
    assert "2 hours ago" in page
    assert "not synced yet" in page
    assert "Late" not in page


@pytest.mark.usefixtures("run_log")
def test_late_and_failed_streams_are_named(browser: Browser, connect: Connect, engine: Engine) -> None:
    connect(PORTAL)
    synced(engine, "contacts", 1)
    synced(engine, "deals", 50)
    synced(engine, "leads", 1, "skipped", "scope not granted")
    assert "Late: deals" in words(browser.get("/").text)
    synced(engine, "deals", 1, "failed", "HubSpot answered 500")
    assert "Failed: deals" in words(browser.get("/").text)
    page = words(browser.get(f"/portals/{PORTAL}").text)
    assert "failed HubSpot answered 500" in page
    assert "skipped scope not granted" in page
    assert "2 days ago" in page


def test_without_a_run_log_there_is_no_such_column(browser: Browser, connect: Connect) -> None:
    connect(PORTAL)
    assert "Last sync" not in browser.get("/").text
    page = browser.get(f"/portals/{PORTAL}")
    assert page.status_code == 200
    assert "No sync of this portal" in page.text


# --- one portal --------------------------------------------------------------------------------------------------


def test_a_portal_has_a_page_with_its_state_and_its_history(
    browser: Browser, connect: Connect, engine: Engine
) -> None:
    connect(PORTAL)
    with transaction(engine) as connection:
        connections.mark_reauth_required(connection, PORTAL, "invalid_grant")
        audit.record(connection, "token_refreshed", Actor("process", "worker:1"), portal_id=PORTAL)
        audit.record(connection, "token_refreshed", Actor("process", "worker:2"), portal_id=7)
    page = browser.get(f"/portals/{PORTAL}").text
    assert f"Company {PORTAL}" in page
    assert "Reconnect needed" in page
    assert "the app was uninstalled" in page
    assert "worker:1" in page
    assert "worker:2" not in page
    assert f'href="/auth/hubspot?portal={PORTAL}"' in page


@pytest.mark.parametrize("path", ["/portals/9", "/portals/9/disconnect", "/portals/" + "9" * 40])
def test_a_portal_that_is_not_there_has_no_page(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404


# --- disconnecting -----------------------------------------------------------------------------------------------


def test_disconnecting_asks_first_then_revokes_and_erases(
    browser: Browser, connect: Connect, hubspot: FakeHubSpot, engine: Engine
) -> None:
    grant = connect(PORTAL)
    page = f"/portals/{PORTAL}/disconnect"
    assert "What was synced stays" in browser.get(page).text
    assert get_connection(engine, PORTAL).status == "active"
    answer = browser.submit(page)
    assert answer.status_code == 200
    assert "revoked at HubSpot" in answer.text
    assert hubspot.revoked == [grant.refresh_token]
    assert get_connection(engine, PORTAL).status == "disconnected"
    with transaction(engine) as connection:
        row = connection.execute(select(portal_connections)).mappings().one()
    assert (row["access_token_ciphertext"], row["refresh_token_ciphertext"]) == (None, None)
    assert browser.get(page).headers["location"] == f"/portals/{PORTAL}"
    entry = audit.entries(engine)[0]
    assert (entry.event, entry.actor, entry.portal_id) == ("portal_disconnected", "admin", PORTAL)


def test_disconnecting_erases_even_if_hubspot_does_not_revoke(
    browser: Browser, connect: Connect, hubspot: FakeHubSpot, engine: Engine
) -> None:
    connect(PORTAL)
    hubspot.scripted[REVOKE_PATH] = [httpx2.Response(503)]
    answer = browser.submit(f"/portals/{PORTAL}/disconnect")
    assert "uninstall the app in the portal" in answer.text
    assert get_connection(engine, PORTAL).status == "disconnected"


def test_disconnecting_twice_says_that_there_is_nothing_to_do(browser: Browser, connect: Connect) -> None:
    connect(PORTAL)
    token = browser.form_token("/")
    page = f"/portals/{PORTAL}/disconnect"
    codes = [browser.post(page, data={"form_token": token}).status_code for _ in range(2)]
    assert codes == [200, 409]


# --- pasted tokens -----------------------------------------------------------------------------------------------


def test_a_pasted_token_connects_its_portal(browser: Browser, hubspot: FakeHubSpot, engine: Engine) -> None:
    token = hubspot.issue(PORTAL).access_token
    answer = browser.submit("/portals/add-static", token=f"  {token} ")
    assert answer.headers["location"] == f"/portals/{PORTAL}/connected"
    assert get_connection(engine, PORTAL).auth_type == "static"
    for path in ("/", f"/portals/{PORTAL}", answer.headers["location"], f"/portals/{PORTAL}/disconnect"):
        page = browser.get(path)
        assert page.status_code == 200
        assert token not in page.text


@pytest.mark.parametrize("token", ["", "x y", "MARKER-unknown", "M" * 4000, "MARKER\x00"])
def test_a_pasted_token_that_does_not_work_is_refused_and_not_shown(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine, token: str
) -> None:
    hubspot.scripted[ACCOUNT_PATH] = [httpx2.Response(401, json={"message": "MARKER"})]
    answer = browser.submit("/portals/add-static", token=token)
    assert answer.status_code == 422
    assert "Nothing was stored" in answer.text
    assert "MARKER" not in answer.text
    assert list_connections(engine) == []


def test_a_hubspot_that_does_not_answer_is_no_wrong_token(browser: Browser, hubspot: FakeHubSpot) -> None:
    hubspot.scripted[ACCOUNT_PATH] = [httpx2.Response(503)]
    assert browser.submit("/portals/add-static", token="MARKER").status_code == 502


# --- invites -----------------------------------------------------------------------------------------------------


def test_an_invites_link_is_shown_once(browser: Browser, engine: Engine) -> None:
    page = browser.submit("/invites", label="Jo <b>", portal="26110977", days="3")
    assert page.status_code == 201
    (link,) = re.findall(r"https://connect\.example\.com/invite/[A-Za-z0-9_-]{43}", page.text)
    assert "Jo &lt;b&gt;" in page.text
    (invite,) = invites.list_invites(engine)
    assert (invite.label, invite.expected_portal_id, invite.created_by) == ("Jo <b>", 26110977, "admin")
    assert timedelta(days=2) < invite.expires_at - invite.created_at <= timedelta(days=3)
    assert link not in browser.get("/invites").text
    with transaction(engine) as connection:
        row = connection.execute(text("SELECT i::text FROM hubspot_auth.invites i")).scalar_one()
    assert link.rpartition("/")[2] not in row


def test_an_invite_can_be_withdrawn(browser: Browser, engine: Engine) -> None:
    invite, _ = invites.create(engine, "Jo", Actor.admin("admin"))
    assert "Withdraw" in browser.get("/invites").text
    for _ in range(2):
        assert browser.submit("/invites", f"/invites/{invite.id}/revoke").headers["location"] == "/invites"
    assert invites.list_invites(engine)[0].status == "revoked"
    assert "Withdraw" not in browser.get("/invites").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("label", value) for value in ("", " ", "x" * 201, "two\nlines", "nul\x00")),
        *(("portal", value) for value in ("abc", "-1", "1.5", "9" * 19, "0", "٣")),
        *(("days", value) for value in ("", "0", "91", "-1", "7.5", "many", "9" * 30)),
    ],
)
def test_an_invite_that_makes_no_sense_is_not_made(
    browser: Browser, engine: Engine, field: str, value: str
) -> None:
    answer = browser.submit("/invites", **{"label": "Jo", "portal": "", "days": "7", field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert invites.list_invites(engine) == []


# --- the audit log -----------------------------------------------------------------------------------------------


def test_the_audit_log_is_read_page_by_page_each_entry_once(browser: Browser, engine: Engine) -> None:
    with transaction(engine) as connection:
        for number in range(audit.PAGE + 5):
            audit.record(connection, "token_refreshed", Actor("process", f"worker-{number:03}"), portal_id=7)
    first = browser.get("/audit-log").text
    (older,) = re.findall(r'href="(/audit-log\?before=[0-9]+)"', first)
    second = browser.get(older).text
    seen = re.findall(r"worker-[0-9]{3}", first + second)
    assert seen == [f"worker-{number:03}" for number in reversed(range(audit.PAGE + 5))]
    assert "before=" not in second


def test_the_audit_log_can_be_kept_to_one_portal(browser: Browser, engine: Engine) -> None:
    with transaction(engine) as connection:
        for portal_id in (7, 8):
            actor = Actor("process", f"worker-{portal_id}")
            audit.record(connection, "token_refreshed", actor, portal_id=portal_id)
    page = browser.get("/audit-log?portal=7").text
    assert "worker-7" in page
    assert "worker-8" not in page


@pytest.mark.parametrize("query", ["before=x", "before=" + "9" * 40, "portal=%00", "before=1&before=2"])
def test_an_address_of_the_audit_log_that_makes_no_sense_is_no_error(browser: Browser, query: str) -> None:
    assert browser.get(f"/audit-log?{query}").status_code == 200


# --- all of them -------------------------------------------------------------------------------------------------


def test_every_page_needs_no_script_and_labels_its_fields(
    browser: Browser, connect: Connect, engine: Engine
) -> None:
    connect(PORTAL)
    with transaction(engine) as connection:
        connection.execute(update(portal_connections).values(created_at=func.now()))
    _, token = invites.create(engine, "Jo", Actor.admin("admin"))
    paths = (
        *("/", f"/portals/{PORTAL}", f"/portals/{PORTAL}/disconnect", "/portals/add-static"),
        *("/invites", f"/invite/{token}", "/audit-log", "/connected", "/nowhere"),
    )
    for path in paths:
        page = browser.get(path).text
        assert "<script" not in page
        assert "style=" not in page
        assert " on" not in re.sub(r">[^<]*<", "><", page).replace(" only", "")
        assert page.count("<h1") == 1, path
        assert re.search(r"<title>[^<]+ · HubSpot portals</title>", page)
        for field in re.findall(r"<input (?!type=\"hidden\")[^>]*>", page):
            found = re.search(r'id="([^"]+)"', field)
            assert (found and f'for="{found[1]}"' in page) or 'type="checkbox"' in field, field
