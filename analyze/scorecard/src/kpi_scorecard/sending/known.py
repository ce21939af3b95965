"""Figures of periods that are known to their end, of portals and groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from kpi_marts.periods import Period, add_months
from kpi_marts.questions import Question, answer
from kpi_scorecard.rules.model import EACH
from kpi_scorecard.subjects import find_group, find_portal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from kpi_marts.catalogue import Kpi
    from kpi_marts.portals import Group, Portal
    from kpi_marts.reader import Marts
    from kpi_scorecard.rules.model import Of


@dataclass(frozen=True, slots=True)
class Subject:
    """A portal or a group.

    Args:
        kind: Which of the two.
        key: What it is remembered by: `portal 123`, `group Europe`.
        name: What people call it.
        portals: The portal, or those of the group; without those that have left.
    """

    kind: Literal["portal", "group"]
    key: str
    name: str
    portals: tuple[Portal, ...]

    @property
    def known_until(self) -> date | None:
        """Day of the last reading, of a group that of the portal that was read least recently; None before any."""
        days = [portal.last_synced_date for portal in self.portals if portal.last_synced_date is not None]
        return min(days) if days and len(days) == len(self.portals) else None

    def last_whole(self, period: Period) -> date | None:
        """First day of the last period that is known to its end."""
        return None if self.known_until is None else before(period, period.first_day(self.known_until))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A KPI of a period, and of the period before; None where it is not known."""

    value: Decimal | None
    previous: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """Relative change."""
        if self.value is None or not self.previous:
            return None
        return (self.value - self.previous) / abs(self.previous)


class Known:
    """The marts as rules see them.

    Args:
        marts: What one may see.
        catalogue: All KPIs.
        portals: All portals.
        groups: All groups.
    """

    def __init__(
        self, marts: Marts, catalogue: Mapping[str, Kpi], portals: Sequence[Portal], groups: Sequence[Group]
    ) -> None:
        self.marts = marts
        self.catalogue = catalogue
        self._portals = portals
        self._groups = groups

    def subjects(self, of: Of) -> list[Subject]:
        """Whom a rule is about; `each` leaves out portals that have left."""
        if of.kind == "portal":
            here = [portal for portal in self._portals if not portal.has_left]
            chosen = here if of.names == EACH else [find_portal(self._portals, name) for name in of.names]
            return [
                Subject("portal", f"portal {portal.portal_id}", portal.portal_name, (portal,))
                for portal in chosen
            ]
        chosen_groups = (
            self._groups if of.names == EACH else [find_group(self._groups, name) for name in of.names]
        )
        return [
            Subject(
                "group",
                f"group {group.group_name}",
                group.group_name,
                tuple(
                    portal
                    for portal in self._portals
                    if portal.portal_id in group.portal_ids and not portal.has_left
                ),
            )
            for group in chosen_groups
        ]

    def compare(
        self, kpis: Iterable[str], subjects: Sequence[Subject], period: Period, start: date
    ) -> dict[tuple[str, str], Comparison]:
        """KPIs of subjects in the period that begins on a day, by the subject's key and the KPI's name."""
        asked = list(dict.fromkeys(kpis))
        last = period.next(start) - timedelta(days=1)
        kind = subjects[0].kind
        question = Question(
            [self.catalogue[kpi] for kpi in asked],
            since=before(period, start),
            until=last,
            period=period,
            by=frozenset({kind}),
            portal_ids=[subject.portals[0].portal_id for subject in subjects] if kind == "portal" else None,
            group_names=[subject.name for subject in subjects] if kind == "group" else None,
        )
        values = {
            (
                f"portal {point.portal_id}" if kind == "portal" else f"group {point.group_name}",
                point.kpi,
                point.start,
            ): (point.value)
            for point in answer(self.marts, question, known_until=last)
        }
        return {
            (subject.key, kpi): Comparison(
                values.get((subject.key, kpi, start)), values.get((subject.key, kpi, before(period, start)))
            )
            for subject in subjects
            for kpi in asked
        }


def before(period: Period, start: date) -> date:
    """First day of the period before."""
    return add_months(start, -1) if period is Period.MONTH else start - (period.next(start) - start)
