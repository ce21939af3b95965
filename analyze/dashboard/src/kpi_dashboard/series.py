"""Figures as lines and bars want them: by name, the largest first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from kpi_dashboard import marts
from kpi_dashboard.colours import looks
from kpi_dashboard.filters import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from kpi_dashboard.colours import Look
    from kpi_dashboard.filters import View
    from kpi_marts.catalogue import Kpi
    from kpi_marts.questions import By, Point

PORTAL, GROUP = "Portal", "Group"
_NO_NAME: Final = "(none)"


def splits(kpi: Kpi, *, groups: bool) -> dict[str, tuple[By, ...]]:
    """By what a KPI can be kept apart, and how that is asked."""
    found: dict[str, tuple[By, ...]] = {PORTAL: ("portal",)}
    if groups:
        found[GROUP] = ("group",)
    if kpi.dimension:
        found[kpi.dimension.capitalize()] = ("dimension",)
    if kpi.sub_dimension:
        found[kpi.sub_dimension.capitalize()] = ("sub_dimension",)
    return found


def asked_by(by: tuple[By, ...], view: View) -> tuple[By, ...]:
    """Of one portal, what it calls things itself; of several, what all of them do."""
    is_inside = by[0] in {"dimension", "sub_dimension"}
    return ("portal", *by) if is_inside and view.portal_ids and len(view.portal_ids) == 1 else by


def series_names(points: Iterable[Point], split: str) -> dict[tuple[object, ...], str]:
    """What each line is called, by `key`; two of a name have their ids in it."""
    if split == PORTAL:
        called = names(marts.portals())
        return {key(point): called.get(point.portal_id or 0, str(point.portal_id)) for point in points}
    plain = {
        key(point): point.group_name or point.sub_dimension or point.dimension or _NO_NAME for point in points
    }
    often = Counter(plain.values())
    return {
        line: name if often[name] == 1 else f"{name} ({line[-1] or line[-2]})" for line, name in plain.items()
    }


def key(point: Point) -> tuple[object, ...]:
    """What the points of one line have in common, whatever the KPI."""
    return point.series[1:]


def series_looks(shown: Sequence[str], split: str) -> Mapping[str, Look]:
    """How each is drawn: portals and groups by their place among all of them, other things by theirs in the alphabet."""
    if split == PORTAL:
        portals = sorted(marts.portals(), key=lambda portal: portal.portal_id)
        called = names(portals)
        by_id = looks(portal.portal_id for portal in portals)
        return {called[portal_id]: look for portal_id, look in by_id.items() if isinstance(portal_id, int)}
    everything = [group.group_name for group in marts.groups()] if split == GROUP else sorted(shown)
    return {str(name): look for name, look in looks(everything).items()}


def ranked(points: Iterable[Point]) -> list[Point]:
    """The largest first, those without a value last."""
    return sorted(points, key=lambda point: (point.value is None, -(point.value or 0)))


def values_before(points: Iterable[Point]) -> Mapping[tuple[object, ...], Decimal | None]:
    """Values of the time before, by line."""
    return {key(point): point.value for point in points}
