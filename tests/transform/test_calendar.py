from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[object, ...]]


def _midnight(day: object, time_zone: object) -> datetime:
    assert isinstance(day, date)
    return datetime.combine(day, time(), ZoneInfo(str(time_zone))).astimezone(UTC)


def test_a_day_lasts_from_midnight_to_midnight_on_the_portals_wall(built: Connection) -> None:
    days = built.execute(
        """
        SELECT days.date, portals.time_zone, days.starts_at, days.ends_at, days.hours
        FROM hubspot_marts.dim_portal_days AS days JOIN hubspot_marts.dim_portals AS portals USING (portal_id)
        """
    ).fetchall()
    assert {hours for *_, hours in days} == {23, 24, 25}
    for day, time_zone, starts_at, ends_at, hours in days:
        assert isinstance(day, date)
        begin, end = _midnight(day, time_zone), _midnight(day + timedelta(days=1), time_zone)
        assert (starts_at, ends_at, hours) == (begin, end, (end - begin) / timedelta(hours=1))


def test_days_follow_each_other_without_a_gap(built: Connection) -> None:
    gaps = built.execute(
        """
        SELECT * FROM (
            SELECT portal_id, starts_at, lag(ends_at) OVER (PARTITION BY portal_id ORDER BY date) AS before
            FROM hubspot_marts.dim_portal_days
        ) AS days WHERE starts_at <> before
        """
    ).fetchall()
    assert gaps == []


def test_what_happened_at_an_instant_happened_on_the_day_that_has_it(built: Connection) -> None:
    row = built.execute(
        """
        SELECT count(*), count(*) FILTER (WHERE days.date = deals.created_date)
        FROM hubspot_marts.fct_deals AS deals
        JOIN hubspot_marts.dim_portal_days AS days
            ON days.portal_id = deals.portal_id
            AND deals.created_at >= days.starts_at AND deals.created_at < days.ends_at
        """
    ).fetchone()
    deals = built.execute("SELECT count(created_at) FROM hubspot_marts.fct_deals").fetchone()
    assert deals is not None
    assert row == (*deals, *deals)
