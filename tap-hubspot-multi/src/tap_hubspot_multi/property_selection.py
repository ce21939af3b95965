"""Which properties are read: what the settings want, less what must never leave HubSpot."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from tap_hubspot_multi.records import core_properties

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tap_hubspot_multi.crm import CrmObject

logger = logging.getLogger("tap-hubspot-multi")

_EVERY_OBJECT = "*"
_NOT = "!"
_SENSITIVITIES = ("non_sensitive", "sensitive", "highly_sensitive")
"""Property definitions are asked for by these; the first is what HubSpot tells unasked."""


@dataclass(frozen=True, slots=True)
class PropertyRules:
    """What the settings say about properties.

    Attributes:
        patterns: For an object, or for all (`*`): names or patterns to read; with `!` before them, not to read.
        include_bodies: Whether to read what people wrote to each other.
        include_sensitive: Whether to read what HubSpot calls sensitive.
    """

    patterns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    include_bodies: bool = False
    include_sensitive: bool = False

    @property
    def sensitivities(self) -> tuple[str, ...]:
        """Which definitions to ask for; a property whose definition is unknown is never named in a request."""
        return _SENSITIVITIES if self.include_sensitive else _SENSITIVITIES[:1]


class PropertySelection:
    """The rules, applied to the properties of a run's portals; safe to use from several threads."""

    def __init__(self, rules: PropertyRules) -> None:
        """Start a run with the rules that the settings make."""
        self.rules = rules
        self._has_matched: dict[tuple[str, str], bool] = {}
        self._lock = threading.Lock()
        self._shared: dict[tuple[str, ...], tuple[str, ...]] = {}

    def of_records(self, known: Iterable[str], crm_object: CrmObject) -> tuple[str, ...]:
        """Choose what to ask for when records are read.

        Args:
            known: The names that the portal has.
            crm_object: The object type.

        Returns:
            Names in a stable order; those of the row's own columns are always among them.
        """
        known = set(known)
        wanted = [each for each in self._patterns(crm_object) if not each[1].startswith(_NOT)]
        names = self.allowed(known, crm_object)
        if wanted:
            names &= self._matching(known, wanted)
        return self.shared(tuple(sorted({*names, *core_properties(crm_object)})))

    def shared(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The same names as one object for all portals: most types of most portals have HubSpot's own ones only."""
        return self._shared.setdefault(names, names)

    def allowed(self, known: Iterable[str], crm_object: CrmObject) -> set[str]:
        """The names that are not excluded; an exclusion always wins."""
        known = set(known)
        unwanted = [each for each in self._patterns(crm_object) if each[1].startswith(_NOT)]
        bodies = () if self.rules.include_bodies else crm_object.bodies
        return known.difference(bodies, self._matching(known, unwanted))

    def warn_of_typos(self) -> None:
        """Say which patterns matched nothing in any portal, a line for each object."""
        missed: dict[str, list[str]] = {}
        for (key, pattern), has_matched in self._has_matched.items():
            if not has_matched:
                missed.setdefault(key, []).append(pattern)
        for key, patterns in missed.items():
            logger.warning(
                "Setting property_selection: no portal has a property of %s that matches %s.",
                "any object" if key == _EVERY_OBJECT else key,
                ", ".join(patterns),
            )

    def _patterns(self, crm_object: CrmObject) -> list[tuple[str, str]]:
        """The patterns that concern an object, each with the key that it stands under."""
        keys = (_EVERY_OBJECT, crm_object.name, *crm_object.aliases)
        return [(key, pattern) for key in keys for pattern in self.rules.patterns.get(key, ())]

    def _matching(self, known: Iterable[str], patterns: Iterable[tuple[str, str]]) -> set[str]:
        matching: set[str] = set()
        for each in patterns:
            names = {name for name in known if fnmatchcase(name, each[1].removeprefix(_NOT))}
            matching |= names
            with self._lock:
                self._has_matched[each] = self._has_matched.get(each, False) or bool(names)
        return matching
