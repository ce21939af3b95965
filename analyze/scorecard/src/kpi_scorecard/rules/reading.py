"""Read the file of rules; everything that is wrong with it is told at once, each fault with its line."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from kpi_marts.periods import Period
from kpi_scorecard.errors import BadRules
from kpi_scorecard.rules.model import (
    EACH,
    Alert,
    Amount,
    Broken,
    Change,
    Channel,
    Of,
    Rules,
    Scorecard,
    Stale,
    Threshold,
)
from kpi_scorecard.rules.nodes import Faults, Section, compose

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kpi_scorecard.rules.model import Condition

_TOP = ("channels", "scorecards", "alerts")
_SCORECARD = ("name", "portals", "groups", "period", "kpis", "report", "channels")
_CONDITIONS = ("below", "above", "falls by", "rises by", "stale for", "broken")
_ALERT = ("name", "portals", "groups", "kpi", "period", *_CONDITIONS, "channels")

_AMOUNT = re.compile(r"(\d[\d_]*(?:\.\d+)?)\s?(%?)")
_DURATION = re.compile(r"(\d+)\s?(m|h|d)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def read_rules(path: Path) -> Rules:
    """Read a file of rules.

    Raises:
        BadRules: it can't be read, or something in it is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        msg = f"can't read the rules {path}: {reason} (name them by --rules or SCORECARD_RULES)"
        raise BadRules(msg) from None
    return parse_rules(text, path.name)


def parse_rules(text: str, file: str) -> Rules:
    """Read rules.

    Args:
        text: The file's text.
        file: Its name, for messages.

    Raises:
        BadRules: something is wrong.
    """
    faults = Faults(file)
    node = compose(text, faults)
    if node is None:
        if not faults:
            faults.add(1, f"the file is empty; it may have: {', '.join(_TOP)}")
        raise BadRules(str(faults))
    top = Section(node, "the file", faults, _TOP)
    channels = _channels(top, faults)
    reader = _Reader(faults, {channel.name for channel in channels})
    rules = Rules(
        file=file,
        channels=channels,
        scorecards=[
            card
            for section in top.sections("scorecards", "a scorecard", _SCORECARD)
            if (card := reader.scorecard(section))
        ],
        alerts=[
            alert
            for section in top.sections("alerts", "an alert", _ALERT)
            if (alert := reader.alert(section))
        ],
    )
    if faults:
        raise BadRules(str(faults))
    return rules


def _channels(top: Section, faults: Faults) -> list[Channel]:
    node = top.node("channels")
    if node is None:
        return []
    section = Section(node, "channels", faults)
    return [Channel(name, section.line_of(name), section.text(name) or "") for name in section]


class _Reader:
    """Rules that name channels.

    Args:
        faults: Where to note what is wrong.
        channels: Names of those there are.
    """

    def __init__(self, faults: Faults, channels: set[str]) -> None:
        self._faults = faults
        self._channels = channels
        self._names: set[str] = set()

    def scorecard(self, section: Section) -> Scorecard | None:
        name, of, channels = self._name(section), _of(section), self._where(section)
        period = _period(section, (Period.WEEK, Period.MONTH), Period.MONTH)
        kpis = section.texts("kpis")
        if name is None or of is None or period is None:
            return None
        return Scorecard(name, section.line, of, kpis, period, channels, _report(section, of, period))

    def alert(self, section: Section) -> Alert | None:
        name, of, channels = self._name(section), _of(section), self._where(section)
        condition = _condition(section)
        of_portals = "stale for" in section or "broken" in section
        # A portal that stays broken is worth a message a day.
        period = _period(section, (Period.DAY, Period.WEEK, Period.MONTH), Period.DAY if of_portals else None)
        if of_portals and of is not None and of.kind == "group":
            section.fault(
                "groups", "portals are stale or broken, not groups: write 'portals: each', or which"
            )
        if of_portals and "kpi" in section:
            section.fault("kpi", "portals are stale or broken, not KPIs: leave 'kpi' out")
        if name is None or of is None or condition is None or period is None:
            return None
        return Alert(name, section.line, of, condition, period, channels)

    def _name(self, section: Section) -> str | None:
        name = section.text("name")
        if name in self._names:
            section.fault(
                "name", f"two rules are called {name!r}; what has been sent is remembered by the name"
            )
        self._names.add(name or "")
        return name

    def _where(self, section: Section) -> list[str]:
        names = section.texts("channels")
        for name in names:
            if name not in self._channels:
                known = ", ".join(sorted(self._channels)) or "none"
                section.fault("channels", f"there is no channel {name!r}; there are: {known}")
        return list(dict.fromkeys(names))


