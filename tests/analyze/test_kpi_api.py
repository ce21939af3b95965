"""What clients see of the demo's portals: their own, and nothing that tells of others."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from starlette.testclient import TestClient

from kpi_api.app import create_app
from kpi_api.endpoints import ENDPOINTS
from kpi_api.keys import KeyFile
from kpi_marts.connection import open_pool
from kpi_marts.periods import add_months

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.applications import Starlette

_AMERICA: Final = 1458021
_EUROPE: Final = {26110977, 145802233}
_JAPAN: Final = 7052094
_NOWHERE: Final = 999
# The demo's business goes on up to now.
_SINCE: Final = add_months(datetime.now(UTC).date(), -9)
_UNTIL: Final = add_months(datetime.now(UTC).date(), 0) - timedelta(days=1)
# One KPI for each way of adding up and each kind of dimension.
_KPIS: Final = (
    "new_contacts",
    "emails_sent",
    "form_submissions",
    "calls_logged",
    "csat_score",
    "won_value",
    "win_rate",
    "cac",
    "sales_velocity",
    "sales_cycle_days_median",
    "pipeline_value",
)
_PATHS: Final = (
    *(endpoint.path for endpoint in ENDPOINTS if "{" not in endpoint.path),
    f"/scorecard?from={_SINCE}",
    f"/scorecard?by=group&from={_SINCE}",
    *(f"/kpis/{kpi}?from={_SINCE}" for kpi in _KPIS),
    *(f"/kpis/{kpi}?from={_SINCE}&by=group" for kpi in _KPIS),
    *(f"/kpis/{kpi}?from={_SINCE}&by=dimension" for kpi in _KPIS if kpi != "cac"),
    *(f"/kpis/{kpi}?from={_SINCE}&period=all&by=total" for kpi in _KPIS),
)


class _Clients:
    """One API, and clients with a key each."""

    def __init__(self, app: Starlette, key_file: KeyFile) -> None:
        self._app = app
        self.key_file = key_file
        self.everybody = self.new("everybody", all_portals=True)
        self.america = self.new("America", portals=(_AMERICA,))
        self.europe = self.new("Europe", groups=("Europe",))
        self.half_of_europe = self.new("half of Europe", portals=(26110977,))

    def new(self, name: str, **sees: Any) -> TestClient:  # noqa: ANN401 - as `KeyFile.create`
        _, key = self.key_file.create(name, **sees)
        return TestClient(self._app, headers={"Authorization": f"Bearer {key}"})


@pytest.fixture(scope="module")
def clients(demo_marts: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Clients]:
    key_file = KeyFile(tmp_path_factory.mktemp("keys") / "keys.toml")
    with open_pool("tests", connections=2, environment={"ANALYZE_DATABASE_URL": demo_marts}) as pool:
        yield _Clients(create_app(pool, key_file, per_minute=100_000), key_file)


@pytest.fixture(scope="module")
def names(clients: _Clients) -> dict[int, str]:
    return {row["portal_id"]: row["portal_name"] for row in clients.everybody.get("/portals").json()["data"]}


def _data(client: TestClient, path: str, **parameters: object) -> list[dict[str, Any]]:
    answer = client.get(path, params={name: str(value) for name, value in parameters.items()} or None)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["data"]
    return rows


@pytest.mark.parametrize("format_", ["json", "csv"])
@pytest.mark.parametrize("path", _PATHS)
def test_no_answer_tells_of_anothers_portal(
    clients: _Clients, names: dict[int, str], path: str, format_: str
) -> None:
    path = f"{path}{'&' if '?' in path else '?'}format={format_}&limit=10000"
    answer = clients.america.get(path)
    assert answer.status_code == 200, answer.text
    for portal_id in {*_EUROPE, _JAPAN}:
        assert str(portal_id) not in answer.text
        assert names[portal_id] not in answer.text
    for group in ("Europe", "All portals"):
        assert group not in answer.text


@pytest.mark.parametrize(
    ("kpi", "by"),
    [*((kpi, "total") for kpi in _KPIS), *((kpi, "dimension") for kpi in _KPIS if kpi != "cac")],
)
def test_sums_are_of_ones_own_portals(clients: _Clients, kpi: str, by: str) -> None:
    question = {"from": _SINCE, "by": by}
    own = _data(clients.america, f"/kpis/{kpi}", **question)
    assert own
    assert own == _data(clients.everybody, f"/kpis/{kpi}", **question, portal_id=_AMERICA)
    assert own != _data(clients.everybody, f"/kpis/{kpi}", **question)


def test_each_sees_its_own_portals(clients: _Clients) -> None:
    def seen(client: TestClient) -> set[int]:
        return {row["portal_id"] for row in _data(client, "/portals")}

    assert seen(clients.everybody) == {_AMERICA, _JAPAN} | _EUROPE
    assert seen(clients.america) == {_AMERICA}
    assert seen(clients.europe) == _EUROPE
    assert seen(clients.new("a group that is not there", groups=("Atlantis",))) == set()
    assert seen(clients.new("a portal that is not there", portals=(_NOWHERE,))) == set()


def test_a_group_is_seen_by_who_sees_all_of_it(clients: _Clients) -> None:
    def seen(client: TestClient) -> set[str]:
        return {row["group_name"] for row in _data(client, "/groups")}

    assert seen(clients.everybody) == {"All portals", "Americas", "Europe"}
    assert seen(clients.europe) == {"Europe"}
    assert seen(clients.half_of_europe) == set()
    for by in ({"by": "group"}, {"by": "group", "kpi": "won_value"}):
        assert {row["name"] for row in _data(clients.europe, "/scorecard", **by)} == {"Europe"}
        assert _data(clients.half_of_europe, "/scorecard", **by) == []
    assert _data(clients.half_of_europe, "/kpis/won_value", by="group") == []


@pytest.mark.parametrize(
    "path", [endpoint.path for endpoint in ENDPOINTS if hasattr(endpoint.query, "portal_id")]
)
@pytest.mark.parametrize(
    ("parameter", "foreign", "absent"),
    [("portal_id", _JAPAN, _NOWHERE), ("group", "Europe", "Atlantis"), ("group", "All portals", "Atlantis")],
)
def test_anothers_portal_and_none_are_the_same(
    clients: _Clients, path: str, parameter: str, foreign: object, absent: object
) -> None:
    path = path.replace("{kpi}", "won_value")
    answers = [clients.america.get(path, params={parameter: value}) for value in (foreign, absent)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text.replace(str(foreign), "X") == answers[1].text.replace(str(absent), "X")
    assert answers[0].headers.keys() == answers[1].headers.keys()
    # One's own beside it does not help.
    own = [(parameter, "Americas" if parameter == "group" else str(_AMERICA)), (parameter, str(foreign))]
    assert clients.america.get(path, params=own).status_code == 404


def test_another_clients_tag_is_worth_nothing(clients: _Clients) -> None:
    for path in (
        "/portals",
        f"/kpis/won_value?from={_SINCE}&by=total",
        "/kpis/pipeline_value?by=total",
    ):
        tag = clients.everybody.get(path).headers["ETag"]
        assert clients.everybody.get(path, headers={"If-None-Match": tag}).status_code == 304
        answer = clients.america.get(path, headers={"If-None-Match": tag})
        assert answer.status_code == 200
        assert "Authorization" in answer.headers["Vary"]
        assert answer.headers["Cache-Control"].startswith("private")


def test_another_clients_cursor_opens_nothing(clients: _Clients) -> None:
    following = clients.everybody.get("/portals?limit=1").json()["next"]
    assert clients.america.get(f"/portals{following}").status_code == 409


def test_a_revoked_key_is_refused_from_then_on_even_with_a_tag(clients: _Clients) -> None:
    client = clients.new("soon gone", all_portals=True)
    tag = client.get("/portals").headers["ETag"]
    clients.key_file.revoke("soon gone")
    assert client.get("/portals", headers={"If-None-Match": tag}).status_code == 401


def test_health_is_of_ones_own_portals(clients: _Clients) -> None:
    assert [row["portal_id"] for row in clients.america.get("/health").json()["portals"]] == [_AMERICA]
    health = clients.everybody.get("/health").json()
    assert (health["status"], health["database"], len(health["portals"])) == ("ok", "ok", 4)
    assert health["data_as_of"] == min(portal["last_synced_at"] for portal in health["portals"])


def test_pages_have_the_whole_scorecard_and_each_row_once(clients: _Clients) -> None:
    path, rows = "/scorecard", list[dict[str, Any]]()
    window = f"from={_SINCE}&to={_UNTIL}"
    query = f"?{window}&limit=700"
    while query:
        answer = clients.everybody.get(path + query).json()
        rows += answer["data"]
        query = answer["next"]
    assert rows == _data(clients.everybody, f"{path}?{window}&limit=10000")
    assert len(rows) == 4 * 9 * 40


def test_csv_has_the_figures_of_json(clients: _Clients) -> None:
    rows = _data(clients.everybody, "/kpis/won_value")
    table = clients.everybody.get("/kpis/won_value", headers={"Accept": "text/csv"})
    read = list(csv.DictReader(io.StringIO(table.text)))
    assert [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in rows
    ] == read


def test_by_default_it_is_twelve_whole_months_and_the_running_one_of_each_portal(clients: _Clients) -> None:
    answer = clients.everybody.get("/kpis/deals_created").json()
    assert (answer["period"], answer["by"]) == ("month", ["portal"])
    starts = {row["start"] for row in answer["data"]}
    assert len(starts) == 13
    assert min(starts) == answer["from"]
    assert answer["to"] == max(row["last_synced_date"] for row in _data(clients.everybody, "/portals"))


def test_money_is_in_the_currency_asked_for(clients: _Clients) -> None:
    question = {"by": "total", "period": "all"}
    dollars, euros = (
        clients.everybody.get("/kpis/won_value", params={**question, "currency": currency}).json()
        for currency in ("USD", "EUR")
    )
    assert (dollars["currency"], euros["currency"]) == ("USD", "EUR")
    assert dollars["data"] == _data(clients.everybody, "/kpis/won_value", **question)
    # In the seed a euro has been worth 1.05 to 1.2 dollars all along.
    assert 1.05 < dollars["data"][0]["value"] / euros["data"][0]["value"] < 1.2


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/kpis/won_value?by=sub_dimension", "by"),
        ("/kpis/pipeline_value?by=sub_dimension", "by"),
        ("/kpis/cac?by=dimension", "by"),
        ("/kpis/cac?dimension=x", "dimension"),
        ("/kpis/cac?period=week", "period"),
        ("/kpis/won_value?currency=XXX", "currency"),
        ("/kpis/won_value?from=2026-02-01&to=2026-01-01", "from"),
        ("/kpis/won_value?from=0001-01-01", "from"),
        ("/kpis/won_value?to=9999-12-31", "to"),
        ("/scorecard?month=2026-01-01&to=2026-02-01", "month"),
        ("/scorecard?by=group&portal_id=1458021", "portal_id"),
    ],
)
def test_what_does_not_fit_together_is_refused(clients: _Clients, path: str, parameter: str) -> None:
    answer = clients.everybody.get(path)
    assert (answer.status_code, answer.json()["parameter"]) == (422, parameter)


def test_a_kpi_that_there_is_not_is_named_with_those_that_there_are(clients: _Clients) -> None:
    answer = clients.everybody.get("/kpis/revenue")
    assert answer.status_code == 404
    assert answer.json()["parameter"] == "kpi"
    assert "won_value" in answer.json()["allowed"]


def test_every_kpi_has_figures(clients: _Clients) -> None:
    for kpi in _data(clients.everybody, "/kpis"):
        rows = _data(clients.everybody, f"/kpis/{kpi['kpi']}", by="total", period="all")
        assert [row["value"] is not None for row in rows] == [True], kpi["kpi"]
