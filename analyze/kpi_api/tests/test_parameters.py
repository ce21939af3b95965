from __future__ import annotations

from datetime import date

import msgspec
import pytest
from starlette.datastructures import QueryParams

from kpi_api import parameters
from kpi_api.endpoints import ENDPOINTS
from kpi_api.problems import Problem
from kpi_api.queries import Figures, Scorecard
from kpi_marts.periods import Period


def _figures(query: str) -> Figures:
    return parameters.read(Figures, {"kpi": "won_value"}, QueryParams(query))


def test_values_have_the_types_that_are_declared() -> None:
    query = _figures("portal_id=7&portal_id=8&from=2026-01-31&period=week&by=group&by=dimension&limit=5")
    assert query.portal_id == (7, 8)
    assert query.since == date(2026, 1, 31)
    assert query.period is Period.WEEK
    assert query.by == ("group", "dimension")
    assert query.limit == 5


@pytest.mark.parametrize(
    ("query", "parameter", "detail"),
    [
        ("from=yesterday", "from", "from must be a date as in 2026-01-31."),
        ("from=null", "from", "from must be a date as in 2026-01-31."),
        ("limit=0", "limit", "limit must be a whole number from 1 to 10000."),
        ("limit=", "limit", "limit must be a whole number from 1 to 10000."),
        ("portal_id=7&portal_id=x", "portal_id", "portal_id must be a whole number."),
        ("period=year", "period", "period must be one of all, day, month, week."),
        ("by=owner", "by", "by must be one of dimension, group, portal, sub_dimension, total."),
        ("currency=eur", "currency", "currency must be a text like ^[A-Z]{3}$."),
        ("dimension=%00", "dimension", r"dimension must be a text like ^[^\x00]{1,200}$."),
        ("limit=1&limit=2", "limit", "limit may be given once only."),
        ("portal=7", "portal", "There is no parameter 'portal' here."),
        ("kpi=mqls", "kpi", "There is no parameter 'kpi' here."),
    ],
)
def test_a_wrong_parameter_is_named_with_what_it_may_be(query: str, parameter: str, detail: str) -> None:
    with pytest.raises(Problem) as raised:
        _figures(query)
    assert raised.value.status == 422
    assert raised.value.parameter == parameter
    assert raised.value.detail == detail


def test_what_may_be_chosen_is_listed() -> None:
    with pytest.raises(Problem) as raised:
        _figures("period=year")
    assert raised.value.allowed == ["all", "day", "month", "week"]


def test_parameters_that_there_are_are_listed_to_who_mistypes_one() -> None:
    with pytest.raises(Problem) as raised:
        parameters.read(Scorecard, {}, QueryParams("mnth=2026-01-01"))
    assert "month" in (raised.value.allowed or [])


def test_a_long_name_is_not_repeated_whole() -> None:
    with pytest.raises(Problem) as raised:
        _figures("x" * 5_000 + "=1")
    assert len(raised.value.detail) < 200


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.path)
def test_every_parameter_is_described(endpoint: object) -> None:
    query = endpoint.query  # type: ignore[attr-defined]
    schemas = parameters.schemas(query)
    assert set(schemas) == {field.encode_name for field in msgspec.structs.fields(query)}
    assert all(schema.get("description") for schema in schemas.values())
    assert "$ref" not in str(schemas)
