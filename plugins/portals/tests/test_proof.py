"""Bookmarks from the run log are never later than what is surely in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from portals_utility.bookmarks import differences, state_of
from portals_utility.errors import PortalsError
from portals_utility.proof import STREAMS, STREAMS_WITH_PARTS, Proof, read_proofs
from tap_hubspot_multi.crm import CRM_OBJECTS, CUSTOM_OBJECTS

if TYPE_CHECKING:
    from collections.abc import Iterator

Connection = psycopg.Connection[Any]

COLUMNS = "portal_id, stream, object_type, mode, status, window_from, window_to, records"


@dataclass
class RunLog:
    """A run log to fill: hours of one day, of contacts of portal 1 unless said otherwise."""

    connection: Connection

    def add(
        self,
        mode: str,
        window_from: int | None,
        window_to: int | None = None,
        *,
        stream: str = "contacts",
        object_type: str = "contacts",
        status: str = "ok",
    ) -> None:
        hours = [None if hour is None else f"2026-11-22 {hour:02}:00" for hour in (window_from, window_to)]
        row = (1, stream, object_type, mode, status, *hours, 5)
        self.connection.execute(
            f"INSERT INTO hubspot_raw.portal_syncs ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", row
        )

    def proofs(self) -> dict[str, tuple[int, int, bool]]:
        """By stream and part: the hours of the last full read and of the bookmark, and whether there is a gap."""
        return {
            f"{each.stream} {each.part}".strip(): (
                each.full_read_at.hour,
                each.modified_until.hour,
                each.has_gap,
            )
            for each in read_proofs(self.connection)
        }


@pytest.fixture
def log(database_url: str) -> Iterator[RunLog]:
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE SCHEMA hubspot_raw")
        connection.execute(
            "CREATE TABLE hubspot_raw.portal_syncs (portal_id bigint, stream text, object_type text, mode text,"
            " status text, window_from timestamp, window_to timestamp, records bigint)"
        )
        for table in ("contacts", "custom_objects", "property_history"):
            connection.execute(f"CREATE TABLE hubspot_raw.{table} (portal_id bigint)")
            connection.execute(f"INSERT INTO hubspot_raw.{table} VALUES (1)")
        yield RunLog(connection)


def test_reads_of_changes_that_join_on_to_a_full_read_prove_up_to_their_end(log: RunLog) -> None:
    log.add("backfill", 1)
    log.add("incremental", 1, 3)
    log.add("incremental", 2, 4)
    assert log.proofs() == {"contacts": (1, 4, False)}


def test_behind_a_gap_nothing_is_proved_until_the_next_full_read(log: RunLog) -> None:
    log.add("backfill", 1)
    log.add("incremental", 1, 3)
    log.add("incremental", 5, 7)  # it went on from a state that this database has not seen
    log.add("incremental", 6, 8)
    assert log.proofs() == {"contacts": (1, 3, True)}
    log.add("full", 8)
    log.add("incremental", 7, 9)
    assert log.proofs() == {"contacts": (8, 9, False)}


def test_what_failed_or_was_skipped_proves_nothing(log: RunLog) -> None:
    log.add("backfill", 1, status="failed")
    assert log.proofs() == {}
    log.add("backfill", 2)
    log.add("incremental", 1, 5, status="failed")
    log.add("incremental", 1, 6, status="skipped")
    assert log.proofs() == {"contacts": (2, 2, False)}


def test_changes_without_a_full_read_prove_nothing(log: RunLog) -> None:
    log.add("incremental", 1, 5)
    assert log.proofs() == {}


def test_a_full_read_that_proves_nothing_gone_counts_from_its_begin(log: RunLog) -> None:
    for part in ("contacts", "deals"):
        log.add("backfill", None, 2, stream="property_history", object_type=part)
    log.add("incremental", 1, 4, stream="property_history", object_type="deals")
    log.add("backfill", 3, stream="custom_objects", object_type="2-1")
    log.add("full", None, stream="contacts")  # as versions before this one wrote it: when is not known
    assert log.proofs() == {
        "property_history contacts": (2, 2, False),
        "property_history deals": (2, 4, False),
        "custom_objects 2-1": (3, 3, False),
    }


@pytest.mark.parametrize("loss", ["TRUNCATE hubspot_raw.contacts", "DROP TABLE hubspot_raw.contacts"])
def test_of_a_table_that_was_emptied_or_dropped_nothing_is_proved(log: RunLog, loss: str) -> None:
    log.add("backfill", 1)
    assert log.proofs() == {"contacts": (1, 1, False)}
    log.connection.execute(loss.encode())
    assert log.proofs() == {}


def test_other_streams_have_no_bookmark_and_are_read_once_more(log: RunLog) -> None:
    log.add("backfill", 1, stream="form_submissions", object_type="")
    log.add("full", 1, stream="owners", object_type="")
    assert log.proofs() == {}


def test_a_database_without_run_log_is_one_clear_line(database_url: str) -> None:
    with (
        psycopg.connect(database_url.replace("+psycopg", "")) as connection,
        pytest.raises(PortalsError) as raised,
    ):
        read_proofs(connection)
    assert "this database has no run log" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_every_stream_that_is_read_like_a_crm_object_is_known_here() -> None:
    assert STREAMS - {"marketing_emails", "property_history"} == {each.name for each in CRM_OBJECTS} | {
        CUSTOM_OBJECTS
    }


def proof(stream: str, hour: int, *, part: str = "", has_gap: bool = False) -> Proof:
    moment = datetime(2026, 11, 22, hour)  # noqa: DTZ001 - as the database has them
    return Proof(1, stream, part, moment, moment, has_gap, 5)


def test_a_bookmark_is_written_as_the_tap_writes_it() -> None:
    state = state_of(
        [proof("contacts", 3), proof("custom_objects", 4, part="2-1")], datetime(2026, 11, 23, tzinfo=UTC)
    )
    assert state["bookmarks"]["contacts"]["partitions"] == [
        {
            "context": {"portal_id": 1},
            "saved_ms": 1795392000000,
            "modified_until": "2026-11-22T03:00:00.000Z",
            "full_read_at": "2026-11-22T03:00:00.000Z",
        }
    ]
    [custom] = state["bookmarks"]["custom_objects"]["partitions"]
    assert custom["context"] == {"portal_id": 1, "object_type": "2-1"}
    assert {"custom_objects"} <= STREAMS_WITH_PARTS


def test_what_changes_is_said_line_by_line() -> None:
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    before = state_of([proof("contacts", 5), proof("deals", 4), proof("form_submissions", 5)], moment)
    before["bookmarks"]["owners"] = {"partitions": [{"context": {"portal_id": 1}, "digest": "ab"}]}
    after = [proof("contacts", 3, has_gap=True), proof("deals", 4), proof("custom_objects", 2, part="2-1")]
    three = "2026-11-22T03:00:00.000Z"
    assert list(differences(before, after)) == [
        f"portal 1, contacts: from {three}, not 2026-11-22T05:00:00.000Z; later reads do not join on to it",
        "portal 1, custom_objects 2-1: from 2026-11-22T02:00:00.000Z, not the start",
        "portal 1, form_submissions: from the start, not 2026-11-22T05:00:00.000Z",
    ]
