from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.simulator.support import DE, US, Api

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator


def statuses(api: Api, number: int) -> list[int]:
    return [api.page(limit=1).status_code for _ in range(number)]


def test_the_111th_request_within_ten_seconds_answers_429(api: Api) -> None:
    assert statuses(api, 111) == [200] * 110 + [429]


@pytest.fixture
def ten(api: Api) -> Api:
    """The same with a limit of ten requests, so that it is reached sooner."""
    api.portal.options.burst_limit = 10
    return api


def test_the_window_rolls(simulator: Simulator, ten: Api) -> None:
    statuses(ten, 6)
    simulator.clock.advance(6)
    statuses(ten, 4)
    simulator.clock.advance(4)

    assert statuses(ten, 7) == [200] * 6 + [429]


def test_portals_do_not_share_their_limits(simulator: Simulator, ten: Api) -> None:
    statuses(ten, 11)

    assert Api(simulator, DE).page().status_code == 200


def test_refused_requests_do_not_prolong_the_wait(simulator: Simulator, ten: Api) -> None:
    statuses(ten, 30)
    simulator.clock.advance(10)

    assert ten.page().status_code == 200


def test_headers_tell_how_much_is_left(api: Api) -> None:
    statuses(api, 9)
    headers = api.page().headers

    assert headers["X-HubSpot-RateLimit-Max"] == "110"
    assert headers["X-HubSpot-RateLimit-Remaining"] == "100"
    assert headers["X-HubSpot-RateLimit-Interval-Milliseconds"] == "10000"
    assert "X-HubSpot-RateLimit-Daily" not in headers


def test_errors_carry_the_rate_headers_too(api: Api) -> None:
    assert api.page("unicorns").headers["X-HubSpot-RateLimit-Remaining"] == "109"


def test_the_sixth_search_within_a_second_answers_429_without_rate_headers(api: Api) -> None:
    answers = [api.search() for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[5].json()["policyName"] == "SECONDLY"
    assert not any(
        name.lower().startswith("x-hubspot-ratelimit") for answer in answers for name in answer.headers
    )


def test_searches_of_all_object_types_share_one_limit_and_recover_after_a_second(
    simulator: Simulator, api: Api
) -> None:
    kinds = ["contacts", "companies", "deals"] * 2

    assert [api.search(kind).status_code for kind in kinds] == [200] * 5 + [429]
    simulator.clock.advance(1)
    assert api.search().status_code == 200


def test_searches_do_not_count_against_the_ten_second_limit(api: Api) -> None:
    api.search()

    assert api.page().headers["X-HubSpot-RateLimit-Remaining"] == "109"


def test_associations_have_a_limit_of_their_own(api: Api) -> None:
    api.portal.options.association_limit = 2
    answers = [api.associations("contacts", "deals", [1]).status_code for _ in range(3)]

    assert answers == [207, 207, 429]
    assert api.page().headers["X-HubSpot-RateLimit-Remaining"] == "109"


def test_a_429_comes_in_one_of_two_shapes(api: Api) -> None:
    api.portal.options.burst_limit = 0
    policy = api.page().json()
    api.portal.options.rate_limit_body = "category"
    category = api.page().json()

    assert (policy["errorType"], policy["policyName"]) == ("RATE_LIMIT", "TEN_SECONDLY_ROLLING")
    assert "category" not in policy
    assert category["category"] == "RATE_LIMITS"
    assert "policyName" not in category


@pytest.mark.parametrize(("told", "header"), [("yes", "6"), ("no", None)])
def test_retry_after_is_not_always_there(
    simulator: Simulator, ten: Api, told: str, header: str | None
) -> None:
    ten.portal.options.retry_after = told == "yes"
    statuses(ten, 10)
    simulator.clock.advance(4)

    answer = ten.page()

    assert answer.status_code == 429
    assert answer.headers.get("Retry-After") == header


def test_static_tokens_have_higher_limits_and_a_daily_one(simulator: Simulator) -> None:
    api = Api(simulator, token=simulator.issue_static_token(US))
    api.portal.options.daily_limit = 3
    headers = api.page().headers
    assert (headers["X-HubSpot-RateLimit-Max"], headers["X-HubSpot-RateLimit-Daily-Remaining"]) == (
        "190",
        "2",
    )

    api.page()
    api.page()
    refused = api.page()

    assert (refused.status_code, refused.json()["policyName"]) == (429, "DAILY")
    assert "Retry-After" not in refused.headers


def test_refused_requests_count_towards_the_day(simulator: Simulator) -> None:
    api = Api(simulator, token=simulator.issue_static_token(US))
    api.portal.options.static_burst_limit, api.portal.options.daily_limit = 1, 3
    assert statuses(api, 3) == [200, 429, 429]

    simulator.clock.advance(10)

    assert api.page().json()["policyName"] == "DAILY"


def test_the_day_ends_at_midnight_of_the_portal(simulator: Simulator) -> None:
    api = Api(simulator, token=simulator.issue_static_token(US))
    api.portal.options.daily_limit = 1
    api.page()
    # It is noon in UTC and seven in the morning in New York.
    simulator.clock.advance(16 * 3_600)
    assert api.page().status_code == 429

    simulator.clock.advance(3_600)
    assert api.page().status_code == 200


def test_an_app_and_a_static_token_do_not_share_their_limits(simulator: Simulator, ten: Api) -> None:
    statuses(ten, 11)

    assert Api(simulator, token=simulator.issue_static_token(US)).page().status_code == 200


def test_limits_can_be_lifted_for_tests_that_are_not_about_them(unlimited: Api) -> None:
    unlimited.portal.options.burst_limit = 1

    assert statuses(unlimited, 3) == [200] * 3


def test_unauthorised_requests_are_not_counted(simulator: Simulator, api: Api) -> None:
    statuses(Api(simulator, token="nonsense"), 12)

    assert api.page().headers["X-HubSpot-RateLimit-Remaining"] == "109"
