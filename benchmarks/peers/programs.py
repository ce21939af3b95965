"""The programs that are compared: how each is told what to read, and what its output means.

Only what they document is used: their settings, catalogues and message formats.
"""

from __future__ import annotations

import json
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from benchmarks.peers.rows import OBJECTS, Rows, messages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.hubspot_simulator import Simulator

LONG_AGO = "2006-01-01T00:00:00Z"


@dataclass(frozen=True)
class Program(ABC):
    """A program that reads HubSpot.

    Attributes:
        key: On the command line of the benchmark.
        title: In tables.
        program: Where it is; a peer's is known once it is installed.
        from_start_date: Whether it is told to read everything since 2006 rather than simply everything.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    package: ClassVar[str]
    version: ClassVar[str]
    executable: ClassVar[str]
    streams: ClassVar[tuple[str, ...]] = OBJECTS

    program: Path = field(default_factory=Path)
    from_start_date: bool = False

    @abstractmethod
    def config(self, simulator: Simulator, portal_ids: Sequence[int]) -> dict[str, Any]:
        """Its settings for these portals; peers know one."""

    @abstractmethod
    def discover(self, config: Path) -> list[str | Path]:
        """The command that prints what there is to read."""

    @abstractmethod
    def choose(self, discovered: Path, streams: Sequence[str] | None) -> Any:  # noqa: ANN401 - formats differ
        """Of what was discovered, a catalogue that selects the streams; None for those that it selects itself."""

    @abstractmethod
    def read(self, config: Path, catalog: Path, state: Path | None) -> list[str | Path]:
        """The command that reads."""

    @abstractmethod
    def rows(self, output: Path) -> Rows:
        """What an output holds."""


class SingerProgram(Program):
    """A Singer tap."""

    catalog_option: ClassVar[str] = "--catalog"

    def discover(self, config: Path) -> list[str | Path]:
        """Singer's way."""
        return [self.program, "--config", config, "--discover"]

    def choose(self, discovered: Path, streams: Sequence[str] | None) -> Any:  # noqa: ANN401
        """Select the streams with all their fields."""
        catalog = json.loads(discovered.read_bytes())
        for stream in catalog["streams"] if streams is not None else ():
            selected = stream["tap_stream_id"] in (streams or ())
            for entry in stream["metadata"]:
                if selected or not entry["breadcrumb"]:
                    entry["metadata"]["selected"] = selected
        return catalog

    def read(self, config: Path, catalog: Path, state: Path | None) -> list[str | Path]:
        """Singer's way."""
        with_state: list[str | Path] = ["--state", state] if state else []
        return [self.program, "--config", config, self.catalog_option, catalog, *with_state]

    def rows(self, output: Path) -> Rows:
        """Read Singer messages."""
        rows = Rows()
        for message, line in messages(output):
            match message:
                case {"type": "RECORD", "stream": stream, "record": record}:
                    if stream in OBJECTS:
                        rows.add(stream, self.id_of(stream, record), line)
                    self.note_links(rows, stream, record)
                case {"type": "STATE", "value": value}:
                    rows.state = value
        return rows

    def id_of(self, _: str, record: Mapping[str, Any]) -> str:
        """The id of a record of a stream."""
        return str(record["id"])

    @abstractmethod
    def note_links(self, rows: Rows, stream: str, record: Mapping[str, Any]) -> None:
        """Note the links that a record of any stream holds."""


class Ours(SingerProgram):
    """This project's tap."""

    key = "ours"
    title = "tap-hubspot-multi"
    package = "tap-hubspot-multi"
    version = "this one"
    executable = "tap-hubspot-multi"

    @classmethod
    def here(cls) -> Ours:
        """The one that is installed beside the running Python."""
        return cls(Path(sys.executable).with_name(cls.executable))

    def config(self, simulator: Simulator, portal_ids: Sequence[int]) -> dict[str, Any]:
        """Static tokens; changes are searched for at once, since no case waits five minutes."""
        tokens = [simulator.issue_static_token(portal_id) for portal_id in portal_ids]
        return {"api_url": simulator.url, "static_tokens": tokens, "settle_seconds": 0}

    def note_links(self, rows: Rows, stream: str, record: Mapping[str, Any]) -> None:
        """Links are in a column of the record."""
        if stream in {"contacts", "companies"}:
            links = record["associations"] or {}
            rows.links_of_contact(record["id"], (each["id"] for each in links.get("companies", ())))
            rows.links_of_company(record["id"], (each["id"] for each in links.get("contacts", ())))


