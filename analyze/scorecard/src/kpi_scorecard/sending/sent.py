"""What has been sent, so that nothing is sent twice: the table `hubspot_alerts.sent`."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import psycopg

from kpi_scorecard.errors import CannotWrite
from warehouse_connection.connection import connect
from warehouse_connection.location import WarehouseError, resolve_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Connection = psycopg.Connection[tuple[object, ...]]

    # Subject and period.
    Item = tuple[str, str]

_CREATE = """
    CREATE SCHEMA IF NOT EXISTS hubspot_alerts;
    CREATE TABLE IF NOT EXISTS hubspot_alerts.sent (
        rule text NOT NULL,
        channel text NOT NULL,
        subject text NOT NULL,
        period text NOT NULL,
        sent_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (rule, channel, subject, period)
    );
    COMMENT ON TABLE hubspot_alerts.sent IS
        'Scorecards and alerts that were sent: each once per rule, channel, subject and period.';
"""
_HERE = "SELECT to_regclass('hubspot_alerts.sent')"
# Everyone who sends inserts in the same order, so that two never wait for each other.
_CLAIM = """
    INSERT INTO hubspot_alerts.sent (rule, channel, subject, period)
    SELECT %(rule)s, %(channel)s, subject, period
    FROM unnest(%(subjects)s::text[], %(periods)s::text[]) AS items (subject, period)
    ORDER BY subject, period
    ON CONFLICT DO NOTHING
    RETURNING subject, period
"""
_SENT = """
    SELECT subject, period FROM hubspot_alerts.sent
    WHERE rule = %s AND channel = %s
"""


class Sent:
    """The memory of what was sent, in one session of the database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextlib.contextmanager
    def claim(self, rule: str, channel: str, items: Sequence[Item]) -> Iterator[set[Item]]:
        """Those of the items that were not sent yet, and are meant to be sent in this block.

        The claim is a transaction: another run that claims the same waits until this one has sent them, and then gets
        none of them; if this block fails, or its process ends however it ends, they are as they were.

        Raises:
            CannotWrite: the database does not let us remember.
        """
        with _one_line_errors(), self._connection.transaction():
            rows = self._connection.execute(
                _CLAIM,
                {
                    "rule": rule,
                    "channel": channel,
                    "subjects": [subject for subject, _ in items],
                    "periods": [period for _, period in items],
                },
            ).fetchall()
            yield {(str(subject), str(period)) for subject, period in rows}

    def before(self, rule: str, channel: str) -> set[Item]:
        """Everything of a rule that went to a channel."""
        with _one_line_errors():
            if self._connection.execute(_HERE).fetchone() == (None,):
                return set()
            rows = self._connection.execute(_SENT, [rule, channel]).fetchall()
        return {(str(subject), str(period)) for subject, period in rows}


@contextlib.contextmanager
def open_sent(environment: Mapping[str, str], *, read_only: bool) -> Iterator[Sent]:
    """Open the memory; make the table if it is not there, unless nothing may be written.

    Args:
        environment: Where DATABASE_URL is looked up: readers of the marts could not write here.
        read_only: Whether nothing will be sent.

    Raises:
        CannotWrite: the database can't be found or does not let us remember.
    """
    try:
        connection = connect(resolve_url(environment))
    except WarehouseError as error:
        raise CannotWrite(str(error)) from None
    with contextlib.closing(connection):
        connection.autocommit = True
        with _one_line_errors():
            connection.execute("SELECT set_config('application_name', 'kpi-scorecard send', false)")
            if not read_only and connection.execute(_HERE).fetchone() == (None,):
                with connection.transaction():  # two at once would both find nothing
                    connection.execute("SELECT pg_advisory_xact_lock(hashtext('hubspot_alerts'))")
                    connection.execute(_CREATE)
        yield Sent(connection)


@contextlib.contextmanager
def _one_line_errors() -> Iterator[None]:
    try:
        yield
    except psycopg.errors.InsufficientPrivilege:
        msg = (
            "the user of DATABASE_URL may not write hubspot_alerts.sent, where is kept what was sent: let it create the "
            "schema once (GRANT CREATE ON DATABASE …), or run this command once as the owner of the database and GRANT "
            "USAGE ON SCHEMA hubspot_alerts, and SELECT, INSERT ON hubspot_alerts.sent"
        )
        raise CannotWrite(msg) from None
    except psycopg.Error as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        msg = f"what was sent can't be remembered, so nothing more is sent: {reason}"
        raise CannotWrite(msg) from None
