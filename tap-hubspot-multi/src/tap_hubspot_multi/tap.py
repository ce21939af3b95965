"""The Singer tap: settings, discovery, and the run."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from singer_sdk import Tap
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.helpers.capabilities import PluginCapabilities, TapCapabilities
from typing_extensions import override

from tap_hubspot_multi import portal_syncs
from tap_hubspot_multi.clock import Deadline, SystemClock
from tap_hubspot_multi.config_schema import CONFIG_SCHEMA
from tap_hubspot_multi.engine import run_portals
from tap_hubspot_multi.exceptions import PortalsFailed, StreamSkipped
from tap_hubspot_multi.input_files import check_input_files
from tap_hubspot_multi.output import PageWriter, SingerOutput
from tap_hubspot_multi.session import open_session
from tap_hubspot_multi.settings import TapSettings, find_problems
from tap_hubspot_multi.singer_stream import PortalStream
from tap_hubspot_multi.state import StateBook, check_form
from tap_hubspot_multi.streams import STREAMS
from tap_hubspot_multi.tasks import Task

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType
    from typing import ClassVar

    import click
    from singer_sdk.helpers.capabilities import CapabilitiesEnum

    from tap_hubspot_multi.records import Record


class TapHubSpotMulti(Tap):
    """Reads every connected HubSpot portal, each record tagged with its portal."""

    name = "tap-hubspot-multi"
    config_jsonschema = CONFIG_SCHEMA
    message_writer_class = PageWriter
    # Selection is honoured here; stream maps, flattening and batches are left to mappers and targets, and
    # ACTIVATE_VERSION would make the target delete the rows of all portals but the last.
    capabilities: ClassVar[list[CapabilitiesEnum]] = [
        TapCapabilities.CATALOG,
        TapCapabilities.STATE,
        TapCapabilities.DISCOVER,
        PluginCapabilities.ABOUT,
        PluginCapabilities.STRUCTURED_LOGGING,
    ]

    message_writer: PageWriter
    _is_reading = False

    @cached_property
    def clock(self) -> SystemClock:
        """Time, and the way to stop the run."""
        return SystemClock()

    @cached_property
    def settings(self) -> TapSettings:
        """The checked settings."""
        return TapSettings.from_config(self.config)

    @override
    def discover_streams(self) -> Sequence[PortalStream]:
        declared = [
            (stream.name, stream.keys, stream.schema, stream.selected_by_default) for stream in STREAMS
        ]
        run_log = (portal_syncs.NAME, portal_syncs.KEYS, portal_syncs.SCHEMA, True)
        return [
            PortalStream(self, name=name, keys=keys, schema=schema, selected_by_default=selected)
            for name, keys, schema, selected in [*declared, run_log]
        ]

    @override  # type: ignore[misc]
    def sync_all(self) -> None:
        """Run all tasks.

        The SDK's own loop is final; it goes stream by stream, and one failing partition ends it. Portals are
        independent here, and their bookmarks are ours.

        Raises:
            RunStopped: No portal can be read.
            Interrupted: The process was asked to stop.
            PortalsFailed: Some portals failed, and the settings call that an error.
        """
        try:
            self._sync_all()
        except (Exception, KeyboardInterrupt):
            # What a stop request breaks off (a query, say) fails in its own words.
            self.clock.check_interrupted()
            raise

    def _sync_all(self) -> None:
        limit = self.settings.run_time_limit
        deadline = Deadline(self.clock, None if limit is None else limit.total_seconds())
        output = SingerOutput(self.streams, self.message_writer)
        with open_session(self.settings, self.clock) as session:
            self._is_reading = True
            output.write_schemas()
            states, workers = StateBook(self.state), self.settings.max_workers
            failed = run_portals(session, output, states, self.clock, workers=workers, deadline=deadline)
            if failed and self.settings.fail_on_portal_error:
                raise PortalsFailed(f"{failed} of {len(session.portals)} portals failed")

    def sample(self, stream: str) -> Iterator[Record]:
        """The records of one stream, of all portals, for the SDK's own dry runs (`--test`)."""
        with open_session(self.settings, self.clock) as session:
            waiting = session.tasks(StateBook({}), stream.__eq__)
            for task in waiting:
                # One portal may not have the stream, the next may.
                with suppress(StreamSkipped):
                    for event in task.read():
                        if isinstance(event, Task):
                            waiting.append(event)
                        else:
                            yield from event.records

    @override
    @classmethod
    def get_singer_command(cls) -> click.Command:
        command = super().get_singer_command()
        check_input_files(command.params)
        return command

    @override
    def load_state(self, state: dict[str, Any]) -> None:
        """Keep the whole state: the SDK would drop what is not a bookmark."""
        check_form(state)
        self.state.update(state)  # type: ignore[typeddict-item]

    @override
    @classmethod
    def append_builtin_config(cls, config_jsonschema: dict[str, Any]) -> None:
        """Add nothing: the SDK would list settings of capabilities that this tap does not have."""

    @override
    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        """The SDK's messages quote the values of settings, secrets too; ours never do."""
        problems = find_problems(self.config)
        if problems and raise_errors:
            raise ConfigValidationError("The settings are wrong", errors=problems)
        return problems

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        """Stop at the next safe point, which is here until rows may be half written."""
        self.clock.interrupt()
        if not self._is_reading:
            # Libraries know this one, and clean up behind it: Interrupted would look to them like any failure.
            raise KeyboardInterrupt
