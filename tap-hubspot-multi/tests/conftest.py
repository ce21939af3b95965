"""A clock that tests own, a HubSpot that answers from a script, and whole runs of the tap against the simulator."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import urllib3

from tap_hubspot_multi.api import HubSpotApi
from tap_hubspot_multi.catalogue import PortalCatalogue
from tap_hubspot_multi.client import HubSpotClient
from tap_hubspot_multi.exceptions import PortalMustReconnect
from tap_hubspot_multi.output import PageWriter
from tap_hubspot_multi.pacing import Pacer
from tap_hubspot_multi.property_selection import PropertyRules, PropertySelection
from tap_hubspot_multi.settings import AUTH_VARIABLES, ReadingSettings
from tap_hubspot_multi.streams.crm_objects import SCHEMA
from tap_hubspot_multi.tap import TapHubSpotMulti
from tap_hubspot_multi.tasks import StreamDefinition, Task
from tap_hubspot_multi.tokens import Portal
from tests.hubspot_simulator import Clock, running_simulator
from tests.hubspot_simulator.world_copies import copied_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from singer_sdk.singerlib.encoding.simple import Message

    from tap_hubspot_multi.settings import TapSettings
    from tap_hubspot_multi.tasks import Strategy
    from tests.hubspot_simulator import Simulator

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class FakeClock:
    """Time stands still, but for waiting."""

    def __init__(self) -> None:
        self.moment = NOON
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return (self.moment - NOON).total_seconds() + 1000

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)

    def check_interrupted(self) -> None:
        pass


class FakeTokens:
    """Tokens `token-1`, `token-2`, …; a rejected one is replaced by the next until they run out."""

    def __init__(self, tokens: int = 2) -> None:
        self.rejections: list[str] = []
        self._last = tokens
        self._current = 1

    def portals(self) -> list[Portal]:
        return [Portal(1)]

    def access_token(self, portal_id: int, *, rejected: str | None = None) -> str:
        if rejected is not None:
            self.rejections.append(rejected)
            self._current += 1
            if self._current > self._last:
                raise PortalMustReconnect(f"portal {portal_id} must be connected again")
        return f"token-{self._current}"


@dataclass
class Answer:
    """One answer of the script."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Request:
    """One request, as it was sent."""

    method: str
    target: str
    body: Any
    headers: dict[str, str]


class ScriptedPool:
    """Stands where urllib3 stands."""

    def __init__(self, answers: Iterable[Answer | Exception]) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []

    def urlopen(
        self, method: str, target: str, *, body: bytes | None, headers: dict[str, str], **_: object
    ) -> object:
        self.requests.append(Request(method, target, json.loads(body) if body else None, headers))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Script:
    """A client, and everything behind it."""

    client: HubSpotClient
    pool: ScriptedPool
    clock: FakeClock
    tokens: FakeTokens

    @property
    def requests(self) -> list[Request]:
        return self.pool.requests


@pytest.fixture(autouse=True)
def _away_from_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may find the settings, or the database, of whoever runs it."""
    monkeypatch.chdir(tmp_path)
    for variable in (*AUTH_VARIABLES.values(), "PUBLIC_URL"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def answer() -> type[Answer]:
    return Answer


@pytest.fixture
def no_answer() -> Exception:
    return urllib3.exceptions.ProtocolError("Connection aborted by https://secret.example/?token=1")


@pytest.fixture
def hubspot(clock: FakeClock) -> Callable[..., Script]:
    """`hubspot(answer, answer, …)`: a client that gets these answers, in this order."""

    def script(*answers: Answer | Exception, tokens: int = 2) -> Script:
        pool, source = ScriptedPool(answers), FakeTokens(tokens)
        api = HubSpotApi("https://hubspot.example", clock, connections=1)
        api.pool = pool  # type: ignore[assignment]
        client = HubSpotClient(api, portal_id=1, tokens=source, pacer=Pacer(clock))
        return Script(client, pool, clock, source)

    return script


@dataclass
class NoClient:
    requests: int = 0
    may_ask: bool = True


@pytest.fixture
def new_task(clock: FakeClock) -> Callable[..., Task]:
    """`new_task(strategy, portal_id=1, stream="contacts", part="")`: a task that asks nothing of HubSpot by itself."""

    def new_task(strategy: Strategy, *, portal_id: int = 1, stream: str = "contacts", part: str = "") -> Task:
        return Task(
            portal=Portal(portal_id),
            stream=StreamDefinition(stream, ("portal_id",), SCHEMA, strategy, "", "", "", crm_object=stream),
            part=part,
            strategy=strategy,
            bookmark={},
            client=NoClient(),  # type: ignore[arg-type]
            catalogue=PortalCatalogue(PropertySelection(PropertyRules())),
            reading=ReadingSettings(),
            clock=clock,
            new_part=lambda name, of: new_task(of, portal_id=portal_id, stream=stream, part=name),
        )

    return new_task


class SimulatorTime:
    """The simulator's clock as the tap's: waiting moves it, so that rate limits cost no time."""

    def __init__(self, simulator: Simulator) -> None:
        self.slept: list[float] = []
        self._clock = simulator.clock

    def now(self) -> datetime:
        return self._clock.now()

    def monotonic(self) -> float:
        return self._clock.now_ms() / 1000

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._clock.advance(seconds)

    def check_interrupted(self) -> None:
        pass


class CollectingWriter(PageWriter):
    """Keeps the messages as the target would read them."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.is_dead = False

    def write_message(self, message: Message) -> None:
        if not self.is_dead:
            self.messages.append(msgspec.json.decode(self.format_message(message)))

    def write_lines(self, lines: bytes) -> None:
        if not self.is_dead:
            self.messages += map(msgspec.json.decode, lines.splitlines())


