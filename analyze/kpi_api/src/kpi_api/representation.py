"""Turns what was found into an answer: one page of it, as JSON or CSV, and nothing if the client has it already."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import date
from decimal import Decimal
from email.utils import format_datetime
from http import HTTPStatus
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

import msgspec
from msgspec import UNSET
from starlette.responses import Response

from kpi_api.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.requests import Request

    from kpi_api.answers import Listing
    from kpi_api.asking import Found
    from kpi_api.queries import Rendered

JSON, CSV = "application/json", "text/csv"
# Figures change with a sync, once an hour; a minute later nobody is misled.
_CACHING = "private, max-age=60"
_VARY = "Accept, Authorization"
# How spreadsheets recognise a formula.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")

Format = Literal["json", "csv"]


def wanted_format(request: Request, query: Rendered | None = None) -> Format:
    """What the client wants to read.

    Raises:
        Problem: it takes neither JSON nor CSV, or no JSON where there is nothing else.
    """
    if query is not None and query.format is not UNSET:
        return query.format
    offers: dict[str, Format] = {JSON: "json", CSV: "csv"} if query is not None else {JSON: "json"}
    best = max(offers, key=lambda offer: _quality(request, offer))
    if _quality(request, best) <= 0:
        raise Problem(
            HTTPStatus.NOT_ACCEPTABLE, f"This comes as {' or '.join(offers)}.", allowed=list(offers)
        )
    return offers[best]


def _quality(request: Request, offer: str) -> float:
    """How much the client likes a media type (RFC 9110, 12.5.1); the most specific range says so."""
    # By how specific they are: a range that names the type wins over one that only fits.
    qualities: dict[str, float] = {}
    for each in (request.headers.get("accept") or "*/*").split(","):
        media_range, *parameters = (part.strip().lower() for part in each.split(";"))
        weights = [part.removeprefix("q=") for part in parameters if part.startswith("q=")]
        try:
            qualities[media_range] = float(weights[0]) if weights else 1.0
        except ValueError:
            qualities[media_range] = 0.0
    kind = offer.partition("/")[0]
    return next((qualities[each] for each in (offer, f"{kind}/*", "*/*") if each in qualities), 0.0)


def page(
    request: Request, query: Rendered, found: Found, answer: type[Listing], row: type[msgspec.Struct]
) -> Response:
    """Answer with the rows that the client asked for."""
    wanted = wanted_format(request, query)
    begin, end, following = _cut(request, query, found.rows)
    rows = list(_rows(row, found.rows[begin:end]))
    if wanted == "csv":
        body, media_type = _table(row, rows), f"{CSV}; charset=utf-8"
    else:
        values: dict[str, Any] = {
            "data_as_of": found.data_as_of,
            "next": following,
            **found.more,
            "data": rows,
        }
        listing = answer(**values)
        body, media_type = msgspec.json.encode(listing), JSON
    response = cacheable(request, body, media_type)
    if found.modified_at is not None:
        response.headers["Last-Modified"] = format_datetime(
            found.modified_at.replace(microsecond=0), usegmt=True
        )
    if following is not None:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


def cacheable(request: Request, body: bytes, media_type: str, caching: str = _CACHING) -> Response:
    """An answer by which the client may ask later whether it has changed.

    The tag is of the body, which is right whatever has changed: a sync, an exchange rate, a KPI's definition. A date of
    the last sync would not be, so `If-Modified-Since` is not looked at.
    """
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": caching, "Vary": _VARY}
    known = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def _cut(request: Request, query: Rendered, rows: Sequence[object]) -> tuple[int, int, str | None]:
    """Where the page begins and ends, and the query of the next one, relative to wherever this one was found.

    Pages are cut out of the whole, so they only fit together while it is the same: a cursor holds its hash.
    """
    begin, whole = 0, ""
    if query.cursor is not UNSET:
        place, _, known = query.cursor.partition("-")
        begin, whole = int(place), _fingerprint(rows)
        if known != whole:
            raise Problem(
                HTTPStatus.CONFLICT,
                "The figures have changed since the first page: begin again.",
                parameter="cursor",
            )
    end = begin + query.limit
    if end >= len(rows):
        return begin, end, None
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return begin, end, "?" + urlencode([*asked, ("cursor", f"{end}-{whole or _fingerprint(rows)}")])


def _fingerprint(rows: Sequence[object]) -> str:
    return hashlib.sha256(msgspec.json.encode(rows)).hexdigest()[:16]


def _rows(row: type[msgspec.Struct], found: Iterable[object]) -> Iterable[msgspec.Struct]:
    take = attrgetter(*row.__struct_fields__)
    for each in found:
        yield row(*(_number(value) if isinstance(value, Decimal) else value for value in take(each)))


def _number(value: Decimal) -> int | float:
    """JSON has no decimals; whole numbers stay whole."""
    return int(value) if value == value.to_integral_value() else float(value)


def _table(row: type[msgspec.Struct], rows: Iterable[msgspec.Struct]) -> bytes:
    """CSV as in RFC 4180, whose columns do not depend on what was found."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(row.__struct_fields__)
    writer.writerows([_cell(value) for value in msgspec.structs.astuple(each)] for each in rows)
    return file.getvalue().encode()


def _cell(value: Any) -> object:  # noqa: ANN401 - of every column
    match value:
        case bool():
            return str(value).lower()
        case str():
            # Names come from portals, and spreadsheets run what looks like a formula.
            return f"'{value}" if value.startswith(_FORMULAS) else value
        case list():
            return _cell("; ".join(map(str, value)))
        case date():
            return value.isoformat()
        case _:
            return value
