"""The reader's answers are those of the marts that dbt makes by other ways, and of the portals one may see."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest

import kpi_marts
from kpi_marts import catalogue, currencies, health, portals, scorecards
from kpi_marts.connection import open_pool
from kpi_marts.periods import Period, add_months
from kpi_marts.questions import Question, answer
from kpi_marts.reader import Marts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from kpi_marts.catalogue import Kpi
    from kpi_marts.questions import By

    Connection = psycopg.Connection[tuple[Any, ...]]

_TOMORROW: Final = datetime.now(UTC).date() + timedelta(days=1)
# The marts round what they divide.
_CLOSE: Final = Decimal("0.00001")
_AMERICA: Final = 1458021
_EUROPE: Final = {26110977, 145802233}


@pytest.fixture(scope="module")
def marts(demo_marts: str) -> Iterator[Marts]:
    with open_pool("tests", connections=2, environment={"ANALYZE_DATABASE_URL": demo_marts}) as pool:
        yield Marts(pool)


@pytest.fixture(scope="module")
def database(demo_marts: str) -> Iterator[Connection]:
    with psycopg.connect(demo_marts.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = on")
        yield connection


@pytest.fixture(scope="module")
def kpis(marts: Marts) -> dict[str, Kpi]:
    return catalogue.kpis(marts)


def _differences(
    found: dict[tuple[Any, ...], Decimal | None], wanted: dict[tuple[Any, ...], Decimal | None]
) -> dict[tuple[Any, ...], tuple[Decimal | None, Decimal | None]]:
    def differ(one: Decimal | None, other: Decimal | None) -> bool:
        if one is None or other is None:
            return one is not other
        return abs(one - other) > _CLOSE

    keys = found.keys() | wanted.keys()
    return {key: (found.get(key), wanted.get(key)) for key in keys if differ(found.get(key), wanted.get(key))}


def _whole_months(database: Connection) -> tuple[date, date]:
    (first, last) = (
        database.execute("SELECT min(month), max(month) FROM hubspot_marts.portal_scorecard").fetchone() or ()
    )
    return first, add_months(last, 1) - timedelta(days=1)


def test_there_are_forty_kpis_in_the_order_of_the_teams(kpis: dict[str, Kpi]) -> None:
    assert len(kpis) == 40
    teams = [kpi.team for kpi in kpis.values()]
    assert list(dict.fromkeys(teams)) == ["marketing", "sales", "service"]
    assert teams == sorted(teams)


def test_every_kpi_of_every_portal_and_month_is_that_of_the_scorecard(
    marts: Marts, database: Connection, kpis: dict[str, Kpi]
) -> None:
    since, until = _whole_months(database)
    scores = scorecards.portal_scores(marts, kpis.values(), since, until)
    wanted = {(score.portal_id, score.month, score.kpi): score.value for score in scores}
    question = Question(list(kpis.values()), since, until, by=frozenset({"portal"}))
    points = answer(marts, question, known_until=_TOMORROW)
    found = {(point.portal_id, point.start, point.kpi): point.value for point in points}
    assert {kpi for _, _, kpi in found} == set(kpis)
    assert len(wanted) > 40 * 4 * 12
    assert _differences(found, wanted) == {}


def test_every_kpi_of_every_group_and_month_is_that_of_the_scorecard(
    marts: Marts, database: Connection, kpis: dict[str, Kpi]
) -> None:
    since, until = _whole_months(database)
    scores = scorecards.group_scores(marts, kpis.values(), since, until)
    wanted = {(score.name, score.month, score.kpi): score.value for score in scores}
    question = Question(list(kpis.values()), since, until, by=frozenset({"group"}))
    points = answer(marts, question, known_until=_TOMORROW)
    found = {(point.group_name, point.start, point.kpi): point.value for point in points}
    assert {name for name, _, _ in found} == {"All portals", "Americas", "Europe"}
    assert _differences(found, wanted) == {}


@pytest.mark.parametrize(
    ("period", "table"),
    [(Period.DAY, "kpi_daily"), (Period.WEEK, "kpi_weekly"), (Period.MONTH, "kpi_monthly")],
)
def test_every_dimension_of_every_period_is_that_of_the_marts(
    marts: Marts, database: Connection, kpis: dict[str, Kpi], period: Period, table: str
) -> None:
    # Whole periods: tasks are planned ahead, so that also the running one has days to come.
    since = period.first_day(add_months(_TOMORROW, -2))
    until = period.next(period.first_day(_TOMORROW)) - timedelta(days=1)
    rows = database.execute(
        f"""
        SELECT portal_id, {"date" if period is Period.DAY else period}, kpi, dimension_id, sub_dimension_id, value
        FROM hubspot_marts.{table}
        WHERE {"date" if period is Period.DAY else period} BETWEEN %s AND %s
        """,
        [since, until],
    ).fetchall()
    wanted = {tuple(row[:5]): row[5] for row in rows if kpis[row[2]].is_known_by(period)}
    by: frozenset[By] = frozenset({"portal", "dimension", "sub_dimension"})
    points = answer(marts, Question(list(kpis.values()), since, until, period, by))
    found = {
        (point.portal_id, point.start, point.kpi, point.dimension_id, point.sub_dimension_id): point.value
        for point in points
    }
    assert found
    assert _differences(found, wanted) == {}


@pytest.mark.parametrize("apart", [{"portal"}, {"group"}, set()])
def test_dimensions_add_up(marts: Marts, kpis: dict[str, Kpi], apart: set[By]) -> None:
    summed = [kpi for kpi in kpis.values() if kpi.aggregation in {"sum", "last"}]

    def sums(*more: By) -> dict[tuple[Any, ...], Decimal | None]:
        question = Question(summed, add_months(_TOMORROW, -6), _TOMORROW, by=frozenset({*apart, *more}))
        found: dict[tuple[Any, ...], Decimal] = {}
        for point in answer(marts, question):
            key = (point.kpi, point.start, point.portal_id, point.group_name)
            found[key] = found.get(key, Decimal(0)) + (point.value or 0)
        return dict(found)

    whole = sums()
    assert {kpi for kpi, *_ in whole} == {kpi.kpi for kpi in summed}
    assert _differences(sums("dimension"), whole) == {}
    assert _differences(sums("dimension", "sub_dimension"), whole) == {}


def test_two_dimensions_of_an_answer_never_share_their_id_and_name(
    marts: Marts, kpis: dict[str, Kpi]
) -> None:
    by: frozenset[By] = frozenset({"dimension"})
    points = answer(
        marts, Question(list(kpis.values()), add_months(_TOMORROW, -3), _TOMORROW, Period.ALL, by)
    )
    lines = [point.series for point in points]
    assert len(lines) == len(set(lines))


def test_a_dimension_may_be_asked_for_by_its_id_and_by_its_common_name(
    marts: Marts, kpis: dict[str, Kpi]
) -> None:
    won = [kpis["won_value"]]
    window = (add_months(_TOMORROW, -3), _TOMORROW, Period.ALL)
    for point in answer(marts, Question(won, *window, frozenset({"portal", "dimension"}))):
        assert point.portal_id
        one = Question(won, *window, portal_ids={point.portal_id}, dimension=point.dimension_id)
        assert [found.value for found in answer(marts, one)] == [point.value]
    for point in answer(marts, Question(won, *window, frozenset({"dimension"}))):
        assert [
            found.value for found in answer(marts, Question(won, *window, dimension=point.dimension_id))
        ] == [point.value]


def test_money_is_converted_by_the_rate_of_its_day(
    marts: Marts, database: Connection, kpis: dict[str, Kpi]
) -> None:
    window = (add_months(_TOMORROW, -24), _TOMORROW)
    wanted = database.execute(
        """
        SELECT daily.portal_id, sum(daily.numerator / rates.rate)
        FROM hubspot_marts.kpi_daily AS daily
        JOIN hubspot_marts.dim_exchange_rates AS rates
            ON rates.currency = 'EUR' AND daily.date >= rates.valid_from AND daily.date < rates.valid_until
        WHERE daily.kpi = 'won_value' AND daily.date BETWEEN %s AND %s
        GROUP BY daily.portal_id
        """,
        window,
    ).fetchall()
    question = Question([kpis["won_value"]], *window, Period.ALL, frozenset({"portal"}), currency="EUR")
    assert (
        _differences(
            {(point.portal_id,): point.value for point in answer(marts, question)},
            {row[:1]: row[1] for row in wanted},
        )
        == {}
    )


def test_what_is_no_money_is_not_converted(marts: Marts, kpis: dict[str, Kpi]) -> None:
    others = [kpi for kpi in kpis.values() if not kpi.is_money]
    question = Question(others, add_months(_TOMORROW, -2), _TOMORROW, by=frozenset({"portal"}))
    in_euros = Question(others, question.since, question.until, by=question.by, currency="EUR")
    assert answer(marts, in_euros) == answer(marts, question)


def test_money_in_a_currency_without_a_rate_is_unknown(marts: Marts, kpis: dict[str, Kpi]) -> None:
    question = Question([kpis["won_value"]], add_months(_TOMORROW, -2), _TOMORROW, currency="XTS")
    assert {point.value for point in answer(marts, question)} == {None}


def test_a_velocity_is_converted_whole(marts: Marts, kpis: dict[str, Kpi]) -> None:
    velocity = [kpis["sales_velocity"]]
    day = add_months(_TOMORROW, 0) - timedelta(days=1)
    (dollars,) = answer(marts, Question(velocity, day, day, portal_ids={_AMERICA}))
    (euros,) = answer(marts, Question(velocity, day, day, portal_ids={_AMERICA}, currency="EUR"))
    assert dollars.value
    assert euros.value
    assert 1 < dollars.value / euros.value < Decimal("1.3")


def test_medians_over_portals_are_of_all_their_records(
    marts: Marts, database: Connection, kpis: dict[str, Kpi]
) -> None:
    window = (add_months(_TOMORROW, -5) + timedelta(days=9), _TOMORROW - timedelta(days=12))
    wanted = database.execute(
        """
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY sample)::numeric FROM hubspot_marts.kpi_samples
        WHERE kpi = 'sales_cycle_days_median' AND portal_id = ANY(%s) AND date BETWEEN %s AND %s
        """,
        [list(_EUROPE), *window],
    ).fetchone()
    question = Question([kpis["sales_cycle_days_median"]], *window, Period.ALL, portal_ids=_EUROPE)
    (found,) = answer(marts, question)
    assert wanted
    assert found.value == pytest.approx(wanted[0])


def test_the_reporting_currency_has_a_rate_of_its_own(marts: Marts) -> None:
    assert currencies.currencies(marts) == ["EUR", "GBP", "JPY", "USD"]


# --- What one may see: every function of the package that asks, whichever there are -------------------------------

_WINDOW: Final = (add_months(_TOMORROW, -3), _TOMORROW)
_GROUPS: Final = {"Americas": {_AMERICA}, "Europe": _EUROPE, "All portals": {0}}


def _functions() -> dict[str, Callable[..., list[Any]]]:
    modules = [
        importlib.import_module(f"kpi_marts.{module.name}")
        for module in pkgutil.iter_modules(kpi_marts.__path__)
    ]
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}": function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and next(iter(inspect.signature(function).parameters), None) == "marts"
    }


def _ask(function: Callable[..., Any], marts: Marts, **more: object) -> list[Any]:
    """Ask for as much as there is; a parameter that is new here says so by failing."""
    kpis = list(catalogue.kpis(marts).values())
    by: frozenset[By] = frozenset({"portal", "dimension", "sub_dimension"})
    known = {
        "kpis": kpis,
        "since": _WINDOW[0],
        "until": _WINDOW[1],
        "question": Question(kpis, *_WINDOW, by=by),
        "common_names": True,
    }
    needed = [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is parameter.empty and name != "marts"
    ]
    answered = function(marts, **{name: known[name] for name in needed}, **more)
    return list(answered.values()) if isinstance(answered, dict) else answered


def test_all_the_functions_are_found() -> None:
    assert {"portals.portals", "questions.answer", "scorecards.group_scores"} <= set(_functions())


@pytest.mark.parametrize("name", sorted(_functions()))
@pytest.mark.parametrize("visible", [{_AMERICA}, _EUROPE, set()], ids=["one portal", "two", "none"])
def test_rows_are_those_of_the_portals_one_may_see(marts: Marts, name: str, visible: set[int]) -> None:
    function = _functions()[name]
    everything, seen = _ask(function, marts), _ask(function, marts.only(visible))
    assert everything
    columns = {field.name for field in fields(everything[0])} if is_dataclass(everything[0]) else set()
    if name in {"portals.groups", "scorecards.group_scores"}:
        column = "group_name" if "group_name" in columns else "name"
        assert seen == [row for row in everything if _GROUPS[getattr(row, column)] <= visible]
    elif name == "portals.portals":  # whose groups are not told either
        assert [row.portal_id for row in seen] == [
            row.portal_id for row in everything if row.portal_id in visible
        ]
        assert {group for row in seen for group in row.group_names} <= {
            group for group, members in _GROUPS.items() if members <= visible
        }
    elif "portal_id" in columns:
        assert seen == [row for row in everything if row.portal_id in visible]
        assert bool(seen) == bool(visible)
    elif "portal_ids" in inspect.signature(function).parameters:  # sums
        assert seen == _ask(function, marts, portal_ids=visible)
        assert seen != everything
    else:
        assert name in {"catalogue.kpis", "currencies.currencies"}, "whose rows are these?"
        assert seen == everything


@pytest.mark.parametrize("by", [set(), {"group"}, {"dimension"}])
def test_sums_are_of_the_portals_one_may_see(marts: Marts, kpis: dict[str, Kpi], by: set[By]) -> None:
    question = Question(list(kpis.values()), *_WINDOW, by=frozenset(by))
    only = Question(question.kpis, question.since, question.until, by=question.by, portal_ids=_EUROPE)
    seen = answer(marts.only(_EUROPE), question, known_until=_TOMORROW)
    wanted = answer(marts, only, known_until=_TOMORROW)
    assert seen
    assert seen == [point for point in wanted if point.group_name in {None, "Europe"}]


def test_naming_anothers_portal_or_group_shows_nothing(marts: Marts, kpis: dict[str, Kpi]) -> None:
    own = marts.only({_AMERICA})
    for asked in ({"portal_ids": _EUROPE}, {"group_names": ["Europe"]}, {"group_names": ["All portals"]}):
        for by in ((), ("portal",), ("group",)):
            question = Question(list(kpis.values()), *_WINDOW, by=frozenset(by), **asked)  # type: ignore[arg-type]
            assert answer(own, question, known_until=_TOMORROW) == []
    assert scorecards.portal_scores(own, kpis.values(), *_WINDOW, _EUROPE) == []
    assert scorecards.group_scores(own, kpis.values(), *_WINDOW, ["Europe"]) == []
    assert health.stream_health(own, _EUROPE) == []


def test_nobody_sees_more_than_before(marts: Marts) -> None:
    assert portals.portals(marts.only({_AMERICA}).only(_EUROPE)) == []
