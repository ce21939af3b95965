"""One portal's contacts, companies, deals and tickets are read as fast as the limits allow, and without 429s."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.engine import worlds
from benchmarks.engine.figures import Figure, note
from benchmarks.engine.hubspot import simulated
from benchmarks.engine.tap import Tap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.engine.setting import Setting

STREAMS = ("contacts", "companies", "deals", "tickets", "portal_syncs")
_LATENCY_MS = 150
_CALLS_A_WINDOW = 110
_LEAST_SHARE, _MOST_REFUSED = 0.85, 0.01


def measure(setting: Setting) -> Iterator[Figure]:
    """Count the requests between the first and the last one that the general limit counts."""
    contacts = setting.size(40_000, 2_000)
    sizes = {"companies": contacts // 4, "deals": contacts // 4, "tickets": contacts // 4}
    with simulated(worlds.crm_only(1, contacts=contacts, **sizes), worlds.anchor()) as hubspot:
        hubspot.do(worlds.hold_up, latency_ms=_LATENCY_MS, limits=True)
        run = Tap(setting.folder / "backfill", hubspot.url, hubspot.do(worlds.tokens)).run(STREAMS)
        asked = hubspot.do(worlds.requests)
    # The last window ends before its ten seconds are over.
    windows = asked.by_ten_seconds[:-1]
    sent, allowed = sum(windows), _CALLS_A_WINDOW * len(windows)
    note(
        f"{run.output.records:,} rows in {run.usage.wall:.1f} s; requests {dict(asked.by_limit)}, {asked.refused} refused; "
        f"by ten seconds {asked.by_ten_seconds}"
    )
    what = f"1 portal, contacts + companies + deals + tickets ({run.output.records:,} rows), {_LATENCY_MS} ms"
    yield Figure(
        "backfill",
        f"{what}: requests that the general limit counts, in its {len(windows)} whole windows of ten seconds",
        f"{sent} ({100 * sent / allowed:.0f} %)",
        f"≥ {100 * _LEAST_SHARE:.0f} %",
        f"{allowed}: {_CALLS_A_WINDOW} a window",
        sent / allowed,
        passed=sent >= _LEAST_SHARE * allowed,
    )
    yield Figure(
        "backfill",
        "the same, share of the answers that are 429",
        f"{100 * asked.refused / asked.answered:.1f} %",
        f"< {100 * _MOST_REFUSED:.0f} %",
        f"{asked.answered} answers",
        asked.refused / asked.answered,
        passed=asked.refused < _MOST_REFUSED * asked.answered,
    )
