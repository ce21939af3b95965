from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import psycopg
import pytest

from tests.transform import garbage
from tests.transform.expected_kpis import expected_kpis
from tests.transform.raw_tables import load_all
from tests.transform.sample_portals import BERLIN, NEW_YORK, TOKYO

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.transform.conftest import Dbt
    from tests.transform.sample_portals import Sample

    Connection = psycopg.Connection[tuple[object, ...]]

#: What this project promises to tell; a name once given stays.
PROMISED: Final = {
    *("new_contacts", "mqls", "new_customers", "marketing_spend", "cac", "sessions", "form_submissions"),
    *("emails_sent", "emails_delivered", "emails_opened", "emails_clicked", "emails_bounced"),
    *("emails_unsubscribed", "email_open_rate", "email_click_rate", "email_click_through_rate"),
    *("deals_created", "deals_created_value", "deals_won", "deals_lost", "won_value", "win_rate"),
    *("sales_cycle_days", "sales_cycle_days_median", "sales_velocity"),
    *("pipeline_value", "weighted_pipeline_value"),
    *("calls_logged", "meetings_logged", "emails_logged", "notes_logged", "tasks_logged"),
    *("tickets_created", "tickets_closed"),
    *("first_response_hours", "first_response_hours_median", "first_response_coverage"),
    *("csat_responses", "csat_score", "csat_satisfied_rate"),
}

USER_SEEDS: Final[dict[str, list[tuple[str | None, ...]]]] = {
    "portal_groups": [
        (str(TOKYO.portal_id), "region", "Pacific"),
        (f" {NEW_YORK.portal_id}", "region", "Pacific "),
        ("12", "region", "Pacific"),
        ("one", "region", "Pacific"),
        (str(BERLIN.portal_id), "brand", "Pacific"),
    ],
    "kpi_targets": [
        (str(TOKYO.portal_id), None, "new_contacts", "2026-09", "8"),
        (None, "Pacific", "new_contacts", "2026-09-01", "10"),
        (None, "Nordics", "new_contacts", "2026-09", "10"),
        (str(TOKYO.portal_id), None, "new_contact", "2026-09", "8"),
        (str(TOKYO.portal_id), None, "win_rate", "September", "0.5"),
        (str(TOKYO.portal_id), None, "win_rate", "2026-09", "50 %"),
        (str(TOKYO.portal_id), "Pacific", "win_rate", "2026-09", "0.5"),
        (str(BERLIN.portal_id), None, "win_rate", "2026-09", "0.5"),
        (str(BERLIN.portal_id), None, "win_rate", "2026-09-30", "0.6"),
    ],
    "pipeline_mapping": [
        (str(TOKYO.portal_id), "deals", "612345", "Existing business"),
        (None, "deals", "99", "Nothing"),
        (None, "deals", None, "Nothing"),
    ],
    "stage_mapping": [(None, "deals", "default", "qualified", "Qualified")],
    "source_mapping": [(None, "PAID_SOCIAL", "Paid"), (str(TOKYO.portal_id), "PAID_SOCIAL", "Ads")],
    "marketing_spend": [
        (str(BERLIN.portal_id), "2026-01", "Fair", "1000.50", "eur "),
        (str(BERLIN.portal_id), "2026-01-31", "Fair ", "2", "EUR"),
        (str(BERLIN.portal_id), "2026-02", "Fair", "1,000.50", None),
        (str(BERLIN.portal_id), "2026-03", "Fair", "-1", None),
        (str(BERLIN.portal_id), "2026-04", "Fair", "1", "Euro"),
        (str(BERLIN.portal_id), "2026-05", None, "1", None),
        (str(BERLIN.portal_id), "May", "Fair", "1", None),
        ("Berlin", "2026-06", "Fair", "1", None),
        ("13", "2026-01", "Fair", "1", None),
    ],
    "csat_scales": [
        (str(TOKYO.portal_id), "1", "7"),
        (str(TOKYO.portal_id), "2", "0"),
        (str(TOKYO.portal_id), "2 ", "10"),
    ],
    "exchange_rates": [
        ("CHF", "USD", "2026-01-01", "1,1"),
        ("CHF", "USD", "1.2.2026", "1.1"),
        ("eur", "USD ", "2026-01-01", "1.17"),
    ],
}


