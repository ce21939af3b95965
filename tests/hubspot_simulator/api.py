"""What a route is: its name, what serves it, and the paths that lead there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.hubspot_simulator.limits import Bucket

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hubspot_simulator.call import Answer, Call

VERSIONS = ("2026-09", "2026-03")


@dataclass(frozen=True, slots=True)
class Api:
    """One API route.

    Attributes:
        name: In the request log and for faults.
        path: `{v}` stands for each date version; some APIs have one version only, spelt out.
        scopes: Any one of these opens it; where there are none the handler asks the object type.
        older_path: Which HubSpot's own client still speaks.
    """

    name: str
    method: str
    handler: Callable[[Call], Answer]
    path: str
    older_path: str | None = None
    bucket: Bucket | None = Bucket.BURST
    scopes: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """The path in every version that it has."""
        if "{v}" not in self.path:
            return (self.path,)
        return tuple(self.path.replace("{v}", version) for version in VERSIONS)
