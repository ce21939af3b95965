from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from tap_hubspot_multi.exceptions import (
    ItemUnavailable,
    PortalDeferred,
    PortalMustReconnect,
    RequestRejected,
    StreamSkipped,
    TapError,
    TransientExhausted,
)

if TYPE_CHECKING:
    from collections.abc import Callable

Hubspot = Any
Answer = Any


def test_every_request_carries_the_portals_token(hubspot: Callable[..., Hubspot], answer: Answer) -> None:
    script = hubspot(answer({"portalId": 1}))

    assert script.client.get("/account-info") == {"portalId": 1}

    request = script.requests[0]
    assert request.headers["Authorization"] == "Bearer token-1"
    assert (request.method, request.target) == ("GET", "/account-info")


def test_a_rejected_token_is_refreshed_once_and_the_request_repeated(
    hubspot: Callable[..., Hubspot], answer: Answer
) -> None:
    script = hubspot(answer(status=401), answer({"ok": 1}))

    assert script.client.get("/x") == {"ok": 1}

    assert script.tokens.rejections == ["token-1"]
    assert [request.headers["Authorization"] for request in script.requests] == [
        "Bearer token-1",
        "Bearer token-2",
    ]


def test_a_fresh_token_that_is_rejected_too_ends_the_portal(
    hubspot: Callable[..., Hubspot], answer: Answer
) -> None:
    script = hubspot(answer(status=401), answer(status=401))

    with pytest.raises(PortalMustReconnect, match="connect the portal again"):
        script.client.get("/x")

    assert len(script.requests) == 2


@pytest.mark.parametrize("status", [408, 423, 500, 502, 503, 504, 521, 522, 523, 524, 525, 526])
def test_an_overloaded_hubspot_is_asked_again_after_a_pause(
    hubspot: Callable[..., Hubspot], answer: Answer, status: int
) -> None:
    script = hubspot(answer(b"<html>", status=status), answer({"ok": 1}))

    assert script.client.get("/x") == {"ok": 1}
    assert script.clock.slept[0] >= 1


def test_pauses_grow_and_end(hubspot: Callable[..., Hubspot], answer: Answer) -> None:
    script = hubspot(*[answer(status=502)] * 6)

    with pytest.raises(TransientExhausted, match=r"status 502: GET /x, asked 6 times"):
        script.client.get("/x")

    assert script.clock.slept == sorted(script.clock.slept)
    assert len(script.clock.slept) == 5


def test_a_longer_retry_after_is_honoured(hubspot: Callable[..., Hubspot], answer: Answer) -> None:
    script = hubspot(answer(status=503, headers={"Retry-After": "30"}), answer())

    script.client.get("/x")

    assert script.clock.slept == [30.0]


def test_a_cut_off_answer_with_status_200_is_asked_for_again(
    hubspot: Callable[..., Hubspot], answer: Answer
) -> None:
    script = hubspot(answer(b'{"results": [{"id": "1"'), answer({"results": []}))

    assert script.client.get("/x") == {"results": []}


def test_a_broken_connection_is_no_failure_yet(
    hubspot: Callable[..., Hubspot], answer: Answer, no_answer: Exception
) -> None:
    script = hubspot(no_answer, answer({"ok": 1}))

    assert script.client.post("/x", {"inputs": []}) == {"ok": 1}


def test_a_rate_limit_is_waited_for_and_counts_as_no_failure(
    hubspot: Callable[..., Hubspot], answer: Answer
) -> None:
    limits = [
        answer({"policyName": "TEN_SECONDLY_ROLLING"}, status=429, headers={"Retry-After": "3"}),
        answer({"category": "RATE_LIMITS"}, status=429),
    ] * 4
    script = hubspot(*limits, answer({"ok": 1}))

    assert script.client.get("/x") == {"ok": 1}

    assert 3 <= script.clock.slept[0] <= 4
    assert 5 <= script.clock.slept[1] <= 6.25  # without Retry-After: longer each time …
    assert 10 <= script.clock.slept[-1] <= 12.5  # … up to the limit's window


def test_what_requests_wait_for_limits_is_summed_up(hubspot: Callable[..., Hubspot], answer: Answer) -> None:
    script = hubspot(
        answer(status=502),  # a pause, but not for a limit
        answer(),
        answer(status=429, headers={"Retry-After": "3"}),
        answer(),
    )

    script.client.get("/x")
    assert script.client._api.waited_seconds == 0
    script.client.get("/x")

    assert 3 <= script.client._api.waited_seconds == pytest.approx(sum(script.clock.slept[1:]))