def test_every_promised_kpi_is_defined(built: Connection) -> None:
    kpis = {kpi for (kpi,) in built.execute("SELECT kpi FROM hubspot_marts.dim_kpis")}
    assert kpis == PROMISED


def test_the_scorecard_has_every_kpi_with_its_comparisons(built: Connection) -> None:
    columns = {
        name
        for (name,) in built.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'portal_scorecard'"
        )
    }
    comparisons = ("", "_previous", "_change", "_target", "_attainment")
    assert columns == {
        *("portal_id", "portal_name", "month", "fiscal_year", "fiscal_quarter", "reporting_currency"),
        *(f"{kpi}{suffix}" for kpi in PROMISED for suffix in comparisons),
    }


@pytest.mark.parametrize(
    ("table", "period", "first_day"),
    [
        ("kpi_weekly", "week", lambda day: day - timedelta(days=day.weekday())),
        ("kpi_monthly", "month", lambda day: day.replace(day=1)),
    ],
)
def test_a_period_sums_its_days(
    built: Connection, portals: Sample, table: str, period: str, first_day: Callable[[date], date]
) -> None:
    expected: defaultdict[tuple[object, ...], Decimal] = defaultdict(Decimal)
    for (portal_id, day, kpi, dimension), value in expected_kpis(portals, currency="USD").items():
        if kpi in {"new_contacts", "deals_created", "deals_won", "won_value"}:
            expected[portal_id, first_day(day), kpi, dimension] += value or 0
    rows = built.execute(
        f"""
        SELECT portal_id, {period}, kpi, dimension, coalesce(value, 0) FROM hubspot_marts.{table}
        WHERE portal_id <> %s AND kpi IN ('new_contacts', 'deals_created', 'deals_won', 'won_value')
        """,
        [garbage.PORTAL_ID],
    ).fetchall()
    assert {tuple(key): value for *key, value in rows} == {
        key: pytest.approx(value, abs=Decimal("0.00001")) for key, value in expected.items()
    }


