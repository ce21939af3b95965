"""What modifies records after their story is told: notes, visits, owners, and HubSpot's own batch jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.clock import HOUR_MS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.hubspot_simulator.business.drafts import Draft
    from tests.hubspot_simulator.business.scene import Scene

_TOUCHED_AGAIN = 0.55
_IN_BATCH_JOB = 0.08


def touch_again(scene: Scene, drafts: Sequence[Draft]) -> None:
    """Move modified dates: some by an activity, some all together to the millisecond of one batch job."""
    rng, calendar = scene.rng, scene.calendar
    job = calendar.month_end_job()
    for draft in drafts:
        if "hubspot_owner_id" in draft.properties:
            draft.set_dated("hubspot_owner_assigneddate", draft.created_ms)
        if rng.random() < _TOUCHED_AGAIN:
            contacted = calendar.later(rng, draft.modified_ms, 20)
            if contacted < calendar.anchor_ms:
                draft.set_dated("notes_last_contacted", contacted)
                draft.properties["num_contacted_notes"] = str(rng.randrange(1, 9))
                draft.note(contacted)
        if draft.modified_ms < job - HOUR_MS and rng.random() < _IN_BATCH_JOB:
            draft.note(job)
