from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_marts.periods import Period
from kpi_scorecard.errors import BadRules
from kpi_scorecard.rules.checking import check
from kpi_scorecard.rules.reading import parse_rules
from kpi_scorecard.sending.alerts import find
from kpi_scorecard.sending.known import Comparison, Known, Subject, before
from kpi_scorecard.sending.scorecards import due
from kpi_scorecard.sending.wording import period_key, period_text, time_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kpi_marts.catalogue import Kpi
    from kpi_marts.portals import Portal
    from kpi_scorecard.rules.model import Rules

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
OCTOBER = date(2026, 10, 1)

Figures = dict[tuple[str, str], tuple[str | None, str | None]]


SCORECARD = """\
Acme
  New contacts: 424 (+22 %, better)
  Win rate: 38.4 % (−8 %, worse)
  First response, mean: 6.8 h (−32 %, better)

Brook & <b>Co</b>
  New contacts: 0
  Win rate: – (there was nothing to take a share of)
  First response, mean: 4.9 h"""  # noqa: RUF001 - true minuses


class Told(Known):
    """What is known, as a test says it is: figures by the subject's name and the KPI, with those of the period before."""

    def __init__(self, catalogue: dict[str, Kpi], portals: Sequence[Portal], figures: Figures) -> None:
        super().__init__(None, catalogue, portals, [])  # type: ignore[arg-type] # there is no database
        self._figures = figures
        self.asked: list[date] = []

    def compare(
        self, kpis: Iterable[str], subjects: Sequence[Subject], period: Period, start: date
    ) -> dict[tuple[str, str], Comparison]:
        assert period.first_day(start) == start
        self.asked.append(start)
        return {
            (subject.key, kpi): Comparison(
                *(None if value is None else Decimal(value) for value in self._figures[subject.name, kpi])
            )
            for subject in subjects
            for kpi in kpis
        }


def rules(written: str) -> Rules:
    return parse_rules(f"channels: {{c: x://}}\n{written}", "rules.yml")


def alert(written: str) -> Rules:
    return rules(f"alerts:\n- {{name: A, {written}, channels: c}}")


@pytest.fixture
def two(portal: Callable[..., Portal]) -> list[Portal]:
    return [portal(1, "Acme"), portal(2, "Brook & <b>Co</b>")]


def lines(written: str, known: Known, now: datetime = NOW) -> list[str]:
    (rule,) = alert(written).alerts
    return [finding.line for finding in find(rule, known, now)]


def test_an_alert_says_the_figure_the_limit_and_what_was_before(
    catalogue: dict[str, Kpi], two: list[Portal]
) -> None:
    known = Told(
        catalogue,
        two,
        {("Acme", "won_value"): ("900", "12000"), (two[1].portal_name, "won_value"): ("1000", None)},
    )
    assert lines("portals: each, kpi: won_value, period: month, below: 1000", known) == [
        "Acme: Value of deals won 900 USD, below 1,000 USD (the month before: 12,000 USD)"
    ]
    assert known.asked == [OCTOBER]


@pytest.mark.parametrize(
    ("condition", "value", "previous", "holds"),
    [
        ("below: 10", "9", None, True),
        ("below: 10", "10", None, False),
        ("above: 10", "10", None, False),
        ("above: 10", "11", None, True),
        ("falls by: 20%", "80", "100", True),
        ("falls by: 20%", "81", "100", False),
        ("falls by: 20%", "120", "100", False),
        ("rises by: 20%", "120", "100", True),
        ("rises by: 20%", "119", "100", False),
        ("falls by: 20%", "5", "0", False),
        ("falls by: 20%", "5", None, False),
        ("below: 10", None, "100", False),
        ("rises by: 20%", None, "100", False),
    ],
)
def test_a_condition_holds_only_of_what_is_known(
    catalogue: dict[str, Kpi],
    portal: Callable[..., Portal],
    condition: str,
    value: str | None,
    previous: str | None,
    *,
    holds: bool,
) -> None:
    known = Told(catalogue, [portal(1, "Acme")], {("Acme", "new_contacts"): (value, previous)})
    assert bool(lines(f"portals: each, kpi: new_contacts, period: day, {condition}", known)) is holds


def test_portals_read_at_different_times_are_asked_for_their_own_last_period(
    catalogue: dict[str, Kpi], portal: Callable[..., Portal]
) -> None:
    portals = [portal(1, "Acme"), portal(2, "Brook", date(2026, 10, 31)), portal(3, "New", None)]
    known = Told(
        catalogue, portals, {("Acme", "new_contacts"): ("1", None), ("Brook", "new_contacts"): ("2", None)}
    )
    (rule,) = alert("portals: each, kpi: new_contacts, period: month, below: 10").alerts
    assert [(finding.subject, finding.period, finding.heading) for finding in find(rule, known, NOW)] == [
        ("portal 2", "2026-09", "September 2026"),
        ("portal 1", "2026-10", "October 2026"),
    ]


def test_a_portal_that_has_left_is_not_among_each(
    catalogue: dict[str, Kpi], portal: Callable[..., Portal]
) -> None:
    known = Told(catalogue, [portal(1, "Acme", left=True)], {})
    assert lines("portals: each, stale for: 1h", known) == []
    assert lines("portals: [Acme], stale for: 1h", known) == []


