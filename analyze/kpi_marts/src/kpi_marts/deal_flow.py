"""How deals move through the stages of their pipelines."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from kpi_marts.reader import Marts


@dataclass(frozen=True, slots=True)
class StageFlow:
    """A stage and what happened in it within a window of days.

    Args:
        pipeline: Name of the pipeline; None where stages are taken together under their common names.
        stage: Name of the stage.
        is_closed: Whether deals end there.
        entered: Stays that began in the window.
        left: Stays that ended in it.
        median_days: Of the stays that ended in it, how long they took.
    """

    pipeline: str | None
    stage: str
    is_closed: bool
    entered: int
    left: int
    median_days: Decimal | None


def stage_flow(
    marts: Marts,
    since: date,
    until: date,
    portal_ids: Collection[int] | None = None,
    *,
    common_names: bool,
) -> list[StageFlow]:
    """Every stage that deals were in, in the order in which deals move.

    Args:
        marts: What one may see.
        since: First day.
        until: Last day.
        portal_ids: Only these portals; None for all.
        common_names: Take stages together by the names that all portals share, else keep pipelines apart.
    """
    pipeline, stage = "stages.pipeline_label", "stages.stage_label"
    if common_names:
        pipeline, stage = "NULL::text", "coalesce(stages.common_stage, stages.stage_label)"
    ended = "stays.left_date BETWEEN %(since)s AND %(until)s"
    return marts.ask(
        f"""
        SELECT
            {pipeline} AS pipeline,
            {stage} AS stage,
            bool_and(coalesce(stages.is_closed, false)) AS is_closed,
            count(*) FILTER (WHERE stays.entered_date BETWEEN %(since)s AND %(until)s) AS entered,
            count(*) FILTER (WHERE {ended}) AS left,
            (percentile_cont(0.5) WITHIN GROUP (ORDER BY stays.duration_days) FILTER (WHERE {ended}))::numeric
                AS median_days
        FROM {{fct_deal_stage_history}} AS stays
        JOIN {{dim_pipeline_stages}} AS stages
            ON stages.portal_id = stays.portal_id
            AND stages.pipeline_id = stays.pipeline_id
            AND stages.stage_id = stays.stage_id
            AND stages.object_type = 'deals'
        WHERE
            (stays.left_date IS NULL OR stays.left_date >= %(since)s) AND stays.entered_date <= %(until)s
            AND (%(portal_ids)s::bigint[] IS NULL OR stays.portal_id = ANY(%(portal_ids)s))
        GROUP BY 1, 2
        ORDER BY 1, 3, avg(stages.display_order), 2
        """,
        StageFlow,
        {"since": since, "until": until, "portal_ids": None if portal_ids is None else sorted(portal_ids)},
    )
