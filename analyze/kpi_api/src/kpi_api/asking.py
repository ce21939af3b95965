"""Who asks, and what they may name: whoever names anything else hears that there is no such thing."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from kpi_api.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from kpi_api.directory import Directory
    from kpi_marts.catalogue import Kpi
    from kpi_marts.reader import Marts


@dataclass(frozen=True, slots=True)
class Asker:
    """What a client sees.

    Args:
        marts: With the client's portals only.
        directory: What is in them.
    """

    marts: Marts
    directory: Directory

    def portals(self, portal_ids: Collection[int], group_names: Collection[str]) -> set[int]:
        """Ids of the portals that are asked for: by default all, else those that fit both lists.

        Raises:
            Problem: one of them is not there. Whether it is somebody else's makes no difference.
        """
        asked = set(self.directory.portals)
        for portal_id in portal_ids:
            if portal_id not in asked:
                raise _not_found("portal_id", f"portal {portal_id}", self.directory.portals)
        for name in group_names:
            if name not in self.directory.groups:
                raise _not_found("group", f"group '{name}'", self.directory.groups)
        if portal_ids:
            asked &= set(portal_ids)
        if group_names:
            asked &= self.directory.portals_of(group_names)
        return asked

    def kpi(self, name: str) -> Kpi:
        """The KPI of a name.

        Raises:
            Problem: there is none.
        """
        try:
            return self.directory.kpis[name]
        except KeyError:
            raise _not_found("kpi", f"KPI '{name}'", self.directory.kpis) from None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: rows that become those of the answer, and what else the answer says."""

    rows: Sequence[object]
    data_as_of: datetime | None
    modified_at: datetime | None
    more: Mapping[str, object] = field(default_factory=dict)


def of_portals(asker: Asker, portal_ids: Collection[int], rows: Sequence[object], **more: object) -> Found:
    """What was found of these portals, as fresh as they are."""
    directory = asker.directory
    return Found(rows, directory.as_of(portal_ids), directory.last_synced_at(portal_ids), more)


def wrong(parameter: str, detail: str, allowed: Collection[str] | None = None) -> Problem:
    """A parameter that does not fit the others."""
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, parameter=parameter, allowed=allowed)


def _not_found(parameter: str, what: str, there_are: Collection[str] | Collection[int]) -> Problem:
    return Problem(
        HTTPStatus.NOT_FOUND,
        f"There is no {what} that you may see.",
        parameter=parameter,
        allowed=list(there_are),
    )
