"""A whole chaos run: everything started, the plan come true, the copy compared."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tests.chaos import finale
from tests.chaos.business import Business
from tests.chaos.cast import running_cast
from tests.chaos.director import Director
from tests.chaos.plan import make_plan, runs
from tests.chaos.report import Report
from tests.chaos.scenario import scenario_of
from tests.hubspot_simulator import running_simulator

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from tests.chaos.cast import Cast

_PORTALS_FOR_ONE_LATE = 8
_PATIENCE_SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is played.

    Attributes:
        seed: Of the plan and of HubSpot's records.
        portals: How many there are, those included that come in late.
        minutes: How long the chaos lasts.
        transform: Whether dbt takes part.
        limits: Whether HubSpot's rate limits are in force.
    """

    seed: int
    portals: int
    minutes: float
    transform: bool
    limits: bool = True

    def __str__(self) -> str:
        chosen = f"--seed {self.seed} --portals {self.portals} --minutes {self.minutes:g}"
        return f"scripts/chaos {chosen}" + ("" if self.transform else " --without-dbt")


class Played(NamedTuple):
    """What is there at the end, still running.

    Attributes:
        present: The portals that are connected.
    """

    cast: Cast
    report: Report
    present: Collection[int]


@contextmanager
def played(folder: Path, setting: Setting) -> Iterator[Played]:
    """Play, compare, and end at last what was started.

    Args:
        folder: An empty one, for logs and the database.
        setting: What is played.
    """
    seconds = setting.minutes * 60
    report = Report(str(setting), setting.portals, seconds)
    began = time.monotonic()

    def say(what: str) -> None:
        passed = int(time.monotonic() - began)
        print(f"{passed // 60:02}:{passed % 60:02} {what}", flush=True)

    with (
        running_simulator(scenario_of(setting.portals, limits=setting.limits), seed=setting.seed) as hubspot,
        running_cast(hubspot, folder) as cast,
    ):
        business = Business(hubspot, setting.seed)
        director = Director(cast, report, business, say)
        ids = list(hubspot.world.portals)
        early = ids[: len(ids) - len(ids) // _PORTALS_FOR_ONE_LATE]
        late = ids[len(early) :]
        for portal_id in early:
            director.connect(portal_id)
        director.connect_all(_PATIENCE_SECONDS)
        say(f"{len(early)} portals are connected; {setting.minutes:g} minutes of chaos begin")
        plan = make_plan(setting.seed, seconds, early, late)
        director.play(plan, runs(setting.seed, transform=setting.transform), seconds)
        director.connect_all(_PATIENCE_SECONDS)
        report.changes = business.changes
        finale.compare_all(cast, report, director.present, say, transform=setting.transform)
        say("all is compared")
        yield Played(cast, report, director.present)
