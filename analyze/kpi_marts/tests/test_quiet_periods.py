"""Zero and unknown: what a question says of periods in which nothing happened, in a database of a few rows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import psycopg
import pytest

from kpi_marts.catalogue import Kpi
from kpi_marts.connection import open_pool
from kpi_marts.periods import Period
from kpi_marts.questions import Question, answer
from kpi_marts.reader import Marts
from tests.hand_made_marts import let_analysts_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from decimal import Decimal

    from kpi_marts.questions import Point

_TABLES = """
CREATE SCHEMA hubspot_marts;
CREATE TABLE hubspot_marts.dim_portals (
    portal_id bigint, portal_name text, time_zone text, last_synced_at timestamptz
);
CREATE TABLE hubspot_marts.dim_portal_groups (portal_id bigint, group_type text, group_name text);
CREATE TABLE hubspot_marts.kpi_daily (
    portal_id bigint, date date, kpi text, dimension_id text, dimension text, common_dimension text,
    sub_dimension_id text, sub_dimension text, common_sub_dimension text, numerator numeric, denominator numeric
);
CREATE VIEW hubspot_marts.kpi_monthly AS
    SELECT *, date_trunc('month', date)::date AS month FROM hubspot_marts.kpi_daily;
-- Its day where it is, is one day behind that of Greenwich.
INSERT INTO hubspot_marts.dim_portals VALUES
    (1, 'One', 'UTC', '2026-06-20 12:00Z'),
    (2, 'Two', 'America/New_York', '2026-05-11 02:00Z'),
    (3, 'Never read', 'UTC', NULL);
INSERT INTO hubspot_marts.dim_portal_groups VALUES (1, 'all', 'All'), (2, 'all', 'All');
INSERT INTO hubspot_marts.kpi_daily
SELECT portal_id, date, kpi, dimension, dimension, dimension, '', '', '', numerator, NULL
FROM (VALUES
    (1, date '2026-02-10', 'won_value', 'a', 5),
    (1, date '2026-04-10', 'won_value', 'b', NULL),
    (1, date '2026-05-10', 'won_value', 'a', 7),
    (2, date '2026-04-30', 'won_value', 'a', 11),
    (3, date '2026-04-30', 'won_value', 'a', 13),
    (1, date '2026-04-10', 'spend', 'a', 1)
) AS facts (portal_id, date, kpi, dimension, numerator);
"""


def _kpi(name: str, *, empty_is_zero: bool) -> Kpi:
    return Kpi(name, name, "sales", "money", "USD", "sum", "pipeline", "", "up", empty_is_zero, "")


_WON = _kpi("won_value", empty_is_zero=True)
_SPEND = _kpi("spend", empty_is_zero=False)


@pytest.fixture(scope="module")
def marts(new_database: Callable[[], AbstractContextManager[str]]) -> Iterator[Marts]:
    with new_database() as url:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(_TABLES)
            let_analysts_read(connection)
        with open_pool("tests", connections=1, environment={"ANALYZE_DATABASE_URL": url}) as pool:
            yield Marts(pool)


def _ask(
    marts: Marts, kpi: Kpi, *by: str, known_until: date | None = date(2026, 12, 31), **asked: object
) -> list[Point]:
    question = Question([kpi], date(2026, 1, 1), date(2026, 12, 31), by=frozenset(by), **asked)  # type: ignore[arg-type]
    return answer(marts, question, known_until=known_until)


def _values(points: list[Point]) -> dict[int, Decimal | None]:
    return {point.start.month: point.value for point in points}


def test_quiet_months_are_zero_from_where_the_kpi_began_to_where_the_portal_was_read(marts: Marts) -> None:
    points = _ask(marts, _WON, "portal", portal_ids={1})
    assert _values(points) == {2: 5, 3: 0, 4: None, 5: 7, 6: 0}
    assert {point.portal_name for point in points} == {"One"}


def test_money_without_a_rate_is_unknown_and_stays_so_beside_quiet_days(marts: Marts) -> None:
    assert _values(_ask(marts, _WON, portal_ids={1}))[4] is None


def test_each_portal_is_known_up_to_its_own_last_day(marts: Marts) -> None:
    points = _ask(marts, _WON, "portal", period=Period.DAY)
    last = {point.portal_id: point.start for point in points}
    assert last == {1: date(2026, 6, 20), 2: date(2026, 5, 10), 3: date(2026, 4, 30)}


def test_a_portal_that_was_never_read_has_no_zeros(marts: Marts) -> None:
    assert _values(_ask(marts, _WON, portal_ids={3})) == {4: 13}


def test_sums_over_portals_are_zero_where_nobody_had_anything(marts: Marts) -> None:
    assert _values(_ask(marts, _WON, portal_ids={1, 2})) == {2: 5, 3: 0, 4: 11, 5: 7, 6: 0}
    assert _values(_ask(marts, _WON, "group")) == {2: 5, 3: 0, 4: 11, 5: 7, 6: 0}


def test_dimensions_are_filled_where_they_have_anything_in_the_window(marts: Marts) -> None:
    points = _ask(marts, _WON, "dimension", portal_ids={1})
    assert [(point.dimension, point.start.month, point.value) for point in points] == [
        *[("a", 2, 5), ("a", 3, 0), ("a", 4, 0), ("a", 5, 7), ("a", 6, 0)],
        *[("b", 2, 0), ("b", 3, 0), ("b", 4, None), ("b", 5, 0), ("b", 6, 0)],
    ]
    assert _values(_ask(marts, _WON, dimension="b", portal_ids={1}))[5] == 0


def test_a_whole_window_without_an_event_is_zero(marts: Marts) -> None:
    quiet = Question([_WON], date(2026, 6, 1), date(2026, 6, 10), Period.ALL, frozenset({"portal"}))
    points = answer(marts, quiet, known_until=date(2026, 6, 10))
    assert [(point.portal_id, point.start, point.value) for point in points] == [(1, date(2026, 6, 1), 0)]


def test_what_a_kpi_without_events_is_nobody_knows(marts: Marts) -> None:
    assert _values(_ask(marts, _SPEND)) == {4: 1}


def test_zeros_go_no_further_than_asked(marts: Marts) -> None:
    assert set(_values(_ask(marts, _WON, portal_ids={1}, known_until=date(2026, 4, 1)))) == {2, 3, 4, 5}
    assert set(_values(_ask(marts, _WON, portal_ids={1}, known_until=None))) == {2, 4, 5}


def test_weeks_begin_on_monday_also_where_the_window_does_not(marts: Marts) -> None:
    question = Question([_WON], date(2026, 5, 6), date(2026, 5, 20), Period.WEEK, portal_ids={1})
    points = answer(marts, question, known_until=date(2026, 5, 20))
    assert [(point.start, point.value) for point in points] == [
        (date(2026, 5, 4), 7),
        (date(2026, 5, 11), 0),
        (date(2026, 5, 18), 0),
    ]
