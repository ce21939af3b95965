"""What the pages ask `kpi_marts`, remembered for a minute: moving between pages asks the database nothing twice.

Answers never change, so all visitors are given the same one; `st.cache_data` would copy it for each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from kpi_marts import currencies as currency_rows
from kpi_marts import deal_flow, scorecards
from kpi_marts import emails as email_rows
from kpi_marts import health as health_rows
from kpi_marts import portals as portal_rows
from kpi_marts.catalogue import kpis as kpi_rows
from kpi_marts.connection import open_pool
from kpi_marts.questions import Question, answer
from kpi_marts.reader import Marts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import psycopg
    from psycopg_pool import ConnectionPool

    from kpi_marts.catalogue import Kpi
    from kpi_marts.deal_flow import StageFlow
    from kpi_marts.emails import Email
    from kpi_marts.health import StreamHealth
    from kpi_marts.portals import Group, Portal
    from kpi_marts.questions import Point
    from kpi_marts.scorecards import Score

_SECONDS: Final = 60
_CONNECTIONS: Final = 4
# A view has about ten; so many views are remembered.
_QUESTIONS: Final = 400


@st.cache_resource(show_spinner=False, on_release=lambda pool: pool.close())
def _pool() -> ConnectionPool[psycopg.Connection[tuple[object, ...]]]:
    return open_pool("kpi-dashboard", connections=_CONNECTIONS)


def _marts() -> Marts:
    return Marts(_pool())


@st.cache_resource(ttl=_SECONDS, show_spinner=False)
def catalogue() -> Mapping[str, Kpi]:
    """Every KPI by its name, in the order of the definitions."""
    return kpi_rows(_marts())


@st.cache_resource(ttl=_SECONDS, show_spinner=False)
def portals() -> tuple[Portal, ...]:
    """Every portal by name, those that have left at the end."""
    return tuple(portal_rows.portals(_marts()))


@st.cache_resource(ttl=_SECONDS, show_spinner=False)
def groups() -> tuple[Group, ...]:
    """The groups that somebody has made, without that of all portals."""
    return tuple(group for group in portal_rows.groups(_marts()) if group.group_type != "all")


@st.cache_resource(ttl=_SECONDS, show_spinner=False)
def currencies() -> tuple[str, ...]:
    """What money can be shown in."""
    return tuple(currency_rows.currencies(_marts()))


@st.cache_resource(ttl=_SECONDS, show_spinner=False)
def health() -> tuple[StreamHealth, ...]:
    """How fresh and complete each stream of each portal is."""
    return tuple(health_rows.stream_health(_marts()))


# A frozen set of words has no order of its own that one could hash; its repr is the same within a process.
@st.cache_resource(ttl=_SECONDS, max_entries=_QUESTIONS, show_spinner=False, hash_funcs={Question: repr})
def ask(question: Question, known_until: date | None = None) -> tuple[Point, ...]:
    """Figures of KPIs, line by line."""
    return tuple(answer(_marts(), question, known_until=known_until))


@st.cache_resource(ttl=_SECONDS, max_entries=_QUESTIONS, show_spinner=False)
def targets(since: date, until: date, portal_ids: tuple[int, ...] | None) -> tuple[Score, ...]:
    """Months of portals that have a target."""
    scores = scorecards.portal_scores(_marts(), catalogue().values(), since, until, portal_ids)
    return tuple(score for score in scores if score.target is not None)


@st.cache_resource(ttl=_SECONDS, max_entries=_QUESTIONS, show_spinner=False)
def group_targets(since: date, until: date, group_names: tuple[str, ...]) -> tuple[Score, ...]:
    """Months of groups that have a target."""
    scores = scorecards.group_scores(_marts(), catalogue().values(), since, until, group_names or None)
    return tuple(score for score in scores if score.target is not None)


@st.cache_resource(ttl=_SECONDS, max_entries=_QUESTIONS, show_spinner=False)
def emails(since: date, until: date, portal_ids: tuple[int, ...] | None) -> tuple[Email, ...]:
    """Marketing e-mails published in a window, the newest first."""
    return tuple(email_rows.emails(_marts(), since, until, portal_ids))


@st.cache_resource(ttl=_SECONDS, max_entries=_QUESTIONS, show_spinner=False)
def stage_flow(
    since: date, until: date, portal_ids: tuple[int, ...] | None, *, common_names: bool
) -> tuple[StageFlow, ...]:
    """How deals moved through their stages."""
    return tuple(deal_flow.stage_flow(_marts(), since, until, portal_ids, common_names=common_names))