@dataclass
class Run:
    """What one run of the tap wrote."""

    messages: list[dict[str, Any]]
    error: BaseException | None = None

    def rows(self, table: str, **columns: object) -> list[dict[str, Any]]:
        """The stream's rows, in order; only those with these values."""
        return [
            message["record"]
            for message in self.messages
            if message["type"] == "RECORD"
            and message["stream"] == table
            and columns.items() <= message["record"].items()
        ]

    @property
    def states(self) -> list[dict[str, Any]]:
        return [message["value"] for message in self.messages if message["type"] == "STATE"]

    @property
    def state(self) -> dict[str, Any]:
        """The state that Meltano would keep."""
        return self.states[-1]

    @property
    def state_of_the_killed(self) -> dict[str, Any] | None:
        """The state that a killed run has left, if any."""
        assert isinstance(self.error, Killed)
        return self.states[-1] if self.states else None


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


class Harness:
    """The tap and the simulator, sharing one frozen clock."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.time = SimulatorTime(simulator)
        self.writer = CollectingWriter()
        self.catalog: dict[str, Any] | None = None
        self.config: dict[str, Any] = {
            "api_url": simulator.url,
            "static_tokens": [
                simulator.issue_static_token(portal_id) for portal_id in simulator.world.portals
            ],
            # One after another: what a test counts, or kills, is then the same each time.
            "max_workers": 1,
        }

    def tap(
        self, writer: PageWriter, *, rows_per_page: int | None = None, **kwargs: object
    ) -> TapHubSpotMulti:
        time = self.time

        class SimulatedTap(TapHubSpotMulti):
            @cached_property
            def clock(self) -> SimulatorTime:
                return time

            @cached_property
            def settings(self) -> TapSettings:
                settings = TapHubSpotMulti.settings.func(self)  # type: ignore[attr-defined]
                if rows_per_page is None:
                    return settings
                return replace(settings, reading=replace(settings.reading, rows_per_page=rows_per_page))

        return SimulatedTap(message_writer=writer, **kwargs)

    def only(self, *streams: str) -> Harness:
        """Select only these streams, and the run log, from now on."""
        self.catalog = self.catalog_of(*streams, "portal_syncs")
        return self

    def sync(
        self,
        state: dict[str, Any] | None = None,
        *,
        catalog: dict[str, Any] | None = None,
        rows_per_page: int | None = None,
        **config: object,
    ) -> Run:
        """Run the tap to its end; an error that ends the run is kept in `error`."""
        writer = self.writer = CollectingWriter()
        tap = self.tap(
            writer,
            rows_per_page=rows_per_page,
            config=self.config | config,
            catalog=catalog or self.catalog,
            state=None if state is None else json.loads(json.dumps(state)),
        )
        try:
            tap.sync_all()
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            return Run(writer.messages, error)
        return Run(writer.messages)

    def catalog_of(self, *selected: str, without: tuple[str, ...] = ()) -> dict[str, Any]:
        """The catalog with only these streams selected, as Meltano's `select` leaves it, and without some columns."""
        catalog: dict[str, Any] = TapHubSpotMulti(config=self.config).catalog_dict
        for entry in catalog["streams"]:
            for metadata in entry["metadata"]:
                breadcrumb = metadata["breadcrumb"]
                if not breadcrumb:
                    metadata["metadata"]["selected"] = entry["tap_stream_id"] in selected
                elif breadcrumb[-1] in without:
                    metadata["metadata"]["selected"] = False
        return catalog

    def pass_time(self, **duration: float) -> None:
        self.simulator.clock.advance(timedelta(**duration).total_seconds())


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """The tiny scenario, its clock frozen at noon."""
    with running_simulator(
        "tiny", clock=Clock(NOON, frozen=True), anchor=NOON.date(), build=copied_world
    ) as simulator:
        yield simulator


@pytest.fixture(scope="session")
def harness_for() -> type[Harness]:
    """For tests that bring their own simulator."""
    return Harness


@pytest.fixture
def harness(simulator: Simulator) -> Harness:
    return Harness(simulator)


@pytest.fixture
def kill(harness: Harness, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """`kill(n)`: the tap's process dies instead of sending its nth request, and writes nothing more.

    Each request takes 11 seconds, so that a state follows every page.
    """
    send = HubSpotClient._send

    def arrange(request: int) -> None:
        sent = 0

        def dying(self: HubSpotClient, *arguments: object) -> object:
            nonlocal sent
            sent += 1
            if sent == request:
                harness.writer.is_dead = True
                raise Killed
            simulator.clock.advance(11)
            return send(self, *arguments)

        monkeypatch.setattr(HubSpotClient, "_send", dying)

    return arrange
