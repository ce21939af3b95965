"""Pipelines as HubSpot lists them, made from what a scenario says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.catalogue import Pipeline, PipelineStage
from tests.hubspot_simulator.clock import iso

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.hubspot_simulator.specs import PipelineSpec, StageSpec

# HubSpot never stamped the pipelines that every portal starts with.
_UNSTAMPED = frozenset({"default", "0", "lead-pipeline-id"})


def stage_property(object_type: str) -> str:
    """The property that holds a record's stage."""
    return "dealstage" if object_type == "deals" else "hs_pipeline_stage"


def build_pipelines(object_type: str, specs: Iterable[PipelineSpec], since_ms: int) -> list[Pipeline]:
    """The pipelines of one object type with their stages in order."""
    return [
        Pipeline(
            id=line.id,
            label=line.label,
            display_order=order,
            stages=[
                PipelineStage(
                    id=stage.id,
                    label=stage.label,
                    display_order=position,
                    metadata=_metadata(object_type, stage),
                    created_at=iso(since_ms),
                    updated_at=iso(since_ms),
                )
                for position, stage in enumerate(line.stages)
            ],
            created_at=iso(0 if line.id in _UNSTAMPED else since_ms),
            updated_at=iso(since_ms),
        )
        for order, line in enumerate(specs)
    ]


def _metadata(object_type: str, stage: StageSpec) -> dict[str, str]:
    """All values are text, whatever they look like."""
    closed = {"isClosed": "true" if stage.closed else "false"}
    if object_type == "deals":
        return {**closed, "probability": str(float(stage.probability))}
    if object_type == "tickets":
        return {**closed, "ticketState": "CLOSED" if stage.closed else "OPEN"}
    return closed
