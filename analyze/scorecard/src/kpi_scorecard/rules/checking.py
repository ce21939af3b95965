"""Hold rules against the marts: names of KPIs, portals and groups, and numbers that their units allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_marts.periods import Period
from kpi_scorecard.errors import BadRules, UnknownSubject
from kpi_scorecard.rules.model import EACH, Alert, Change, Threshold
from kpi_scorecard.rules.nodes import Faults
from kpi_scorecard.subjects import find_group, find_portal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kpi_marts.catalogue import Kpi
    from kpi_marts.portals import Group, Portal
    from kpi_scorecard.rules.model import Amount, Rule, Rules


def check(
    rules: Rules, catalogue: Mapping[str, Kpi], portals: Sequence[Portal], groups: Sequence[Group]
) -> None:
    """Check all rules at once.

    Raises:
        BadRules: something is wrong, each thing with its line.
    """
    faults = Faults(rules.file)
    for rule in rules.rules:
        _check_names(rule, portals, groups, faults)
        for name in _kpis_of(rule):
            if name not in catalogue:
                faults.add(
                    rule.line, f"{rule.name!r}: there is no KPI {name!r}; there are: {', '.join(catalogue)}"
                )
            elif rule.period is not Period.MONTH and catalogue[name].aggregation == "monthly":
                faults.add(rule.line, f"{rule.name!r}: {name} is of months only: write 'period: month'")
    for alert in rules.alerts:
        if isinstance(alert.condition, Threshold) and (kpi := catalogue.get(alert.condition.kpi)):
            _check_limit(alert, alert.condition.limit, kpi, faults)
    if faults:
        raise BadRules(str(faults))


def _kpis_of(rule: Rule) -> Sequence[str]:
    if not isinstance(rule, Alert):
        return rule.kpis
    return [rule.condition.kpi] if isinstance(rule.condition, Threshold | Change) else []


def _check_names(rule: Rule, portals: Sequence[Portal], groups: Sequence[Group], faults: Faults) -> None:
    for name in () if rule.of.names == EACH else rule.of.names:
        try:
            find_portal(portals, name) if rule.of.kind == "portal" else find_group(groups, name)
        except UnknownSubject as error:
            faults.add(rule.line, f"{rule.name!r}: {error}")


def _check_limit(alert: Alert, limit: Amount, kpi: Kpi, faults: Faults) -> None:
    if kpi.unit == "ratio" and not limit.is_percentage:
        faults.add(
            alert.line,
            f"{alert.name!r}: {kpi.kpi} is a share: write a percentage, like 20%, not {limit.written}",
        )
    if kpi.unit != "ratio" and limit.is_percentage:
        faults.add(alert.line, f"{alert.name!r}: {kpi.kpi} is no share: write a number, not {limit.written}")