def test_requests_of_several_threads_are_all_counted(hubspot: Callable[..., Hubspot], answer: Answer) -> None:
    script = hubspot(*[answer() for _ in range(90)])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(script.client.get, ["/x"] * 90))

    assert script.client.requests == 90


def test_the_daily_limit_defers_the_portal(hubspot: Callable[..., Hubspot], answer: Answer) -> None:
    script = hubspot(answer({"policyName": "DAILY"}, status=429))

    with pytest.raises(PortalDeferred, match="daily request limit"):
        script.client.get("/x")


def test_a_wait_of_hours_defers_the_portal(hubspot: Callable[..., Hubspot], answer: Answer) -> None:
    script = hubspot(answer(status=429, headers={"Retry-After": "7200"}))

    with pytest.raises(PortalDeferred, match="7200 s"):
        script.client.get("/x")


def test_a_portal_that_is_being_moved_is_deferred(hubspot: Callable[..., Hubspot], answer: Answer) -> None:
    script = hubspot(answer(status=477, headers={"Retry-After": "86400"}))

    with pytest.raises(PortalDeferred, match=r"another data centre.* 86400 s"):
        script.client.get("/x")


@pytest.mark.parametrize(
    "body",
    [
        {
            "category": "MISSING_SCOPES",
            "errors": [{"context": {"requiredGranularScopes": ["crm.objects.deals.read"]}}],
            "correlationId": "c-1",
        },
        {"message": "This oauth-token (token-1) does not have proper permissions!"},
    ],
)
def test_a_missing_scope_skips_the_stream(
    hubspot: Callable[..., Hubspot], answer: Answer, body: object
) -> None:
    script = hubspot(answer(body, status=403))

    with pytest.raises(StreamSkipped) as caught:
        script.client.get("/x")

    assert ("crm.objects.deals.read" in str(caught.value)) == ("errors" in body)


@pytest.mark.parametrize("status", [400, 404, 405, 413, 414, 422])
def test_a_wrong_request_is_not_repeated(
    hubspot: Callable[..., Hubspot], answer: Answer, status: int
) -> None:
    script = hubspot(answer({"category": "VALIDATION_ERROR", "correlationId": "c-1"}, status=status))

    with pytest.raises(
        RequestRejected, match=rf"status {status}: GET /x \(VALIDATION_ERROR, correlation id c-1\)"
    ):
        script.client.get("/x")

    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [(404, {}), (400, {"errors": [{"message": "…", "errorType": "FORM_TYPE_NOT_ALLOWED"}]})],
)
def test_one_thing_that_is_gone_or_never_given_can_be_told_from_a_wrong_request(
    hubspot: Callable[..., Hubspot], answer: Answer, status: int, body: object
) -> None:
    with pytest.raises(ItemUnavailable):
        hubspot(answer(body, status=status)).client.get("/x")


def test_a_malformed_token_ends_the_portal(hubspot: Callable[..., Hubspot], answer: Answer) -> None:
    with pytest.raises(PortalMustReconnect):
        hubspot(answer(b"<html>", status=530)).client.get("/x")


@pytest.mark.parametrize("status", [400, 401, 403, 429, 477, 500, 530])
def test_no_error_shows_a_token_an_address_or_data(
    hubspot: Callable[..., Hubspot], answer: Answer, status: int
) -> None:
    body = {"message": "bad value ann@example.com for token-1 token-2", "policyName": "DAILY"}
    script = hubspot(*[answer(body, status=status)] * 8)

    with pytest.raises(TapError) as caught:
        script.client.get("/x", {"properties": "secret_property"})

    for secret in ("token-", "ann@", "secret_property"):
        assert secret not in str(caught.value)


def test_pages_follow_the_cursor_and_never_the_link(hubspot: Callable[..., Hubspot], answer: Answer) -> None:
    following = {"next": {"after": 42, "link": "https://api.example/crm/v3/old?after=1"}}
    script = hubspot(answer({"results": [1], "paging": following}), answer({"results": [2]}))

    assert [page["results"] for page in script.client.pages("/x", {"limit": "100"})] == [[1], [2]]

    assert script.requests[1].target == "/x?limit=100&after=42"
