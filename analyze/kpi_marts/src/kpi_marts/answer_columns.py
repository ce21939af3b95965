"""The columns of an answer that say what a figure is of: the period, and whatever is kept apart.

The SQL beside them calls the rows of a mart `facts`, and the portals that are asked for `portals`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_marts.periods import Period

if TYPE_CHECKING:
    from kpi_marts.questions import Question

_DIMENSIONS = ("dimension", "sub_dimension")


def start(question: Question, day: str) -> str:
    """First day of the period that a day is in."""
    if question.period is Period.ALL:
        return "%(since)s::date"
    return f"date_trunc('{question.period}', {day}::timestamp)::date"


def keys(question: Question) -> str:
    """What the rows are grouped by: the answer's columns without names, so that two of a name stay apart."""
    found = ["facts.kpi", start(question, "facts.date")]
    if "portal" in question.by:
        found += ["portals.portal_id", "portals.portal_name"]
    if "group" in question.by:
        found.append("portals.group_name")
    found += [_dimension(question, each) for each in _DIMENSIONS if each in question.by]
    return ", ".join(found)


def columns(question: Question) -> str:
    """What the rows begin with, named as in `Point`."""
    found = ["facts.kpi", f"{start(question, 'facts.date')} AS start"]
    if "portal" in question.by:
        found += ["portals.portal_id", "portals.portal_name"]
    if "group" in question.by:
        found.append("portals.group_name")
    for each in _DIMENSIONS:
        if each in question.by:
            found += [
                f"{_dimension(question, each)} AS {each}_id",
                f"max({_label(question, each)}) AS {each}",
            ]
    return ", ".join(found)


def key_names(question: Question) -> str:
    """What the rows are in the order of, with a comma at its end; a line's points stay side by side."""
    names = {
        "portal": "portal_name, portal_id, ",
        "group": "group_name, ",
        "dimension": "dimension, dimension_id, ",
        "sub_dimension": "sub_dimension, sub_dimension_id, ",
    }
    return "".join(columns for by, columns in names.items() if by in question.by)


def _dimension(question: Question, dimension: str) -> str:
    """Within a portal its own id; over portals the common name, or portal and id of what no other portal has."""
    if "portal" in question.by:
        return f"facts.{dimension}_id"
    return (
        f"CASE WHEN facts.kpi = ANY(%(comparable)s) THEN facts.common_{dimension} "
        f"ELSE facts.portal_id || ':' || facts.{dimension}_id END"
    )


def _label(question: Question, dimension: str) -> str:
    if "portal" in question.by:
        return f"facts.{dimension}"
    return (
        f"CASE WHEN facts.kpi = ANY(%(comparable)s) THEN facts.common_{dimension} "
        f"ELSE facts.{dimension} || ' · ' || portals.portal_name END"
    )
