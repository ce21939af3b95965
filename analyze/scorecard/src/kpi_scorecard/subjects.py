"""Portals and groups as people name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_scorecard.errors import UnknownSubject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpi_marts.portals import Group, Portal


def find_portal(portals: Sequence[Portal], named: str) -> Portal:
    """Find a portal by its id or its name, whose case does not matter.

    Raises:
        UnknownSubject: there is none, or several have the name.
    """
    found = [portal for portal in portals if named in (str(portal.portal_id), portal.portal_name)] or [
        portal for portal in portals if portal.portal_name.casefold() == named.casefold()
    ]
    if len(found) == 1:
        return found[0]
    listed = (
        ", ".join(f"{portal.portal_id} {portal.portal_name}" for portal in found or portals) or "none yet"
    )
    msg = f"{'several portals are' if found else 'no portal is'} called {named!r}: name one by its id ({listed})"
    raise UnknownSubject(msg)


def find_group(groups: Sequence[Group], named: str) -> Group:
    """Find a group by its name, whose case does not matter.

    Raises:
        UnknownSubject: there is none.
    """
    for group in groups:
        if group.group_name.casefold() == named.casefold():
            return group
    msg = f"no group is called {named!r}; there are: {', '.join(group.group_name for group in groups) or 'none yet'}"
    raise UnknownSubject(msg)
