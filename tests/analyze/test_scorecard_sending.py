from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psycopg
import pytest

from kpi_marts import catalogue, portals
from kpi_marts.connection import open_pool
from kpi_marts.figures import text
from kpi_marts.reader import Marts
from kpi_scorecard.rules.reading import parse_rules
from kpi_scorecard.sending.run import Outcome, send
from tests.analyze.receivers import Mailbox, Webhook, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kpi_marts.portals import Portal

# What apprise imports with its e-mail.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

KPI_SCORECARD = Path(sys.executable).with_name("kpi-scorecard")
PORTALS = 4

ALERT = """
channels:
  hook: ${HOOK_URL}
alerts:
- {name: Some contacts, portals: each, kpi: new_contacts, period: month, above: 0, channels: hook}
"""
STALE = """
channels:
  hook: ${HOOK_URL}
alerts:
- {name: Stale, portals: [1458021], stale for: 6h, channels: hook}
"""


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with running(Webhook()) as server:
        yield server


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with running(Mailbox()) as server:
        yield server


class Run(NamedTuple):
    exit_code: int
    output: str


class Sender:
    """The command, with the demo's marts and a memory of its own."""

    def __init__(self, folder: Path, marts_url: str, memory_url: str) -> None:
        self.rules = folder / "rules.yml"
        self.memory_url = memory_url.replace("+psycopg", "")
        self.environment = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": memory_url,
            "ANALYZE_DATABASE_URL": marts_url,
            "SCORECARD_RULES": str(self.rules),
        }

    def start(self, rules: str, *options: str, **variables: str) -> subprocess.Popen[str]:
        self.rules.write_text(rules, encoding="utf-8")
        return subprocess.Popen(
            [KPI_SCORECARD, "send", *options],
            env={**self.environment, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, rules: str, *options: str, **variables: str) -> Run:
        with self.start(rules, *options, **variables) as process:
            output, _ = process.communicate()
        return Run(process.returncode, output)

    def remembered(self) -> set[tuple[str, str, str, str]]:
        with psycopg.connect(self.memory_url) as connection:
            if connection.execute("SELECT to_regclass('hubspot_alerts.sent')").fetchone() == (None,):
                return set()
            return set(
                connection.execute(
                    "SELECT rule, channel, subject, period FROM hubspot_alerts.sent"
                ).fetchall()
            )


@pytest.fixture
def sender(tmp_path: Path, demo_marts: str, database_url: str) -> Sender:
    return Sender(tmp_path, demo_marts, database_url)


@pytest.fixture
def marts(demo_marts: str) -> Iterator[Marts]:
    pool = open_pool("tests", connections=1, environment={"ANALYZE_DATABASE_URL": demo_marts})
    with contextlib.closing(pool):
        yield Marts(pool)


def test_an_alert_reaches_a_webhook_and_a_mailbox(sender: Sender, webhook: Webhook, mailbox: Mailbox) -> None:
    rules = ALERT.replace("channels: hook}", "channels: [hook, mail]}").replace(
        "channels:\n", "channels:\n  mail: ${MAIL_URL}\n", 1
    )
    run = sender.run(rules, HOOK_URL=webhook.address, MAIL_URL=mailbox.address)
    assert run == Run(0, "sent to hook: Some contacts\nsent to mail: Some contacts\n")
    (posted,) = webhook.received
    assert posted["title"] == "Alert: Some contacts"
    assert posted["message"].count("\n- ") == PORTALS
    assert "Brightwater Outdoor: New contacts " in posted["message"]
    (mail,) = mailbox.received
    assert mail["subject"] == "Alert: Some contacts"
    assert mail["to"] == "board@example.com"
    shown = mail.get_body(("plain", "html"))
    assert shown is not None
    assert "青葉トレーディング" in shown.get_content()


def test_a_message_is_sent_once_per_period(sender: Sender, webhook: Webhook, marts: Marts) -> None:
    rules = parse_rules(STALE, "rules.yml")
    environment = {**sender.environment, "HOOK_URL": webhook.address}
    now = datetime.now(UTC).replace(hour=12) + timedelta(days=1)

    def run(at: datetime) -> Outcome:
        return send(rules, marts, environment, at, lambda _: None)

    assert run(now) == Outcome(sent=1, failed=0)
    assert run(now + timedelta(hours=1)) == Outcome(sent=0, failed=0)
    assert run(now + timedelta(days=1)) == Outcome(sent=1, failed=0)
    assert len(webhook.received) == 2


def test_a_portal_that_is_fresh_is_not_stale(sender: Sender, webhook: Webhook, marts: Marts) -> None:
    (synced,) = [portal.last_synced_at for portal in _portals(marts) if portal.portal_id == 1458021]
    assert synced is not None
    rules = parse_rules(STALE, "rules.yml")
    environment = {**sender.environment, "HOOK_URL": webhook.address}
    assert send(rules, marts, environment, synced + timedelta(hours=6), lambda _: None) == Outcome(0, 0)
    assert send(rules, marts, environment, synced + timedelta(hours=7), lambda _: None) == Outcome(1, 0)


def test_two_at_once_send_once(sender: Sender, webhook: Webhook) -> None:
    webhook.seconds = 1.5
    with contextlib.ExitStack() as stack:
        both = [stack.enter_context(sender.start(ALERT, HOOK_URL=webhook.address)) for _ in range(2)]
        outputs = sorted(process.communicate()[0] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert outputs == ["nothing to send\n", "sent to hook: Some contacts\n"]
    assert len(webhook.received) == 1


def test_what_a_channel_did_not_take_is_sent_by_the_next_run(sender: Sender, webhook: Webhook) -> None:
    webhook.status = 503
    failed = sender.run(ALERT, HOOK_URL=webhook.address)
    assert failed.exit_code == 1
    assert failed.output.startswith("not delivered to hook: Some contacts (")
    assert failed.output.endswith("the next run tries again\n")
    assert sender.remembered() == set()
    webhook.status = 200
    assert sender.run(ALERT, HOOK_URL=webhook.address).exit_code == 0
    assert len(webhook.received) == 1
    assert len(sender.remembered()) == PORTALS


def test_a_channel_that_fails_does_not_stop_the_others(sender: Sender, webhook: Webhook) -> None:
    rules = ALERT.replace("channels: hook}", "channels: [dead, hook]}").replace(
        "channels:\n", "channels:\n  dead: json://127.0.0.1:9/\n", 1
    )
    run = sender.run(rules, HOOK_URL=webhook.address)
    assert run.exit_code == 1
    assert len(webhook.received) == 1
    assert {channel for _, channel, _, _ in sender.remembered()} == {"hook"}


def test_a_run_that_is_killed_while_sending_leaves_its_message_to_the_next(
    sender: Sender, webhook: Webhook
) -> None:
    webhook.seconds, webhook.status = 2, 500
    with sender.start(ALERT, HOOK_URL=webhook.address) as process:
        assert webhook.asked.wait(30)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    webhook.seconds, webhook.status = 0, 200
    assert sender.run(ALERT, HOOK_URL=webhook.address).output == "sent to hook: Some contacts\n"
    assert len(webhook.received) == 1


def test_a_dry_run_prints_and_remembers_nothing(sender: Sender, webhook: Webhook) -> None:
    run = sender.run(ALERT, "--dry-run", HOOK_URL=webhook.address)
    assert run.exit_code == 0
    assert "would send to hook: Alert: Some contacts\n" in run.output
    assert "    - Brightwater Outdoor: New contacts " in run.output
    assert webhook.received == []
    with psycopg.connect(sender.memory_url) as connection:
        assert connection.execute("SELECT to_regnamespace('hubspot_alerts')").fetchone() == (None,)
    sender.run(ALERT, HOOK_URL=webhook.address)
    assert sender.run(ALERT, "--dry-run", HOOK_URL=webhook.address).output == "nothing to send\n"


def test_a_dry_run_needs_no_secrets_and_names_those_that_lack(sender: Sender) -> None:
    run = sender.run(ALERT, "--dry-run")
    assert run.exit_code == 0
    assert "rules.yml:3: channel 'hook' needs HOOK_URL, which is not set" in run.output


def test_nothing_is_sent_while_a_secret_lacks(sender: Sender) -> None:
    assert sender.run(ALERT) == Run(
        2, "kpi-scorecard: rules.yml:3: channel 'hook' needs HOOK_URL, which is not set\n"
    )


@pytest.mark.parametrize(
    "address",
    [
        "json://hooks.invalid/{secret}/tail",
        "json://user:{secret}@127.0.0.1:9/",
        "json://127.0.0.1:9/?+Authorization={secret}",
        "mailto://user:{secret}@127.0.0.1:9?mode=insecure&from=a@example.com&to=b@example.com",
        "not-a-service://{secret}",
        "slack://{secret}",
    ],
)
def test_no_secret_is_ever_shown(sender: Sender, address: str) -> None:
    secret = "xoxb-9f8e7d6c5b4a"
    run = sender.run(ALERT, HOOK_URL=address.format(secret=secret))
    assert run.exit_code in {1, 2}
    assert secret not in run.output
    assert "Traceback" not in run.output


def test_bad_rules_are_told_line_by_line(sender: Sender) -> None:
    rules = ALERT.replace("above: 0", "abov: 0").replace("kpi: new_contacts", "kpi: [a, b]")
    run = sender.run(rules)
    assert run.exit_code == 2
    assert (
        "kpi-scorecard: rules.yml:5: an alert has no key 'abov'; it may have: name, portals, " in run.output
    )


def test_rules_that_name_what_is_not_there_are_told_with_what_there_is(
    sender: Sender, webhook: Webhook
) -> None:
    rules = ALERT.replace("portals: each", "portals: [1458021, Nobody]").replace(
        "new_contacts", "new_contracts"
    )
    run = sender.run(rules, HOOK_URL=webhook.address)
    assert run.exit_code == 2
    assert "rules.yml:5: 'Some contacts': no portal is called 'Nobody'" in run.output
    assert (
        "rules.yml:5: 'Some contacts': there is no KPI 'new_contracts'; there are: new_contacts, mqls"
        in run.output
    )


def test_a_database_that_may_not_be_written_is_named_with_the_cure(sender: Sender, webhook: Webhook) -> None:
    with psycopg.connect(sender.memory_url, autocommit=True) as connection:
        database = connection.info.dbname
        connection.execute("CREATE ROLE reads_only LOGIN PASSWORD 'tests'")
        connection.execute(f"REVOKE CREATE ON DATABASE {database} FROM PUBLIC")
    try:
        server = sender.memory_url.rpartition("@")[2]
        sender.environment["DATABASE_URL"] = f"postgresql://reads_only:tests@{server}"
        run = sender.run(ALERT, HOOK_URL=webhook.address)
    finally:
        with psycopg.connect(sender.memory_url, autocommit=True) as connection:
            connection.execute("DROP OWNED BY reads_only; DROP ROLE reads_only")
    assert run.exit_code == 2
    assert "may not write hubspot_alerts.sent" in run.output
    assert webhook.received == []


def test_a_scorecard_has_the_figures_of_the_last_whole_month(
    sender: Sender, webhook: Webhook, marts: Marts, demo_marts: str
) -> None:
    kpis = list(catalogue.kpis(marts).values())
    rules = f"""
channels: {{hook: "${{HOOK_URL}}"}}
scorecards:
- {{name: Month, portals: [1458021], kpis: [{", ".join(kpi.kpi for kpi in kpis)}], channels: hook}}
- {{name: Regions, groups: each, kpis: [won_value, first_response_hours_median], channels: hook}}
"""
    assert sender.run(rules, HOOK_URL=webhook.address).exit_code == 0
    month, regions = webhook.received
    with psycopg.connect(demo_marts.replace("+psycopg", "")) as connection:
        (row,) = connection.execute(
            f"SELECT {', '.join(kpi.kpi for kpi in kpis)} FROM hubspot_marts.portal_scorecard WHERE portal_id = 1458021 "
            "AND month = (SELECT date_trunc('month', last_synced_at AT TIME ZONE time_zone) - interval '1 month' "
            "FROM hubspot_marts.dim_portals WHERE portal_id = 1458021)"
        ).fetchall()
    for kpi, value in zip(kpis, row, strict=True):
        assert f"  {kpi.label}: {text(value, kpi)}" in month["message"]
    assert [line for line in regions["message"].splitlines() if line and not line.startswith(" ")] == [
        "All portals",
        "Americas",
        "Europe",
    ]


def test_a_scorecard_can_bring_the_reports_of_its_portals(sender: Sender, mailbox: Mailbox) -> None:
    rules = """
channels: {mail: "${MAIL_URL}"}
scorecards:
- {name: Month, portals: [1458021, 7052094], kpis: [new_contacts], report: html, channels: mail}
"""
    assert "Month: " in sender.run(rules, "--dry-run").output
    assert sender.run(rules, MAIL_URL=mailbox.address) == Run(0, "sent to mail: Month\n")
    (mail,) = mailbox.received
    files = {name: part.get_payload(decode=True) for part in mail.walk() if (name := part.get_filename())}
    assert [name.partition("-")[2].partition("-")[2] for name in files] == [
        "1458021-brightwater-outdoor.html",
        "7052094-青葉トレーディング.html",
    ]
    assert all(isinstance(page, bytes) and page.startswith(b"<!doctype html>") for page in files.values())


def _portals(marts: Marts) -> list[Portal]:
    return portals.portals(marts)