def _of(section: Section) -> Of | None:
    if ("portals" in section) == ("groups" in section):
        section.fault(
            "", f"{section.what} is about portals or about groups: write 'portals: each', or a list of them"
        )
        return None
    kind: Literal["portal", "group"] = "portal" if "portals" in section else "group"
    names = section.texts(f"{kind}s")
    return Of(kind, EACH if names == [EACH] else list(dict.fromkeys(names)))


def _period(section: Section, allowed: Sequence[Period], default: Period | None) -> Period | None:
    if default is not None and "period" not in section:
        return default
    written = section.text("period")
    if written is None:
        return None
    if written not in set(allowed):
        section.fault("period", f"{written!r} is no period; write one of: {', '.join(allowed)}")
        return None
    return Period(written)


def _report(section: Section, of: Of, period: Period) -> Literal["html", "pdf"] | None:
    if "report" not in section:
        return None
    if of.kind == "group" or period is not Period.MONTH:
        section.fault("report", "reports are of portals and months: write 'portals' and 'period: month'")
    match section.text("report"):
        case "html":
            return "html"
        case "pdf":
            return "pdf"
        case _:
            section.fault("report", "'report' is html or pdf")
            return None


def _condition(section: Section) -> Condition | None:
    given = [key for key in _CONDITIONS if key in section]
    if len(given) != 1:
        found = f"not {len(given)}" if given else "and has none"
        section.fault("", f"an alert has one condition, {found}: {', '.join(_CONDITIONS)}")
        return None
    (key,) = given
    written = section.text(key)
    if written is None:
        return None
    match key:
        case "broken":
            return _broken(section, written)
        case "stale for":
            return _stale(section, written)
        case _:
            return _of_kpi(section, key, written)


def _of_kpi(section: Section, key: str, written: str) -> Condition | None:
    kpi, amount = section.text("kpi"), _amount(section, key, written)
    if kpi is None or amount is None:
        return None
    if key in {"below", "above"}:
        return Threshold(kpi, "below" if key == "below" else "above", amount)
    if not amount.is_percentage or not amount.value:
        section.fault(key, f"{key!r} must be a percentage above 0, like 20%")
    return Change(kpi, "falls" if key == "falls by" else "rises", amount)


def _broken(section: Section, written: str) -> Broken:
    if written.lower() not in {"true", "yes"}:
        section.fault("broken", "'broken' can only be true")
    return Broken()


def _stale(section: Section, written: str) -> Stale | None:
    found = _DURATION.fullmatch(written)
    if found is None or not int(found[1]):
        section.fault("stale for", f"{written!r} is no time; write minutes, hours or days: 90m, 6h, 2d")
        return None
    return Stale(timedelta(**{_UNITS[found[2]]: int(found[1])}))


def _amount(section: Section, key: str, written: str) -> Amount | None:
    found = _AMOUNT.fullmatch(written)
    if found is None:
        section.fault(key, f"{written!r} is no number; write it like 1000, 2.5 or 20%")
        return None
    number = Decimal(found[1].replace("_", ""))
    return Amount(written, number / 100 if found[2] else number, bool(found[2]))
