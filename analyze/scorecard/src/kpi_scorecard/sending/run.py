"""Send what is due, each message once."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kpi_marts import catalogue, portals
from kpi_scorecard.errors import BadRules, NoPdf
from kpi_scorecard.report.files import file_name, make
from kpi_scorecard.rules.checking import check
from kpi_scorecard.rules.model import Alert
from kpi_scorecard.sending.alerts import find
from kpi_scorecard.sending.channels import NotDelivered, open_channels
from kpi_scorecard.sending.known import Known
from kpi_scorecard.sending.scorecards import due
from kpi_scorecard.sending.sent import open_sent

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from kpi_marts.reader import Marts
    from kpi_scorecard.rules.model import Rule, Rules
    from kpi_scorecard.sending.alerts import Finding
    from kpi_scorecard.sending.channels import OpenChannel
    from kpi_scorecard.sending.sent import Sent

    _Reports = Callable[[Rule, Iterable[Finding], Path], list[Path]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did.

    Args:
        sent: How many messages went out, or would have.
        failed: How many a channel did not take.
    """

    sent: int
    failed: int


def send(
    rules: Rules, marts: Marts, environment: Mapping[str, str], now: datetime, say: Callable[[str], None]
) -> Outcome:
    """Send what is due and was not sent yet.

    Args:
        rules: The rules.
        marts: What one may see.
        environment: Where DATABASE_URL and the variables of the channels are looked up.
        now: The time it is.
        say: Where to tell what was done, a line for each message.

    Raises:
        BadRules: the rules name something that is not there.
        CannotWrite: what was sent can't be remembered.
        MartsUnavailable: the database does not answer, or dbt has not made the marts yet.
    """
    known = _known(rules, marts)
    channels = _open(rules, environment)
    sent = failed = 0
    with open_sent(environment, read_only=False) as memory:
        for rule, findings in _findings(rules, known, now):
            for name in rule.channels:
                try:
                    count = _send(rule, findings, channels[name], memory, partial(_reports, known, now=now))
                except (NoPdf, NotDelivered) as error:
                    failed += 1
                    say(f"not delivered to {name}: {rule.name} ({error}); the next run tries again")
                else:
                    sent += count
                    if count:
                        say(f"sent to {name}: {rule.name}")
    return Outcome(sent, failed)


def rehearse(
    rules: Rules, marts: Marts, environment: Mapping[str, str], now: datetime, say: Callable[[str], None]
) -> Outcome:
    """Say what `send` would send, whole; nothing is sent, claimed or written.

    Raises:
        BadRules: the rules name something that is not there.
        CannotWrite: the database can't be reached.
        MartsUnavailable: the database does not answer, or dbt has not made the marts yet.
    """
    known = _known(rules, marts)
    try:
        _open(rules, environment)
    except BadRules as error:
        say(f"Before it can be sent:\n{error}\n")
    sent = 0
    with open_sent(environment, read_only=True) as memory:
        for rule, findings in _findings(rules, known, now):
            for name in rule.channels:
                before = memory.before(rule.name, name)
                news = [finding for finding in findings if (finding.subject, finding.period) not in before]
                for title, body in _messages(rule, news):
                    sent += 1
                    report = None if isinstance(rule, Alert) else rule.report
                    say(
                        f"would send to {name}: {title}{f', with reports as {report}' if report else ''}\n\n{_indented(body)}\n"
                    )
    return Outcome(sent, 0)


def _known(rules: Rules, marts: Marts) -> Known:
    kpis, all_portals, groups = catalogue.kpis(marts), portals.portals(marts), portals.groups(marts)
    check(rules, kpis, all_portals, groups)
    return Known(marts, kpis, all_portals, groups)


def _open(rules: Rules, environment: Mapping[str, str]) -> Mapping[str, OpenChannel]:
    return open_channels(rules, {channel for rule in rules.rules for channel in rule.channels}, environment)


def _findings(rules: Rules, known: Known, now: datetime) -> Iterator[tuple[Rule, Sequence[Finding]]]:
    for scorecard in rules.scorecards:
        card = due(scorecard, known, now)
        yield scorecard, [card] if card else []
    for alert in rules.alerts:
        yield alert, find(alert, known, now)


def _send(
    rule: Rule, findings: Collection[Finding], channel: OpenChannel, memory: Sent, reports: _Reports
) -> int:
    """One message for all that a rule has found, so that fifty portals are not fifty messages."""
    if not findings:
        return 0
    items = [(finding.subject, finding.period) for finding in findings]
    with memory.claim(rule.name, channel.name, items) as claimed, tempfile.TemporaryDirectory() as folder:
        news = [finding for finding in findings if (finding.subject, finding.period) in claimed]
        messages = list(_messages(rule, news))
        for title, body in messages:
            files = reports(rule, news, Path(folder))
            channel.deliver(title, body, is_alert=isinstance(rule, Alert), files=files)
    return len(messages)


def _reports(
    known: Known, rule: Rule, findings: Iterable[Finding], folder: Path, now: datetime
) -> list[Path]:
    """Monthly reports that go with a scorecard, of portals that are known to the month's end."""
    if isinstance(rule, Alert) or rule.report is None:
        return []
    files = []
    for finding in findings:
        for subject in known.subjects(rule.of):
            whole = subject.last_whole(rule.period)
            if whole is None or whole < finding.start:
                continue
            (portal,) = subject.portals
            files.append(folder / file_name(portal, finding.start, rule.report))
            files[-1].write_bytes(make(known.marts, portal, finding.start, rule.report, now))
    return files


def _messages(rule: Rule, findings: Iterable[Finding]) -> Iterator[tuple[str, str]]:
    """At most one: a title and a body, findings of one period below each other."""
    by_heading: dict[str, list[str]] = defaultdict(list)
    for finding in findings:
        by_heading[finding.heading].append(finding.line)
    if not by_heading:
        return
    if not isinstance(rule, Alert):
        ((heading, lines),) = by_heading.items()
        yield f"{rule.name}: {heading}", lines[0]
        return
    title = f"Alert: {rule.name}"
    yield (
        title,
        "\n\n".join(
            "\n".join([heading[0].upper() + heading[1:], *(f"- {line}" for line in lines)])
            for heading, lines in by_heading.items()
        ),
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())
