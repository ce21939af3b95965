"""What is taken from an error answer, whatever is in it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_hubspot_multi.client import HubSpotClient
from tap_hubspot_multi.error_table import ErrorFacts, retry_after, rule_for
from tap_hubspot_multi.exceptions import TapError
from tap_hubspot_multi.pacing import Pacer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_hubspot_multi.api import HubSpotApi

Hubspot = Any
Answer = Any

SECRETS = ("pat-na1-0f0f0f0f-1111", "CPT8-uXmMxICAQEYsLn8", "ann@example.com", "+1 555 0100", "Ann Example")
FIELDS = (
    "message",
    "category",
    "subCategory",
    "errorType",
    "policyName",
    "correlationId",
    "status",
    "context",
)

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(SECRETS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=3),
    max_leaves=8,
)
bodies = st.dictionaries(st.sampled_from(FIELDS), json_values) | json_values
single_errors = st.fixed_dictionaries(
    {"errorType": json_values, "context": st.fixed_dictionaries({"requiredGranularScopes": json_values})}
)


@given(body=bodies, errors=st.none() | st.lists(single_errors | json_values, max_size=3) | json_values)
def test_no_error_body_breaks_the_reading_of_it_or_shows_a_secret(body: Any, errors: Any) -> None:  # noqa: ANN401
    if isinstance(body, dict):
        body["errors"] = errors

    facts = str(ErrorFacts.of(body))

    assert not any(secret in facts for secret in SECRETS)
    assert "\n" not in facts


def test_the_facts_of_a_real_body_are_kept() -> None:
    body = {
        "category": "MISSING_SCOPES",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "correlationId": "4f1a1b2c-0000-4000-8000-123456789abc",
        "policyName": "TEN_SECONDLY_ROLLING",
        "errors": [
            {
                "errorType": "FORM_TYPE_NOT_ALLOWED",
                "context": {"requiredGranularScopes": ["crm.objects.deals.read"]},
            }
        ],
    }

    assert str(ErrorFacts.of(body)) == (
        "crm.associations.NO_ASSOCIATIONS_FOUND, FORM_TYPE_NOT_ALLOWED, TEN_SECONDLY_ROLLING, "
        "asks for crm.objects.deals.read, correlation id 4f1a1b2c-0000-4000-8000-123456789abc"
    )


@given(st.integers(100, 599))
def test_every_status_has_a_rule_or_is_success(status: int) -> None:
    assert (rule_for(status, ErrorFacts()) is None) == (200 <= status < 300)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_a_retry_after_that_is_no_number_is_none(header: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": header}) == seconds


def test_a_retry_after_beyond_all_calendars_is_a_deferral(
    hubspot: Callable[..., Hubspot], answer: Answer
) -> None:
    script = hubspot(answer(status=477, headers={"Retry-After": "1e300"}))

    with pytest.raises(TapError, match=r"to wait 10+\d* s\. The next run"):
        script.client.get("/x")


@pytest.mark.parametrize("status", [521, 522, 523, 525, 526])
def test_a_portal_that_stopped_answering_is_asked_less_patiently_until_it_answers(
    hubspot: Callable[..., Hubspot], answer: Answer, status: int
) -> None:
    down, up = answer(b"error code", status=status), answer({"ok": 1})
    script = hubspot(*[down] * (3 * 6 + 2), up, *[down] * 6)

    asked = []
    for _ in range(6):
        before = len(script.requests)
        with contextlib.suppress(TapError):
            script.client.get("/x")
        asked.append(len(script.requests) - before)

    assert asked == [6, 6, 6, 2, 1, 6]


def test_a_slow_portal_says_nothing_of_another(
    hubspot: Callable[..., Hubspot],
    answer: Answer,
    clock: Any,  # noqa: ANN401
) -> None:
    script = hubspot(*[answer(status=503)] * 18, *[answer(status=503)] * 6)
    for _ in range(3):
        with pytest.raises(TapError):
            script.client.get("/x")
    api: HubSpotApi = script.client._api
    other = HubSpotClient(api, portal_id=2, tokens=script.tokens, pacer=Pacer(clock))

    with pytest.raises(TapError, match="asked 6 times"):
        other.get("/x")