def test_a_scorecard_shows_a_portals_month_and_the_one_before(built: Connection, portals: Sample) -> None:
    won: defaultdict[date, Decimal] = defaultdict(Decimal)
    for (portal_id, day, kpi, _), value in expected_kpis(portals, currency="USD").items():
        if (portal_id, kpi) == (BERLIN.portal_id, "deals_won"):
            won[day.replace(day=1)] += value or 0
    rows = built.execute(
        """
        SELECT month, coalesce(deals_won, 0), coalesce(deals_won_previous, 0)
        FROM hubspot_marts.portal_scorecard WHERE portal_id = %s ORDER BY month
        """,
        [BERLIN.portal_id],
    ).fetchall()
    months = [month for month, *_ in rows]
    first = months[0].year * 12 + months[0].month - 1
    assert months == [date(number // 12, number % 12 + 1, 1) for number in range(first, first + len(months))]
    before = [0, *(won[month] for month in months)]
    assert rows == [(month, won[month], before[number]) for number, month in enumerate(months)]


def test_a_group_of_portals_shows_their_sums(built: Connection, portals: Sample) -> None:
    outcomes: defaultdict[date, list[Decimal]] = defaultdict(list)
    for deal in portals.deals:
        if deal.outcome != "open" and deal.closed:
            outcomes[deal.closed.date().replace(day=1)].append(Decimal(deal.outcome == "won"))
    (rate,) = built.execute(
        """
        SELECT sum(numerator) / sum(denominator) FROM hubspot_marts.group_scorecard
        WHERE group_name = 'All portals' AND kpi = 'win_rate'
            AND month < '2026-11-01'
        """
    ).fetchone() or (None,)
    garbage_deals = built.execute(
        "SELECT count(*) FROM hubspot_marts.fct_deals WHERE portal_id = %s AND outcome <> 'open'",
        [garbage.PORTAL_ID],
    ).fetchone()
    assert garbage_deals == (1,)
    results = [won for month in outcomes.values() for won in month] + [Decimal(1)]
    assert rate == pytest.approx(sum(results) / len(results), abs=Decimal("0.0000001"))


@pytest.fixture(scope="module")
def with_user_seeds(
    dbt: Dbt, new_database: Callable[[], AbstractContextManager[str]], portals: Sample
) -> Iterator[tuple[str, Connection]]:
    """A build with seeds that a user has filled, well and badly: its URL and a connection."""
    with new_database() as url, psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        load_all(connection, portals.rows)
        seeded = dbt("seed", database_url=url)
        assert seeded.returncode == 0, seeded.stdout
        for seed, lines in USER_SEEDS.items():
            for line in lines:
                values = ", ".join(["%s"] * len(line))
                connection.execute(f"INSERT INTO hubspot_staging.{seed} VALUES ({values})", line)
        result = dbt("run", database_url=url)
        assert result.returncode == 0, result.stdout
        yield url, connection


@pytest.fixture(scope="module")
def seed_tests(dbt: Dbt, with_user_seeds: tuple[str, Connection]) -> subprocess.CompletedProcess[str]:
    """Run the tests of the seeds that users fill."""
    url, _ = with_user_seeds
    return dbt("test", "--select", "user_seeds_are_valid", "user_seeds_name_known_things", database_url=url)


@pytest.mark.parametrize(
    "message",
    [
        'ERROR seeds/portal_groups.csv, row one,region,Pacific: portal_id "one" is no number',
        "ERROR seeds/portal_groups.csv, row brand, region: Pacific: a name has one type only",
        'ERROR seeds/kpi_targets.csv, row 7052094,,new_contact,2026-09,8: "new_contact" is no KPI',
        'row 7052094,,win_rate,September,0.5: month "September" can\'t be read: write it as 2026-07',
        'row 7052094,,win_rate,2026-09,50 %: target "50 %" is no number: write it as 1234.5',
        "row 7052094,Pacific,win_rate,2026-09,0.5: fill portal_id or group_name, and not both",
        "row 26110977,,win_rate,2026-09-01: there are 2 rows for the same portal_id, group_name, kpi, month",
        "ERROR seeds/pipeline_mapping.csv, row ,deals,,Nothing: fill object_type, pipeline_id, common_pipeline",
        "WARNING seeds/portal_groups.csv: portal 12 is not connected: correct the id, or connect the portal",
        'WARNING seeds/kpi_targets.csv: there is no group "Nordics": add it to seeds/portal_groups.csv',
        'WARNING seeds/pipeline_mapping.csv: no portal meant has the pipeline "99" of deals: take',
        "ERROR seeds/marketing_spend.csv, row 26110977,2026-01-01,Fair,EUR: there are 2 rows for the same",
        'row 26110977,2026-02,Fair,1,000.50,: amount "1,000.50" is no number: write it as 1234.5',
        'row 26110977,2026-03,Fair,-1,: amount "-1" must be >= 0',
        'row 26110977,2026-04,Fair,1,Euro: currency "Euro" is no ISO code: write it as EUR',
        "row 26110977,2026-05,,1,: fill portal_id, month, channel, amount",
        'row 26110977,May,Fair,1,: month "May" can\'t be read: write it as 2026-07',
        'row Berlin,2026-06,Fair,1,: portal_id "Berlin" is no number',
        "WARNING seeds/marketing_spend.csv: portal 13 is not connected: correct the id, or connect the portal",
        'ERROR seeds/csat_scales.csv, row 7052094,2,0: scale_max "0" must be > 0',
        "ERROR seeds/csat_scales.csv, row 7052094,2: there are 2 rows for the same portal_id, survey_id: leave one",
        'WARNING seeds/csat_scales.csv: portal 7052094 has no answer to a CSAT survey "1": take survey_id from',
        'ERROR seeds/exchange_rates.csv, row CHF,USD,2026-01-01,1,1: rate "1,1" is no number: write it as 1234.5',
        'row CHF,USD,1.2.2026,1.1: valid_from "1.2.2026" can\'t be read: write it as 2026-07-01',
        "ERROR seeds/exchange_rates.csv, row EUR,USD,2026-01-01: there are 2 rows for the same",
    ],
)
def test_a_bad_row_of_a_seed_is_named_with_the_cure(
    seed_tests: subprocess.CompletedProcess[str], message: str
) -> None:
    assert message in seed_tests.stdout


def test_only_bad_rows_are_named(seed_tests: subprocess.CompletedProcess[str]) -> None:
    assert seed_tests.stdout.count("ERROR seeds/") == 20
    assert seed_tests.stdout.count("WARNING seeds/") == 6


def test_a_group_and_its_target_show_in_the_scorecards(with_user_seeds: tuple[str, Connection]) -> None:
    _, connection = with_user_seeds
    of_portals = connection.execute(
        """
        SELECT portal_id, new_contacts, new_contacts_target, new_contacts_attainment
        FROM hubspot_marts.portal_scorecard WHERE month = '2026-09-01' AND portal_id = ANY(%s)
        """,
        [[TOKYO.portal_id, NEW_YORK.portal_id]],
    ).fetchall()
    figures = {portal_id: figures for portal_id, *figures in of_portals}
    tokyo, new_york = figures[TOKYO.portal_id], figures[NEW_YORK.portal_id]
    assert tokyo[1:] == [8, tokyo[0] / 8]
    assert new_york[1:] == [None, None]
    of_group = connection.execute(
        """
        SELECT portals, value, target, attainment FROM hubspot_marts.group_scorecard
        WHERE group_name = 'Pacific' AND group_type = 'region' AND month = '2026-09-01' AND kpi = 'new_contacts'
        """
    ).fetchone()
    contacts = tokyo[0] + new_york[0]
    assert of_group == (2, contacts, 10, contacts / 10)


def test_a_mapping_names_what_portals_call_differently(with_user_seeds: tuple[str, Connection]) -> None:
    _, connection = with_user_seeds
    names = connection.execute(
        """
        SELECT DISTINCT portal_id = %s, dimension_id, common_dimension FROM hubspot_marts.kpi_daily
        WHERE dimension_id IN ('PAID_SOCIAL', '612345', 'default', 'ORGANIC_SEARCH')
        """,
        [TOKYO.portal_id],
    ).fetchall()
    assert set(names) == {
        (True, "612345", "Existing business"),
        (False, "612345", "Renewals"),
        (True, "default", "Sales Pipeline"),
        (False, "default", "Sales Pipeline"),
        (True, "PAID_SOCIAL", "Ads"),
        (False, "PAID_SOCIAL", "Paid"),
        (True, "ORGANIC_SEARCH", "Organic Search"),
        (False, "ORGANIC_SEARCH", "Organic Search"),
    }
    gaps = connection.execute(
        """
        SELECT DISTINCT mapping, portal_id = %s, pipeline_id, value
        FROM hubspot_marts.mapping_gaps WHERE object_type = 'deals'
        """,
        [TOKYO.portal_id],
    ).fetchall()
    assert set(gaps) == {
        ("pipeline_mapping", False, "612345", "612345"),
        ("stage_mapping", False, "612345", "qualified"),
        ("stage_mapping", True, "612345", "qualified"),
    }
