from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest

from kpi_api.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient

    from kpi_api.keys import KeyFile

_PATHS = [endpoint.path.replace("{kpi}", "won_value") for endpoint in ENDPOINTS]


@pytest.fixture
def key(key_file: KeyFile) -> str:
    return key_file.create("EMEA", portals=(7,))[1]


def test_whoever_asks_learns_that_it_is_alive_and_nothing_else(new_client: Callable[..., TestClient]) -> None:
    answer = new_client().get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("path", [*_PATHS, "/health"])
def test_a_wrong_key_opens_nothing(new_client: Callable[..., TestClient], key: str, path: str) -> None:
    for wrong in (f"{key}x", key[:-1], "kpi_x", "ü"):
        answer = new_client().get(path, headers={"Authorization": f"Bearer {wrong}".encode()})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert wrong not in answer.text


@pytest.mark.parametrize("path", _PATHS)
def test_no_key_opens_nothing(new_client: Callable[..., TestClient], key: str, path: str) -> None:
    assert new_client().get(path).status_code == 401
    assert new_client().get(path, headers={"Authorization": f"Basic {key}"}).status_code == 401
    assert new_client().get(path, params={"key": key}).status_code == 401


@pytest.mark.parametrize("path", [*_PATHS, "/health"])
def test_a_database_that_is_away_is_a_503_that_tells_clients_nothing_of_it(
    new_client: Callable[..., TestClient], key: str, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = new_client(key).get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert "database" not in answer.text
    assert "the database does not answer" in caplog.text


def test_a_broken_key_file_closes_the_door(
    new_client: Callable[..., TestClient], key: str, key_file: KeyFile
) -> None:
    key_file._path.write_text("broken", encoding="utf-8")
    assert new_client(key).get("/portals").status_code == 503


def test_without_keys_only_names_of_this_machine_are_answered(new_client: Callable[..., TestClient]) -> None:
    for host in ("localhost", "127.0.0.1:8091", "[::1]"):
        assert new_client(base_url=f"http://{host}", keys=None).get("/portals").status_code == 503
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example"):
        assert new_client(base_url=f"http://{host}", keys=None).get("/portals").status_code == 403


def test_a_key_that_asks_too_often_waits_and_others_do_not(
    new_client: Callable[..., TestClient], key: str, key_file: KeyFile
) -> None:
    client = new_client(key, per_minute=2)
    assert [client.get("/portals").status_code for _ in range(3)] == [503, 503, 429]
    refused = client.get("/portals")
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.headers["RateLimit"].startswith('"minute";r=0;')
    other = key_file.create("APAC", portals=(8,))[1]
    assert client.get("/portals", headers={"Authorization": f"Bearer {other}"}).status_code == 503


def test_wrong_keys_are_counted_by_address_and_do_not_lock_out_right_ones(
    new_client: Callable[..., TestClient], key: str
) -> None:
    client = new_client(per_minute=100)
    statuses = [client.get("/portals", headers={"Authorization": "Bearer x"}).status_code for _ in range(31)]
    assert statuses == [401] * 30 + [429]
    assert client.get("/portals", headers={"Authorization": f"Bearer {key}"}).status_code == 503


def test_what_there_is_not_is_a_problem_document(new_client: Callable[..., TestClient], key: str) -> None:
    client = new_client(key)
    for answer, status in (
        (client.get("/nothing"), 404),
        (client.get("/portals/"), 404),
        (client.post("/portals"), 405),
        (client.delete("/kpis/won_value"), 405),
        (client.get("/health", headers={"Accept": "text/html", "Authorization": ""}), 406),
    ):
        assert answer.status_code == answer.json()["status"] == status
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_bug_is_a_500_without_a_word_of_it(
    new_client: Callable[..., TestClient],
    key: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("kpi_api.app.health.health", lambda _: 1 / 0)
    monkeypatch.setattr("kpi_api.app.Directories.of", lambda *_: None)
    answer = new_client(key).get("/health")
    assert answer.status_code == 500
    assert "division" not in answer.text
    assert answer.json()["request_id"] in caplog.text


def test_the_log_has_neither_keys_nor_what_was_asked(
    new_client: Callable[..., TestClient], key: str, key_file: KeyFile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    new_client(key).get("/kpis/won_value", params={"group": "Confidential"})
    new_client().get("/portals", headers={"Authorization": "Bearer wrong-key"})
    lines = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("kpi_api"))
    assert "GET /kpis/{kpi} 503" in lines
    assert key_file.all()[0].id in lines
    for secret in (key, "Confidential", "wrong-key"):
        assert secret not in lines


def test_pages_of_listed_sites_may_ask_and_others_may_not(
    new_client: Callable[..., TestClient], key: str
) -> None:
    client = new_client(key, origins=["https://app.example.com"])
    preflight = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    allowed = client.options("/portals", headers={"Origin": "https://app.example.com", **preflight})
    assert allowed.status_code == 200
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://app.example.com"
    refused = client.options("/portals", headers={"Origin": "https://evil.example", **preflight})
    assert refused.status_code == 400
    for origin, answered in (
        ("https://app.example.com", "https://app.example.com"),
        ("https://evil.example", None),
    ):
        answer = client.get("/health", headers={"Origin": origin})
        assert answer.headers.get("Access-Control-Allow-Origin") == answered
        assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("path", ["/health", "/docs", "/openapi.json", "/nothing"])
def test_every_answer_has_the_headers_of_safety(new_client: Callable[..., TestClient], path: str) -> None:
    headers = new_client().get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_the_document_has_every_path_and_needs_no_key(new_client: Callable[..., TestClient]) -> None:
    client = new_client()
    document = client.get("/openapi.json").json()
    assert set(document["paths"]) == {*(endpoint.path for endpoint in ENDPOINTS), "/health"}
    page = client.get("/docs").text
    assert all(f"GET {path}" in page for path in document["paths"])
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "").replace("https://", "")  # nothing from elsewhere


def test_the_document_names_no_portal(new_client: Callable[..., TestClient]) -> None:
    assert "Brightwater" not in json.dumps(new_client().get("/openapi.json").json())


def test_a_document_that_the_client_has_is_not_sent_again(new_client: Callable[..., TestClient]) -> None:
    client = new_client()
    tag = client.get("/openapi.json").headers["ETag"]
    again = client.get("/openapi.json", headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == tag
