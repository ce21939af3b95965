"""What one record, row or day adds to a KPI."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One part of a KPI's value.

    Attributes:
        numerator: None where a value is missing: it then adds nothing, which is not zero.
        denominator: Of ratios and means.
        dimension: The id of what it is told by: a source, pipeline, owner, e-mail, form, survey or channel.
        sub_dimension: The stage, of what a pipeline holds.
        is_total: Whether it is of the whole portal, for a KPI that can't be had of its dimensions' own values.
    """

    portal_id: int
    day: date
    kpi: str
    numerator: Decimal | None = Decimal(1)
    denominator: Decimal | None = None
    dimension: str = ""
    sub_dimension: str = ""
    is_total: bool = False


def ratio(portal_id: int, day: date, kpi: str, parts: tuple[Decimal, Decimal], dimension: str) -> Sample:
    """A part of a ratio: what is counted, and of how many."""
    return Sample(
        portal_id=portal_id,
        day=day,
        kpi=kpi,
        numerator=parts[0],
        denominator=parts[1],
        dimension=dimension,
    )
