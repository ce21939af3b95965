from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_scorecard.errors import BadRules
from kpi_scorecard.rules.model import Channel, Rules
from kpi_scorecard.sending.channels import NotDelivered, OpenChannel, open_channels

# What apprise imports with its e-mail.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def opened(address: str, **variables: str) -> OpenChannel:
    rules = Rules("rules.yml", [Channel("c", 2, address)], [], [])
    return open_channels(rules, {"c"}, variables)["c"]


def fault(address: str, **variables: str) -> str:
    with pytest.raises(BadRules) as raised:
        opened(address, **variables)
    return str(raised.value)


def test_a_variable_can_be_the_whole_address_or_a_part_of_it() -> None:
    assert opened("${URL}", URL="json://127.0.0.1:9/").is_understood
    assert opened("json://user:${PASSWORD}@127.0.0.1:9/", PASSWORD="a@b/c:d#e").is_understood


def test_a_variable_that_is_not_set_is_named() -> None:
    assert fault("json://${HOST}/${PATH_}") == (
        "rules.yml:2: channel 'c' needs HOST, which is not set\nrules.yml:2: channel 'c' needs PATH_, which is not set"
    )


def test_an_address_that_apprise_does_not_know_is_refused_without_showing_it() -> None:
    said = fault("carrier-pigeon://${TOKEN}", TOKEN="very-secret")
    assert said.startswith("rules.yml:2: channel 'c' is no address that apprise understands")
    assert "very-secret" not in said


def test_a_password_in_the_rules_is_refused() -> None:
    assert "channel 'c' has a password in it" in fault("mailto://me:hunter2@example.com")


def test_channels_that_no_rule_names_need_no_secrets() -> None:
    rules = Rules("rules.yml", [Channel("c", 2, "${URL}")], [], [])
    assert open_channels(rules, set(), {}) == {}


@settings(deadline=None, max_examples=25)
@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=8, max_size=30))
def test_a_failure_never_repeats_a_secret(secret: str) -> None:
    channel = OpenChannel("c", f"json://127.0.0.1:9/{quote(secret, safe='')}", [secret])
    with pytest.raises(NotDelivered) as raised:
        channel.deliver("title", "body", is_alert=True)
    assert secret not in str(raised.value)
    assert quote(secret, safe="") not in str(raised.value)