class MeltanoTap(SingerProgram):
    """MeltanoLabs' tap; without a start date it lists, with one it searches."""

    key = "meltano"
    title = "meltano-tap-hubspot"
    package = "meltano-tap-hubspot"
    version = "0.10.1"
    executable = "tap-hubspot"
    streams = (*OBJECTS, "company_contact_associations", "contact_company_associations")

    associations: ClassVar[Mapping[str, Sequence[str]]] = {"company": ["contact"]}

    def config(self, simulator: Simulator, portal_ids: Sequence[int]) -> dict[str, Any]:
        """A private app's token."""
        (portal_id,) = portal_ids
        token = simulator.issue_static_token(portal_id)
        config = {"access_token": token, "associations": self.associations}
        return config | ({"start_date": LONG_AGO} if self.from_start_date else {})

    def note_links(self, rows: Rows, stream: str, record: Mapping[str, Any]) -> None:
        """Links are streams of their own."""
        if stream == "company_contact_associations":
            rows.links_of_company(record["from_id"], [record["to_id"]])
        elif stream == "contact_company_associations":
            rows.links_of_contact(record["from_id"], [record["to_id"]])


class MeltanoTapBothWays(MeltanoTap):
    """The same, which asks for the links of contacts too; that makes it list all contacts once more."""

    associations: ClassVar[Mapping[str, Sequence[str]]] = {"company": ["contact"], "contact": ["company"]}


class SingerTap(SingerProgram):
    """Singer's tap, which knows OAuth only and needs a start date."""

    key = "singer"
    title = "tap-hubspot (Singer)"
    package = "tap-hubspot"
    version = "4.5.0"
    executable = "tap-hubspot"
    streams = (*OBJECTS, "contacts_by_company")
    catalog_option = "--properties"

    def config(self, simulator: Simulator, portal_ids: Sequence[int]) -> dict[str, Any]:
        """A refresh token."""
        (portal_id,) = portal_ids
        return {
            "client_id": simulator.client_id,
            "client_secret": simulator.client_secret,
            "refresh_token": simulator.issue_refresh_token(portal_id),
            "redirect_uri": simulator.redirect_uris[0],
            "start_date": LONG_AGO,
            "disable_collection": True,
        }

    def id_of(self, stream: str, record: Mapping[str, Any]) -> str:
        """Companies and deals are of older APIs."""
        return str(record[{"companies": "companyId", "deals": "dealId"}.get(stream, "id")])

    def note_links(self, rows: Rows, stream: str, record: Mapping[str, Any]) -> None:
        """Links are a stream of their own."""
        if stream == "contacts_by_company":
            rows.links_of_company(str(record["company-id"]), [record["contact-id"]])


class AirbyteSource(Program):
    """Airbyte's source."""

    key = "airbyte"
    title = "airbyte-source-hubspot"
    package = "airbyte-source-hubspot"
    version = "5.7.0"
    executable = "source-hubspot"

    def config(self, simulator: Simulator, portal_ids: Sequence[int]) -> dict[str, Any]:
        """A private app's token."""
        (portal_id,) = portal_ids
        token = simulator.issue_static_token(portal_id)
        return {"credentials": {"credentials_title": "Private App Credentials", "access_token": token}}

    def discover(self, config: Path) -> list[str | Path]:
        """Airbyte's way."""
        return [self.program, "discover", "--config", config]

    def choose(self, discovered: Path, streams: Sequence[str] | None) -> Any:  # noqa: ANN401
        """Read the streams incrementally."""
        (catalog,) = (
            message["catalog"] for message, _ in messages(discovered) if message["type"] == "CATALOG"
        )
        return {
            "streams": [
                {"stream": stream, "sync_mode": "incremental", "destination_sync_mode": "append"}
                for stream in catalog["streams"]
                if streams is None or stream["name"] in streams
            ]
        }

    def read(self, config: Path, catalog: Path, state: Path | None) -> list[str | Path]:
        """Airbyte's way."""
        with_state: list[str | Path] = ["--state", state] if state else []
        return [self.program, "read", "--config", config, "--catalog", catalog, *with_state]

    def rows(self, output: Path) -> Rows:
        """Read Airbyte messages; the last state of each stream counts."""
        rows = Rows()
        states: dict[str, Any] = {}
        for message, line in messages(output):
            match message:
                case {"type": "RECORD", "record": {"stream": str(stream), "data": record}}:
                    rows.add(stream, record["id"], line)
                    if stream == "contacts":
                        rows.links_of_contact(record["id"], record.get("companies") or ())
                    elif stream == "companies":
                        rows.links_of_company(record["id"], record.get("contacts") or ())
                case {"type": "STATE", "state": {"stream": {"stream_descriptor": {"name": name}}} as state}:
                    states[name] = state
        rows.state = list(states.values()) or None
        return rows


PEERS: tuple[type[Program], ...] = (MeltanoTap, SingerTap, AirbyteSource)
