from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qsl

import msgspec
import pytest
from starlette.requests import Request

from kpi_api import parameters, representation
from kpi_api.answers import Listing
from kpi_api.asking import Found
from kpi_api.problems import Problem
from kpi_api.queries import Rendered

if TYPE_CHECKING:
    from starlette.responses import Response


@dataclass
class _Found:
    name: str
    day: date
    value: Decimal | None
    tags: list[str]
    flag: bool


class _Row(msgspec.Struct):
    name: str
    day: date
    value: Annotated[int | float | None, msgspec.Meta(description="v")]
    tags: list[str]
    flag: bool


class _Rows(Listing):
    data: list[_Row]


def _request(query: str = "", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request(
        {"type": "http", "method": "GET", "path": "/", "query_string": query.encode(), "headers": raw}
    )


def _page(rows: list[_Found], query: str = "", **headers: str) -> Response:
    request = _request(query, **headers)
    read = parameters.read(Rendered, {}, request.query_params)
    found = Found(rows, datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 3, 4, 5, 6, 789, tzinfo=UTC))
    return representation.page(request, read, found, _Rows, _Row)


def _some(count: int, prefix: str = "n") -> list[_Found]:
    return [
        _Found(f"{prefix}{number}", date(2026, 1, 1), Decimal(number), [], flag=False)
        for number in range(count)
    ]


def test_whole_numbers_stay_whole_and_what_is_not_known_is_null() -> None:
    rows = [
        _Found("a", date(2026, 1, 1), value, [], flag=True)
        for value in (Decimal("12.0"), Decimal("0.25"), None)
    ]
    data = msgspec.json.decode(_page(rows).body)["data"]
    assert [row["value"] for row in data] == [12, 0.25, None]
    assert b'"value":12,' in bytes(_page(rows).body)


def test_csv_has_the_columns_of_the_rows_also_if_there_are_none() -> None:
    assert bytes(_page([], "format=csv").body) == b"name,day,value,tags,flag\r\n"


def test_csv_is_read_by_spreadsheets_as_it_is_meant() -> None:
    rows = [
        _Found('a "b", c\nd', date(2026, 1, 31), Decimal("-0.5"), ["x", "y"], flag=True),
        _Found("=HYPERLINK(1)", date(2026, 1, 1), None, ["@x"], flag=False),
    ]
    assert bytes(_page(rows, "format=csv").body).decode() == (
        "name,day,value,tags,flag\r\n"
        '"a ""b"", c\nd",2026-01-31,-0.5,x; y,true\r\n'
        "'=HYPERLINK(1),2026-01-01,,'@x,false\r\n"
    )


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
        ("TEXT/CSV ; q=0.5", "text/csv; charset=utf-8"),
        ("application/json;q=0.4, text/csv;q=0.6", "text/csv; charset=utf-8"),
        ("text/csv;q=0, */*", "application/json"),
        ("application/*;q=0.1, text/csv;q=nonsense", "application/json"),
    ],
)
def test_the_format_is_what_the_client_likes_best(accept: str | None, wanted: str) -> None:
    headers = {} if accept is None else {"accept": accept}
    assert _page(_some(1), **headers).headers["Content-Type"] == wanted


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0, text/csv;q=0", "nonsense"])
def test_what_is_neither_json_nor_csv_is_a_406(accept: str) -> None:
    with pytest.raises(Problem) as raised:
        _page(_some(1), accept=accept)
    assert raised.value.status == 406


def test_a_format_in_the_address_wins() -> None:
    assert _page(_some(1), "format=json", accept="text/csv").headers["Content-Type"] == "application/json"


def test_pages_follow_each_other_to_the_end_and_have_every_row_once() -> None:
    rows, query, seen = _some(7), "limit=3&format=json", []
    while True:
        answer = _page(rows, query)
        body = msgspec.json.decode(answer.body)
        seen += [row["name"] for row in body["data"]]
        if body["next"] is None:
            assert "Link" not in answer.headers
            break
        assert answer.headers["Link"] == f'<{body["next"]}>; rel="next"'
        query = body["next"].removeprefix("?")
        assert dict(parse_qsl(query)).keys() == {"limit", "format", "cursor"}
    assert seen == [row.name for row in rows]


def test_a_page_of_figures_that_have_changed_is_a_409() -> None:
    following = msgspec.json.decode(_page(_some(5), "limit=3").body)["next"].removeprefix("?")
    with pytest.raises(Problem) as raised:
        _page(_some(5, "m"), following)
    assert (raised.value.status, raised.value.parameter) == (409, "cursor")


def test_a_tag_is_of_what_was_sent() -> None:
    first, other = _page(_some(1)), _page(_some(2))
    assert first.headers["ETag"] == _page(_some(1)).headers["ETag"]
    assert first.headers["ETag"] != other.headers["ETag"]
    assert first.headers["ETag"] != _page(_some(1), "format=csv").headers["ETag"]


def test_what_the_client_has_is_not_sent_again() -> None:
    tag = _page(_some(1)).headers["ETag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        answer = _page(_some(1), if_none_match=known)
        assert (answer.status_code, answer.body) == (304, b"")
    assert _page(_some(2), if_none_match=tag).status_code == 200


def test_answers_are_the_clients_own_and_as_fresh_as_the_last_sync() -> None:
    headers = _page(_some(1)).headers
    assert headers["Cache-Control"] == "private, max-age=60"
    assert headers["Vary"] == "Accept, Authorization"
    assert headers["Last-Modified"] == "Sat, 03 Jan 2026 04:05:06 GMT"
