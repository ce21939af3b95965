"""When it is quiet again: two undisturbed runs, and the copy after each of them held against the truth."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.chaos import truth
from tests.chaos.cast import SETTLE_SECONDS
from tests.chaos.comparison import Difference
from tests.chaos.secrets import secrets_in_logs

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tests.chaos.cast import Cast
    from tests.chaos.report import Report

_LONGEST_INDEX_DELAY = 2.0
_ORPHANS_LIVE_SECONDS = 120.0


def compare_all(
    cast: Cast, report: Report, present: Collection[int], say: Callable[[str], None], *, transform: bool
) -> None:
    """Let what is left catch up, and note every difference.

    The first run reads on from the bookmarks that the chaos has left: it shows what they lost. The second one has none, and
    reads everything: it shows what is doubled, leaked and not deleted when nothing hides behind an old copy.
    """
    _wait_for_orphans(cast, report)
    time.sleep(SETTLE_SECONDS + _LONGEST_INDEX_DELAY)
    say("a quiet run goes on from the bookmarks that are left")
    if _run_quietly(cast, report, present, transform=False):
        report.differences += truth.records(cast, present, report.compared, links=False)
    say("a quiet run reads everything again" + (", and dbt builds" if transform else ""))
    cast.forget_bookmarks()
    began = datetime.now(UTC)
    if _run_quietly(cast, report, present, transform=transform):
        report.differences += truth.records(cast, present, report.compared, links=True)
        report.differences += truth.other_tables(cast, present, report.compared)
        if transform:
            report.differences += truth.marts(cast, present, report.compared)
            report.differences += truth.kpis(cast, present, report.compared, began)
    report.differences += secrets_in_logs(cast, report.compared)


def _run_quietly(cast: Cast, report: Report, present: Collection[int], *, transform: bool) -> bool:
    run = cast.begin(transform=transform)
    code = run.process.wait()
    if code:
        report.differences.append(Difference("failure", run.log.name, f"the quiet {run} failed with {code}"))
    failed = cast.stack.query(
        "SELECT portal_id, stream, reason FROM hubspot_raw.portal_syncs WHERE status = 'failed'"
        " AND run_id = (SELECT max(run_id) FROM hubspot_raw.portal_syncs)"
    )
    report.differences += [
        Difference("failure", run.log.name, f"portal {row['portal_id']} {row['stream']}: {row['reason']}")
        for row in failed
        if row["portal_id"] in present
    ]
    return code == 0


def _wait_for_orphans(cast: Cast, report: Report) -> None:
    deadline = time.monotonic() + _ORPHANS_LIVE_SECONDS
    while left := cast.at_work():
        if time.monotonic() > deadline:
            names = ", ".join(sorted({process.name() for process in left}))
            report.differences.append(Difference("failure", "the end", f"processes do not end: {names}"))
            return
        time.sleep(0.2)
