"""Our streams as the SDK sees them: for discovery, selection and schema messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk import Stream
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tap_hubspot_multi.tap import TapHubSpotMulti


class PortalStream(Stream):
    """A stream that holds the rows of all portals.

    The SDK's stream classes read one partition after another and keep bookmarks by a column's highest value; ours
    are read by the engine. What is left here is the description, and records for the SDK's dry runs.
    """

    def __init__(
        self,
        tap: TapHubSpotMulti,
        *,
        name: str,
        keys: Sequence[str],
        schema: dict[str, Any],
        selected_by_default: bool,
    ) -> None:
        # The SDK reads this one while it builds its part of the catalog.
        self.selected_by_default = selected_by_default
        super().__init__(tap, name=name, schema=schema)
        self.primary_keys = keys
        self._sample = tap.sample

    @override
    def get_records(self, context: Mapping[str, Any] | None) -> Iterable[dict[str, Any]]:
        return self._sample(self.name)
