"""What rules are made of; `line` is where in the file each stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta
    from decimal import Decimal

    from kpi_marts.periods import Period

EACH: Final = "each"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as it is written: `10`, or a percentage like `20%`, whose value is 0.2."""

    written: str
    value: Decimal
    is_percentage: bool


@dataclass(frozen=True, slots=True)
class Threshold:
    """The KPI's value is below or above a limit."""

    kpi: str
    direction: Literal["below", "above"]
    limit: Amount


@dataclass(frozen=True, slots=True)
class Change:
    """The KPI's value falls or rises by at least a share of that of the period before."""

    kpi: str
    direction: Literal["falls", "rises"]
    by: Amount


@dataclass(frozen=True, slots=True)
class Stale:
    """Nothing has been read from the portal for longer than this."""

    after: timedelta


@dataclass(frozen=True, slots=True)
class Broken:
    """The portal's connection does not work, or something could not be read at the last try."""


Condition = Threshold | Change | Stale | Broken


@dataclass(frozen=True, slots=True)
class Of:
    """Whom a rule is about: portals by id or name, groups by name, or `each` of them."""

    kind: Literal["portal", "group"]
    names: Sequence[str] | Literal["each"]


@dataclass(frozen=True, slots=True)
class Alert:
    """Says when a condition holds, once per subject and period."""

    name: str
    line: int
    of: Of
    condition: Condition
    period: Period
    channels: Sequence[str]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Says how the last week or month was, once per period; with `report`, each portal's monthly report is attached."""

    name: str
    line: int
    of: Of
    kpis: Sequence[str]
    period: Period
    channels: Sequence[str]
    report: Literal["html", "pdf"] | None


Rule = Alert | Scorecard


@dataclass(frozen=True, slots=True)
class Channel:
    """Where messages go: an address of apprise, in which `${NAME}` stands for a variable of the environment.

    One, so that a message that was taken by one address and not by another is not sent to the first one again.
    """

    name: str
    line: int
    address: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The whole file."""

    file: str
    channels: Sequence[Channel]
    scorecards: Sequence[Scorecard]
    alerts: Sequence[Alert]

    @property
    def rules(self) -> list[Rule]:
        """All of them, scorecards first."""
        return [*self.scorecards, *self.alerts]
