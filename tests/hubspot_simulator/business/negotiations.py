"""How the amounts and close dates of deals came to be what they are: the history of both, not their values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.clock import DAY_MS, iso

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.hubspot_simulator.business.drafts import Deal
    from tests.hubspot_simulator.business.scene import Scene

_HAGGLED = 0.35
_POSTPONED = 0.4


def remember_negotiations(scene: Scene, deals: Sequence[Deal]) -> None:
    """Give deals an earlier amount and an earlier close date; neither values nor modified dates move."""
    for deal in deals:
        _remember_close_date(scene, deal)
        _remember_amount(scene, deal)


def _remember_close_date(scene: Scene, deal: Deal) -> None:
    rng = scene.rng
    hoped = deal.created_ms + round(scene.business.cycle_days * rng.uniform(0.5, 1.1) * DAY_MS)
    changed = deal.closed_ms
    if changed is None and rng.random() < _POSTPONED:
        changed = _some_time(scene, deal)
    if changed is not None and changed > deal.created_ms:
        deal.history.append(("closedate", deal.created_ms, iso(hoped)))
        deal.history.append(("closedate", changed, deal.properties["closedate"]))


def _remember_amount(scene: Scene, deal: Deal) -> None:
    agreed, changed = deal.properties.get("amount"), _some_time(scene, deal)
    if agreed is None or changed == deal.created_ms or scene.rng.random() >= _HAGGLED:
        return
    asked = f"{float(agreed) * scene.rng.uniform(0.9, 1.4):.0f}"
    deal.history.append(("amount", deal.created_ms, asked))
    deal.history.append(("amount", changed, agreed))


def _some_time(scene: Scene, deal: Deal) -> int:
    return deal.created_ms + round(scene.rng.random() * (deal.modified_ms - deal.created_ms))
