from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx2
import pytest

from tests.hubspot_simulator import Clock, Fault, Simulator, running_simulator
from tests.simulator.support import ANCHOR, DE, NOON, US, Api

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx2 import Response

    from tests.hubspot_simulator.faults import FaultKind


@pytest.mark.parametrize(
    ("kind", "status", "category"),
    [
        ("401", 401, "INVALID_AUTHENTICATION"),
        ("403-scopes", 403, "MISSING_SCOPES"),
        ("403-text", 403, None),
        ("404", 404, "OBJECT_NOT_FOUND"),
        ("423", 423, "LOCKED"),
        ("429-category", 429, "RATE_LIMITS"),
        ("477", 477, "MIGRATION_IN_PROGRESS"),
        ("500", 500, None),
    ],
)
def test_a_fault_answers_once_in_hubspot_s_place(
    simulator: Simulator, api: Api, kind: FaultKind, status: int, category: str | None
) -> None:
    simulator.faults.add(kind)

    answer = api.page()

    assert (answer.status_code, answer.json().get("category")) == (status, category)
    assert api.page().status_code == 200


@pytest.mark.parametrize(
    ("kind", "policy"), [("429", "TEN_SECONDLY_ROLLING"), ("429-search", "SECONDLY"), ("429-daily", "DAILY")]
)
def test_throttling_faults_name_their_policy(
    simulator: Simulator, api: Api, kind: FaultKind, policy: str
) -> None:
    simulator.faults.add(kind)

    assert api.page().json()["policyName"] == policy


