from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from serving import logs
from serving.errors import CannotServe
from serving.requests import RequestLog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.responses import Response

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def answer(request: Request) -> Response:
    if request.path_params["name"] == "bug":
        raise RuntimeError("a bug")
    return PlainTextResponse("")


@pytest.fixture
def client() -> Iterator[tuple[TestClient, io.StringIO]]:
    """An application with a log of JSON lines."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(logs.JsonLines("a_service"))
    logger = logging.getLogger("test.requests")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    log = Middleware(RequestLog, logger=logger, on_bug=lambda _: PlainTextResponse("sorry", status_code=500))
    app = Starlette(routes=[Route("/people/{name}", answer)], middleware=[log])
    yield TestClient(app), lines
    logger.removeHandler(handler)


def parsed(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_a_json_line_is_a_log_record_of_opentelemetry(client: tuple[TestClient, io.StringIO]) -> None:
    browser, lines = client
    browser.get("/people/ana?code=secret", headers={"traceparent": f"00-{TRACE}-{SPAN}-01"})
    [line] = parsed(lines)
    assert line["severity_text"] == "INFO"
    assert line["severity_number"] == 9
    assert line["resource"] == {"service.name": "a_service"}
    assert (line["trace_id"], line["span_id"], line["trace_flags"]) == (TRACE, SPAN, "01")
    assert line["timestamp"].endswith("+00:00")
    assert line["attributes"]["http.route"] == "/people/{name}"
    assert line["attributes"]["http.response.status_code"] == 200
    assert "ana" not in lines.getvalue()
    assert "secret" not in lines.getvalue()


def test_a_bug_is_one_json_line_and_an_answer_with_its_trace(client: tuple[TestClient, io.StringIO]) -> None:
    browser, lines = client
    assert browser.get("/people/bug", headers={"traceparent": f"00-{TRACE}-{SPAN}-00"}).status_code == 500
    bug, request = parsed(lines)
    assert (bug["severity_text"], bug["trace_id"]) == ("ERROR", TRACE)
    assert bug["attributes"]["exception.type"] == "RuntimeError"
    assert request["attributes"]["http.response.status_code"] == 500


@pytest.mark.parametrize(
    "header",
    ["", "00-x-y-01", f"00-{'0' * 32}-{SPAN}-01", f"ff-{TRACE}-{SPAN}-01", f"00-{TRACE}-{SPAN}-01\n{TRACE}"],
)
def test_a_trace_that_is_not_one_is_none(header: str) -> None:
    assert logs.parse_traceparent(header) is None


def test_a_form_that_there_is_not_is_one_line() -> None:
    with pytest.raises(CannotServe, match="LOG_FORMAT is neither text nor json"):
        logs.is_json("xml")
