from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_marts.periods import Period
from kpi_scorecard.errors import BadRules
from kpi_scorecard.rules.model import EACH, Broken, Change, Of, Stale, Threshold
from kpi_scorecard.rules.reading import parse_rules, read_rules

EXAMPLE = Path(__file__).parents[1] / "rules.example.yml"
LINES = EXAMPLE.read_text(encoding="utf-8").splitlines()

HEAD = """channels:
  chat: ${CHAT_URL}
alerts:
- name: One
"""
GOOD = f"{HEAD}  portals: each\n  kpi: mqls\n  period: week\n  below: 10\n  channels: chat\n"


def faults(text: str) -> list[str]:
    with pytest.raises(BadRules) as raised:
        parse_rules(text, "rules.yml")
    return str(raised.value).splitlines()


def test_the_example_shows_every_kind_of_rule() -> None:
    rules = read_rules(EXAMPLE)
    assert [channel.name for channel in rules.channels] == ["sales-team", "board", "operators", "warehouse"]
    assert {card.period for card in rules.scorecards} == {Period.MONTH, Period.WEEK}
    conditions = [alert.condition for alert in rules.alerts]
    assert {type(condition) for condition in conditions} == {Threshold, Change, Stale, Broken}
    assert [condition.limit.value for condition in conditions if isinstance(condition, Threshold)] == [
        Decimal(10),
        Decimal("0.25"),
    ]
    assert [condition.by.value for condition in conditions if isinstance(condition, Change)] == [
        Decimal("0.3"),
        Decimal("0.5"),
    ]
    assert [condition.after for condition in conditions if isinstance(condition, Stale)] == [
        timedelta(hours=6)
    ]


def test_a_rule_is_about_each_or_about_those_it_names() -> None:
    def of(written: str) -> Of:
        (alert,) = parse_rules(GOOD.replace("portals: each", written), "rules.yml").alerts
        return alert.of

    assert of("portals: each") == Of("portal", EACH)
    assert of("portals: 123") == Of("portal", ["123"])
    assert of("portals: [123, Acme, 123]") == Of("portal", ["123", "Acme"])
    assert of("groups: [All portals]") == Of("group", ["All portals"])


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (
            ("kpi: mqls", "kpis: mqls"),
            6,
            "an alert has no key 'kpis'; it may have: name, portals, groups, kpi",
        ),
        (("  kpi: mqls\n", ""), 4, "an alert needs the key 'kpi'"),
        (("below: 10", "below: ten"), 8, "'ten' is no number"),
        (("below: 10", "below: -1"), 8, "'-1' is no number"),
        (("below: 10", "falls by: 10"), 8, "'falls by' must be a percentage above 0"),
        (("below: 10", "falls by: 0%"), 8, "'falls by' must be a percentage above 0"),
        (("below: 10", "below: 10\n  above: 20"), 4, "an alert has one condition, not 2"),
        (("  below: 10\n", ""), 4, "an alert has one condition, and has none: below, above"),
        (("period: week", "period: quarter"), 7, "'quarter' is no period; write one of: day, week, month"),
        (("  period: week\n", ""), 4, "an alert needs the key 'period'"),
        (
            ("channels: chat\n", "channels: [chat, phone]\n"),
            9,
            "there is no channel 'phone'; there are: chat",
        ),
        (("portals: each", "portals: []"), 5, "'portals' must be a text or a list of texts"),
        (("portals: each", "portals: each\n  groups: each"), 4, "an alert is about portals or about groups"),
        (("  kpi: mqls\n", "  kpi: mqls\n  kpi: mqls\n"), 7, "an alert has the key 'kpi' twice"),
        (("- name: One", "- name: One\n  name: Two"), 5, "an alert has the key 'name' twice"),
        (
            ("alerts:", "alarms:"),
            3,
            "the file has no key 'alarms'; it may have: channels, scorecards, alerts",
        ),
        (("  chat: ${CHAT_URL}", "  chat: [a, b]"), 2, "'chat' must be one text"),
        (("  portals: each", "  portals: {a: b}"), 5, "'portals' must be a text or a list of texts"),
        (("  portals: each", "  portals: [each"), 6, "not YAML: "),
    ],
)
def test_a_fault_is_told_with_its_line_and_what_is_allowed(
    change: tuple[str, str], line: int, said: str
) -> None:
    assert any(fault.startswith(f"rules.yml:{line}: {said}") for fault in faults(GOOD.replace(*change, 1)))


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("stale for: 6 weeks", "'6 weeks' is no time"),
        ("stale for: 0h", "'0h' is no time"),
        ("broken: false", "'broken' can only be true"),
        ("broken: true\n  kpi: mqls", "portals are stale or broken, not KPIs"),
    ],
)
def test_conditions_of_portals_are_checked(condition: str, said: str) -> None:
    assert said in faults(f"{HEAD}  portals: each\n  {condition}\n  channels: chat\n")[0]


def test_groups_are_neither_stale_nor_broken() -> None:
    assert "not groups" in faults(f"{HEAD}  groups: each\n  broken: true\n  channels: chat\n")[0]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("portals: each, report: docx", "'report' is html or pdf"),
        ("groups: each, report: pdf", "reports are of portals and months"),
        ("portals: each, period: week, report: pdf", "reports are of portals and months"),
    ],
)
def test_reports_are_attached_to_months_of_portals(written: str, said: str) -> None:
    assert (
        said
        in faults(f"channels: {{c: x}}\nscorecards:\n- {{name: A, {written}, kpis: mqls, channels: c}}")[0]
    )


def test_all_faults_are_told_at_once_in_the_order_of_their_lines() -> None:
    told = faults(GOOD.replace("below: 10", "below: ten").replace("period: week", "period: never"))
    assert [fault.split(":")[1] for fault in told] == ["7", "8"]


def test_two_rules_of_one_name_are_refused() -> None:
    assert "two rules are called 'One'" in faults(GOOD + GOOD.partition("alerts:\n")[2])[0]


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "just text", "- a\n- b", "alerts: 5", "alerts: [5]", "a: &a [*a]"]
)
def test_a_file_that_is_no_rules_is_refused(text: str) -> None:
    assert faults(text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadRules, match=r"rules\.yml: No such file or directory \(name them by --rules"):
        read_rules(tmp_path / "rules.yml")


@settings(deadline=None)
@given(st.data())
def test_whatever_is_wrong_with_a_file_each_fault_has_a_line_of_it(data: st.DataObject) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        lines[at : at + data.draw(st.integers(0, 2))] = [data.draw(st.text(max_size=20))]
    text = "\n".join(lines)
    try:
        parse_rules(text, "rules.yml")
    except BadRules as error:
        for fault in str(error).splitlines():
            found = re.match(r"rules\.yml:(\d+): \S", fault)
            assert found, fault
            assert 1 <= int(found[1]) <= len(re.split("\n|\r\n?|\x85|\u2028|\u2029", text)) + 1