@pytest.mark.parametrize("kind", ["502", "503", "504", "524"])
def test_overload_answers_plain_text_of_the_proxy(simulator: Simulator, api: Api, kind: FaultKind) -> None:
    simulator.faults.add(kind)

    answer = api.page()

    assert answer.status_code == int(kind)
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_a_proxy_may_answer_with_a_page_of_html(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("html")

    answer = api.page()

    assert answer.headers["content-type"].startswith("text/html")
    assert "<html" in answer.text


def test_a_portal_that_moves_says_for_how_many_seconds(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("477")
    simulator.faults.add("477", retry_after=86_400)

    assert [api.page().headers["Retry-After"] for _ in range(2)] == ["21600", "86400"]


def test_retry_after_can_be_put_on_any_fault(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("503", retry_after=1.5)

    assert api.page().headers["Retry-After"] == "1.5"


def test_truncated_json_comes_with_a_200_and_a_matching_length(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("truncated")

    answer = api.page()

    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content)
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_a_fault_strikes_as_often_as_it_is_told(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("502", count=3)

    assert [api.page().status_code for _ in range(4)] == [502, 502, 502, 200]
    assert len(simulator.faults) == 0


def test_a_fault_without_a_count_strikes_until_it_is_withdrawn(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("502", count=None)
    assert [api.page().status_code for _ in range(5)] == [502] * 5

    simulator.faults.clear()
    assert api.page().status_code == 200


def test_a_fault_can_wait_for_the_nth_request(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("401", skip=2)

    assert [api.page().status_code for _ in range(4)] == [200, 200, 401, 200]


def test_a_fault_can_be_meant_for_one_route_portal_or_object_type(simulator: Simulator, api: Api) -> None:
    german = Api(simulator, DE)
    simulator.faults.add(Fault(kind="500", route="crm.list", portal_id=US, object_type="deals"))

    untouched = [api.search("deals"), german.page("deals"), api.page("companies")]

    assert [answer.status_code for answer in untouched] == [200, 200, 200]
    assert api.page("0-3").status_code == 500


def test_a_route_may_have_wildcards(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("500", route="crm.*", count=2)

    answers = [api.get("/crm/owners/2026-09"), api.page(), api.search()]

    assert [answer.status_code for answer in answers] == [200, 500, 500]


def test_chance_is_repeatable(simulator: Simulator, api: Api) -> None:
    def draw(seeded: Api) -> list[int]:
        seeded.simulator.faults.add("500", count=None, probability=0.4)
        return [seeded.page(limit=1).status_code for _ in range(40)]

    statuses = draw(api)

    assert statuses == draw(
        Api(Simulator(simulator.world.scenario, anchor=ANCHOR, clock=Clock(NOON, frozen=True)))
    )
    assert 5 < statuses.count(500) < 30


def test_the_token_endpoint_has_faults_too_by_portal(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("429", route="oauth.token", portal_id=US, retry_after=7)

    def refresh(portal_id: int) -> Response:
        return api.client.post(
            "/oauth/2026-09/token",
            data={
                "grant_type": "refresh_token",
                "client_id": simulator.client_id,
                "client_secret": simulator.client_secret,
                "refresh_token": simulator.issue_refresh_token(portal_id),
            },
        )

    assert refresh(DE).status_code == 200
    throttled = refresh(US)
    assert (throttled.status_code, throttled.headers["Retry-After"]) == (429, "7")
    assert refresh(US).status_code == 200


def test_the_world_can_change_just_before_a_given_request(simulator: Simulator, api: Api) -> None:
    simulator.faults.when(lambda: simulator.expire_access_tokens(US), nth=3, route="crm.list", portal_id=US)

    assert [api.page().status_code for _ in range(4)] == [200, 200, 401, 401]


def test_an_unknown_kind_of_fault_is_refused(simulator: Simulator) -> None:
    with pytest.raises(ValueError, match="418"):
        simulator.faults.add("418")  # type: ignore[arg-type]


def test_struck_requests_are_logged_with_the_status_they_got(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("502")
    api.page()
    api.page()

    assert [entry.status for entry in simulator.requests.where(route="crm.list", portal_id=US)] == [502, 200]


# Over a real connection


@pytest.fixture(scope="module")
def served() -> Iterator[Simulator]:
    with running_simulator("tiny", anchor=ANCHOR, clock=Clock(NOON, frozen=True)) as hubspot:
        yield hubspot


@pytest.fixture
def client(served: Simulator) -> Iterator[httpx2.Client]:
    served.faults.clear()
    served.requests.clear()
    headers = {"Authorization": f"Bearer {served.issue_access_token(US)}"}
    with httpx2.Client(base_url=served.url, headers=headers, trust_env=False) as client:
        yield client


LIST = "/crm/objects/2026-09/contacts"


def test_a_connection_can_be_reset_instead_of_answered(served: Simulator, client: httpx2.Client) -> None:
    served.faults.add("reset")

    with pytest.raises(httpx2.ReadError):
        client.get(LIST)

    assert client.get(LIST).status_code == 200
    assert [entry.status for entry in served.requests] == [0, 200]


def test_a_connection_can_break_amid_the_body(served: Simulator, client: httpx2.Client) -> None:
    served.faults.add("cut")

    with pytest.raises((httpx2.ReadError, httpx2.RemoteProtocolError)):
        client.get(LIST)

    assert client.get(LIST).status_code == 200


def test_a_slow_body_outlasts_an_impatient_client(served: Simulator, client: httpx2.Client) -> None:
    served.faults.add("slow", seconds=1.6)

    with pytest.raises(httpx2.ReadTimeout):
        client.get(LIST, timeout=0.05)


def test_a_slow_body_arrives_whole_for_a_patient_one(served: Simulator, client: httpx2.Client) -> None:
    served.faults.add("slow", seconds=0.04)

    assert client.get(LIST).json() == client.get(LIST).json()


def test_latency_comes_before_the_answer(served: Simulator, client: httpx2.Client) -> None:
    served.faults.add("latency", seconds=0.5)

    with pytest.raises(httpx2.ReadTimeout):
        client.get(LIST, timeout=0.05)


def test_a_url_that_is_far_too_long_reaches_the_simulator_and_answers_414(client: httpx2.Client) -> None:
    assert client.get(LIST, params={"properties": "x" * 60_000}).status_code == 414


def test_many_clients_at_once_each_get_their_own_portal(served: Simulator) -> None:
    def portal_of(portal_id: int) -> int:
        headers = {"Authorization": f"Bearer {served.issue_access_token(portal_id)}"}
        return int(
            httpx2.get(f"{served.url}/account-info/2026-09/details", headers=headers).json()["portalId"]
        )

    asked = [US, DE] * 10
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(portal_of, asked)) == asked
