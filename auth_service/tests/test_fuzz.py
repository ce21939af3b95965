"""Whatever is sent to the pages, the answer is one of ours: never an error that nobody expected."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import Route

from auth_service import attempts
from auth_service.web.app import create_app

if TYPE_CHECKING:
    from auth_service.tests.conftest import Browser, Connect
    from auth_service.web.site import Site

PORTAL = 1458021

# One database serves all examples: they are about what is sent, not about what was stored before.
fuzzed = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
words = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["", "\x00", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "9" * 30, "x" * 5000]
    ),
)
bytes_as_text = st.binary(max_size=60).map(quote)


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count no attempts: here there are more than anybody makes."""
    monkeypatch.setattr(attempts.Limit, "count", lambda *_: None)


@fuzzed
@given(
    query=st.lists(
        st.tuples(
            st.sampled_from(["code", "state", "error", "error_description", "portal", "before"]),
            st.one_of(words.map(lambda text: quote(text.encode())), bytes_as_text),
        ),
        max_size=5,
    ),
    cookie=st.one_of(st.none(), bytes_as_text),
)
def test_no_callback_is_an_error_of_ours(
    browser: Browser, query: list[tuple[str, str]], cookie: str | None
) -> None:
    address = "/auth/hubspot/callback?" + "&".join(f"{name}={value}" for name, value in query)
    headers = {"cookie": f"__Host-hubspot-flow-0={cookie}; {cookie}"} if cookie else {}
    assert browser.get(address, headers=headers).status_code == 400


@fuzzed
@given(
    query=st.dictionaries(st.sampled_from(["portal", "before"]), words),
    path=st.sampled_from(["/auth/hubspot", "/audit-log", "/invites", "/"]),
)
def test_no_query_is_an_error_of_ours(browser: Browser, query: dict[str, str], path: str) -> None:
    assert browser.get(f"{path}?{urlencode(query)}").status_code < 500


@fuzzed
@given(data=st.data())
def test_no_form_is_an_error_of_ours(
    site: Site, browser: Browser, connect: Connect, data: st.DataObject
) -> None:
    browser.sign_in()
    connect(PORTAL)
    posts = [
        route.path
        for route in create_app(site).routes
        if isinstance(route, Route) and route.methods == {"POST"}
    ]
    path = re.sub(r"{\w+:rowid}", str(PORTAL), data.draw(st.sampled_from(posts)))
    path = path.replace("{token}", data.draw(bytes_as_text.filter(bool)))
    names = ("label", "portal", "days", "token", "uninstall", "password", "form_token")
    fields = data.draw(st.lists(st.tuples(st.sampled_from(names), words), max_size=8))
    if data.draw(st.booleans()):
        fields = [field for field in fields if field[0] != "form_token"]
        fields.append(("form_token", browser.form_token("/audit-log")))
    body = urlencode(fields, errors="replace")
    if data.draw(st.booleans()):
        body += "&" + data.draw(bytes_as_text)
    media_type = data.draw(
        st.sampled_from(
            ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]
        )
    )
    answer = browser.post(path, content=body, headers={"content-type": media_type})
    assert answer.status_code < 500


@fuzzed
@given(path=st.lists(st.one_of(words.map(quote), bytes_as_text), max_size=4))
def test_no_address_is_an_error_of_ours(browser: Browser, path: list[str]) -> None:
    assert browser.get("/" + "/".join(path).lstrip("/")).status_code < 500