def test_a_stale_portal_is_told_once_a_day_with_its_last_reading(
    catalogue: dict[str, Kpi], portal: Callable[..., Portal]
) -> None:
    known = Told(catalogue, [portal(1, "Acme"), portal(2, "New", None)], {})
    (rule,) = alert("portals: each, stale for: 2h").alerts
    acme, new = find(rule, known, NOW)
    assert acme.line == "Acme: last read on 2 November 2026, 09:00 UTC, 3 hours ago"
    assert (
        new.line
        == "New: nothing has been read since it was connected on 1 January 2026, 00:00 UTC, 305 days ago"
    )
    assert (acme.subject, acme.period) == ("portal 1", "2026-11-02")


def test_a_scorecard_has_each_portal_with_its_figures(catalogue: dict[str, Kpi], two: list[Portal]) -> None:
    known = Told(
        catalogue,
        two,
        {
            ("Acme", "new_contacts"): ("424", "347"),
            ("Acme", "win_rate"): ("0.384", "0.417"),
            ("Acme", "first_response_hours"): ("6.8", "10"),
            (two[1].portal_name, "new_contacts"): ("0", "0"),
            (two[1].portal_name, "win_rate"): (None, None),
            (two[1].portal_name, "first_response_hours"): ("4.91", None),
        },
    )
    (card,) = rules(
        "scorecards:\n- {name: A, portals: each, kpis: [new_contacts, win_rate, first_response_hours], channels: c}"
    ).scorecards
    finding = due(card, known, NOW)
    assert finding is not None
    assert (finding.subject, finding.period, finding.heading) == ("", "2026-10", "October 2026")
    assert finding.line == SCORECARD


def test_a_scorecard_waits_for_portals_that_are_late_and_then_goes_without_them(
    catalogue: dict[str, Kpi], portal: Callable[..., Portal]
) -> None:
    portals = [
        portal(1, "Acme", date(2026, 11, 1)),
        portal(2, "Late", date(2026, 10, 30)),
        portal(3, "New", None),
    ]
    known = Told(catalogue, portals, {("Acme", "new_contacts"): ("1", None)})
    (card,) = rules("scorecards:\n- {name: A, portals: each, kpis: new_contacts, channels: c}").scorecards
    assert due(card, known, datetime(2026, 11, 2, 23, tzinfo=UTC)) is None
    finding = due(card, known, datetime(2026, 11, 3, tzinfo=UTC))
    assert finding is not None
    assert finding.line.splitlines()[3:] == [
        "Late",
        "  not known to the end of this month: data end on 30 October 2026",
        "",
        "New",
        "  not known to the end of this month: nothing has been read yet",
    ]


def test_there_is_no_scorecard_before_anything_was_read(
    catalogue: dict[str, Kpi], portal: Callable[..., Portal]
) -> None:
    (card,) = rules("scorecards:\n- {name: A, portals: each, kpis: new_contacts, channels: c}").scorecards
    assert due(card, Told(catalogue, [portal(1, "New", None)], {}), NOW) is None


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("portals: each, kpi: win_rate, period: week, below: 0.2", "win_rate is a share: write a percentage"),
        (
            "portals: each, kpi: new_contacts, period: week, below: 20%",
            "new_contacts is no share: write a number",
        ),
        ("portals: each, kpi: cac, period: week, above: 100", "cac is of months only"),
        (
            "portals: each, kpi: nothing, period: week, above: 100",
            "there is no KPI 'nothing'; there are: new_contacts",
        ),
        (
            "portals: [Nobody], broken: true",
            "no portal is called 'Nobody': name one by its id (1 Acme, 2 Brook",
        ),
        (
            "groups: [Nobody], kpi: win_rate, period: week, below: 20%",
            "no group is called 'Nobody'; there are: none yet",
        ),
    ],
)
def test_rules_are_held_against_what_there_is(
    catalogue: dict[str, Kpi], two: list[Portal], written: str, said: str
) -> None:
    with pytest.raises(BadRules) as raised:
        check(alert(written), catalogue, two, [])
    assert said in str(raised.value)


def test_a_group_is_known_as_far_as_its_portal_that_was_read_least_recently(
    portal: Callable[..., Portal],
) -> None:
    group = Subject(
        "group", "group G", "G", (portal(1, "A", date(2026, 11, 2)), portal(2, "B", date(2026, 10, 30)))
    )
    assert group.known_until == date(2026, 10, 30)
    assert Subject("group", "group G", "G", (portal(1, "A"), portal(2, "B", None))).known_until is None
    assert Subject("group", "group G", "G", ()).last_whole(Period.DAY) is None


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sampled_from([Period.DAY, Period.WEEK, Period.MONTH]))
def test_the_period_before_ends_where_the_period_begins(day: date, period: Period) -> None:
    start = period.first_day(day)
    assert period.next(before(period, start)) == start
    assert period.first_day(before(period, start)) == before(period, start)
    assert period_key(period, before(period, start)) < period_key(period, start)


@pytest.mark.parametrize(
    ("period", "key", "said"),
    [
        (Period.DAY, "2026-12-28", "Monday, 28 December 2026"),
        (Period.WEEK, "2026-W53", "week of 28 December 2026"),
        (Period.MONTH, "2026-12", "December 2026"),
    ],
)
def test_periods_have_a_key_and_a_name(period: Period, key: str, said: str) -> None:
    assert (period_key(period, date(2026, 12, 28)), period_text(period, date(2026, 12, 28))) == (key, said)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(1, "a minute"), (90, "90 minutes"), (119, "119 minutes"), (420, "7 hours"), (4320, "3 days")],
)
def test_times_are_told_in_the_unit_people_would_take(minutes: int, said: str) -> None:
    assert time_text(timedelta(minutes=minutes)) == said
