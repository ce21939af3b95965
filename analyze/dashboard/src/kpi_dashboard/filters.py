"""What one wants to see: which portals, which time, which currency.

It stands in the URL, so that a copied address shows the same, and it goes along from page to page.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import streamlit as st

from kpi_dashboard import marts
from kpi_dashboard.times import CUSTOM, TIMES, USUAL_TIME, span, usual_period, window
from kpi_marts.periods import Period, window_before
from kpi_marts.questions import Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kpi_marts.catalogue import Kpi
    from kpi_marts.portals import Portal
    from kpi_marts.questions import By

    _Chosen = tuple[tuple[int, ...] | None, tuple[str, ...]]

_STEPS: Final = {"Auto": None, "Day": Period.DAY, "Week": Period.WEEK, "Month": Period.MONTH}

# Of HubSpot: nothing there is older.
_FIRST_DAY: Final = date(2006, 1, 1)


@dataclass(frozen=True, slots=True)
class View:
    """What was chosen.

    Args:
        since: First day.
        until: Last day.
        period: How long the time of each point of a line is.
        known_until: The last day that anything is known of.
        portal_ids: Of these portals; None for all.
        group_names: Of these groups; none for all.
        currency: Of money; None for the reporting currency.
        compares: Whether the window before is shown as well.
        all_groups: What stands side by side where groups do and none is chosen.
    """

    since: date
    until: date
    period: Period
    known_until: date
    portal_ids: tuple[int, ...] | None = None
    group_names: tuple[str, ...] = ()
    currency: str | None = None
    compares: bool = True
    all_groups: tuple[str, ...] = ()

    def question(
        self,
        kpis: Iterable[Kpi],
        *by: By,
        period: Period = Period.ALL,
        portal_ids: Iterable[int] | None = None,
    ) -> Question:
        """Ask for the whole window at once, or by period."""
        chosen = self.portal_ids if portal_ids is None else tuple(portal_ids)
        of_groups = "group" in by
        return Question(
            tuple(kpis),
            self.since,
            self.until,
            period,
            frozenset(by),
            # A group is all its portals, whichever are looked at besides.
            portal_ids=None if of_groups else chosen,
            group_names=(self.group_names or self.all_groups) if of_groups else None,
            currency=self.currency,
        )

    @property
    def before(self) -> tuple[date, date]:
        """The window before, to compare with."""
        return window_before(self.since, self.until)

    @property
    def days(self) -> str:
        """The window for people."""
        return span(self.since, self.until)


def names(portals: Iterable[Portal]) -> dict[int, str]:
    """What each portal is called; two of a name have their ids in it."""
    portals = list(portals)
    often = Counter(portal.portal_name for portal in portals)
    return {
        portal.portal_id: portal.portal_name
        if often[portal.portal_name] == 1
        else f"{portal.portal_name} ({portal.portal_id})"
        for portal in portals
    }


def bar(*, one_portal: bool = False) -> View:
    """Draw the filters in one row and return what is chosen."""
    portals = marts.portals()
    called = names(portals)
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        if one_portal:
            chosen, group_names = _portal(called)
        else:
            chosen, group_names = _portals_and_groups(called)
        today = max((day for portal in portals if (day := portal.last_synced_date)), default=date.today())  # noqa: DTZ011
        time = st.selectbox(
            "Time", TIMES, TIMES.index(USUAL_TIME), key="time", bind="query-params", width=130
        )
        dates: tuple[date, ...] = ()
        if time == CUSTOM:
            dates = tuple(
                st.date_input(
                    "From and to",
                    (today - timedelta(days=27), today),
                    min_value=_FIRST_DAY,
                    max_value=today,
                    key="dates",
                    bind="query-params",
                    format="YYYY-MM-DD",
                    width=220,
                )
            )
        since, until = window(time, today, dates)
        step = st.selectbox(
            "By",
            list(_STEPS),
            key="by",
            bind="query-params",
            width=95,
            help="How long the time of each point is.",
        )
        currency = _currency()
        compares = st.toggle(
            "Compare",
            value=True,
            key="compare",
            bind="query-params",
            help=f"With the time before: {span(*window_before(since, until))}.",
        )
    return View(
        since,
        until,
        _STEPS[step] or usual_period(since, until),
        today,
        chosen,
        group_names,
        currency,
        compares,
        tuple(group.group_name for group in marts.groups()),
    )


def _portals_and_groups(called: Mapping[int, str]) -> _Chosen:
    chosen = st.multiselect(
        "Portals",
        list(called),
        format_func=called.__getitem__,
        key="portal",
        bind="query-params",
        placeholder="All portals",
        wrap=False,
        width=300,
    )
    groups = {group.group_name: group.portal_ids for group in marts.groups()}
    if not groups:
        return tuple(chosen) or None, ()
    group_names = st.multiselect(
        "Groups",
        list(groups),
        key="group",
        bind="query-params",
        placeholder="All groups",
        wrap=False,
        width=180,
    )
    if not group_names:
        return tuple(chosen) or None, ()
    members = {portal_id for name in group_names for portal_id in groups[name]}
    return tuple(sorted(members & set(chosen) if chosen else members)), tuple(group_names)


def _portal(called: Mapping[int, str]) -> _Chosen:
    first = next(iter(called))
    # Without a choice of the list: what is the list's choice never stands in the URL.
    portal_id = st.selectbox(
        "Portal",
        list(called),
        None,
        format_func=called.__getitem__,
        key="name",
        bind="query-params",
        placeholder=called[first],
        width=300,
    )
    return (first if portal_id is None else portal_id,), ()


def _currency() -> str | None:
    reporting = next((kpi.reporting_currency for kpi in marts.catalogue().values() if kpi.is_money), None)
    offered = [reporting, *(each for each in marts.currencies() if each != reporting)]
    if reporting is None or len(offered) == 1:
        return None
    currency = st.selectbox(
        "Currency",
        offered,
        key="currency",
        bind="query-params",
        width=95,
        help="Money of each day at that day's rate, from the seed exchange_rates.",
    )
    return None if currency == reporting else currency
