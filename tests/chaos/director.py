"""Lets the plan come true: blows, weather and moves at their time, while one run follows another."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from typing import TYPE_CHECKING

import httpx2

from demo.places import DemoError
from tests.chaos.comparison import Difference
from tests.chaos.plan import Blow, Front, Move

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.chaos.business import Business
    from tests.chaos.cast import Cast, Run
    from tests.chaos.plan import Event
    from tests.chaos.report import Report

_SECONDS_BETWEEN_LINES = 10.0
_STEP_SECONDS = 0.1
_PAUSE_AFTER_A_FAILURE = 1.5
# Far more than a run takes whose every second request is spoilt, on a machine that is busy with other things.
_HUNG_AFTER_SECONDS = 420.0


class Director:
    """Has the cast play the plan.

    Attributes:
        present: Portals that are connected, or will be again.
    """

    def __init__(self, cast: Cast, report: Report, business: Business, say: Callable[[str], None]) -> None:
        self.present: set[int] = set()
        self._cast = cast
        self._report = report
        self._business = business
        self._say = say
        self._waiting: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._to_connect: list[int] = []
        self._down: dict[str, float] = {}
        self._unfinished_since: float | None = None
        self._curtain = threading.Event()

    def play(self, plan: Sequence[Event], runs: Iterator[tuple[int, bool]], seconds: float) -> None:
        """Play until the time is over and the last run has ended."""
        began = time.monotonic()
        for event in plan:
            self._at(began + event.at, self._deed(event))
        runner = threading.Thread(target=self._run_one_after_another, args=[runs], name="runs", daemon=True)
        runner.start()
        self._business.start()
        next_line = began
        while time.monotonic() < began + seconds:
            self._do_what_is_due()
            self._mend()
            if not runner.is_alive():
                raise RuntimeError("no run follows any more: see the error above")
            if time.monotonic() >= next_line:
                self._tell()
                next_line += _SECONDS_BETWEEN_LINES
            time.sleep(_STEP_SECONDS)
        self._curtain.set()
        self._make_peace()
        while runner.is_alive():
            self._do_what_is_due()
            self._mend()
            runner.join(_STEP_SECONDS)
        self._business.stop()

    def connect_all(self, seconds: float) -> None:
        """Connect what is still to be connected, or say that it can't be."""
        deadline = time.monotonic() + seconds
        while self._waiting or self._to_connect or self._down:
            self._do_what_is_due()
            self._mend()
            if time.monotonic() > deadline:
                for what in (*self._down, *(f"portal {portal_id}" for portal_id in self._to_connect)):
                    self._amiss("the end", f"{what} does not come back")
                return
            time.sleep(_STEP_SECONDS)

    def connect(self, portal_id: int) -> None:
        """Connect a portal in a browser, as soon as that can be done."""
        self.present.add(portal_id)
        if portal_id not in self._to_connect:
            self._to_connect.append(portal_id)

    def _at(self, moment: float, deed: Callable[[], None]) -> None:
        heapq.heappush(self._waiting, (moment, next(self._numbers), deed))

    def _soon(self, seconds: float, deed: Callable[[], None]) -> None:
        self._at(time.monotonic() + seconds, deed)

    def _do_what_is_due(self) -> None:
        while self._waiting and self._waiting[0][0] <= time.monotonic():
            heapq.heappop(self._waiting)[2]()

    def _deed(self, event: Event) -> Callable[[], None]:
        match event:
            case Blow():
                return lambda: self._strike(event)
            case Front():
                return lambda: self._darken(event)
            case Move():
                return lambda: self._move(event)

    def _strike(self, blow: Blow) -> None:
        struck = self._cast.hit(blow)
        if struck is None:
            return
        victim, signal = struck
        self._report.blows[victim, signal] += 1
        self._say(f"{signal} {victim}, in {self._cast.run or 'no run'}")
        if victim in {"postgres", "auth_service"}:
            self._down.setdefault(victim, time.monotonic())
            self._soon(blow.pause, lambda: self._start_again(victim))
        if victim != "auth_service" and self._unfinished_since is None:
            self._unfinished_since = time.monotonic()

    def _start_again(self, victim: str) -> None:
        service = self._cast.stack.services[-1]
        if victim == "postgres":
            if not self._cast.restart_postgres():
                self._soon(1, lambda: self._start_again(victim))
        elif victim in self._down:
            # As a service manager does: again, while it ends by itself because its database is not back.
            if service.poll() is not None:
                self._cast.stack.start_service()
            self._soon(2, lambda: self._start_again(victim))

    def _darken(self, front: Front) -> None:
        hubspot = self._cast.hubspot
        with hubspot.world.lock:
            fault = hubspot.faults.add(
                front.kind,
                route=front.route,
                portal_id=front.portal_id,
                count=front.count,
                probability=front.probability,
                seconds=front.delay,
            )

        def clear_up() -> None:
            with hubspot.world.lock:
                hubspot.faults.withdraw(fault)
            self._report.faults[front.kind] += front.count - (fault.count or 0)

        self._soon(front.seconds, clear_up)

    def _move(self, move: Move) -> None:
        match move.what:
            case "expire":
                self._cast.hubspot.expire_access_tokens(move.portal_id)
            case "revoke":
                self._cast.hubspot.revoke(move.portal_id)
            case "disconnect":
                if not self._cast.disconnect(move.portal_id):
                    self._soon(2, lambda: self._move(move))
                    return
                self.present.discard(move.portal_id)
            case "connect":
                self.connect(move.portal_id)
        names = {"expire": "token expired", "revoke": "revoked", "disconnect": "removed", "connect": "added"}
        self._report.moves[names[move.what]] += 1
        self._say(f"portal {move.portal_id}: {names[move.what]}")
        if move.then_connect is not None:
            self._soon(move.then_connect, lambda: self.connect(move.portal_id))

    def _mend(self) -> None:
        """See what is back; and connect a portal that waits for it, if somebody is there to do it."""
        stack = self._cast.stack
        if "postgres" in self._down and self._answers_queries():
            self._report.came_back("PostgreSQL", time.monotonic() - self._down.pop("postgres"))
        if "auth_service" in self._down and stack.services[-1].poll() is None and stack.answers():
            self._report.came_back("auth_service", time.monotonic() - self._down.pop("auth_service"))
        if self._to_connect and not self._down:
            portal_id = self._to_connect.pop(0)
            try:
                page = stack.connect(portal_id).text
            except (httpx2.HTTPError, DemoError):
                page = ""
            if "Connection successful" in page:
                self._report.moves["connected"] += 1
            else:
                self._to_connect.append(portal_id)

    def _answers_queries(self) -> bool:
        try:
            return bool(self._cast.stack.query("SELECT 1"))
        except Exception:  # noqa: BLE001 - whatever it is: it does not
            return False

    def _make_peace(self) -> None:
        with self._cast.hubspot.world.lock:
            self._cast.hubspot.faults.clear()
        self._say("the chaos is over")

    def _run_one_after_another(self, runs: Iterator[tuple[int, bool]]) -> None:
        while not self._curtain.is_set():
            shards, transform = next(runs)
            run = self._cast.begin(shards, transform=transform)
            run.hit = "postgres" in self._down
            began = time.monotonic()
            while run.process.poll() is None and time.monotonic() < began + _HUNG_AFTER_SECONDS:
                time.sleep(_STEP_SECONDS)
            self._note(run, time.monotonic() - began)
            if run.process.returncode:
                self._curtain.wait(_PAUSE_AFTER_A_FAILURE)

    def _note(self, run: Run, seconds: float) -> None:
        code = run.process.poll()
        if code is None:
            self._amiss(run.log.name, f"{run} has not ended after {seconds:.0f} s")
            for process in self._cast.at_work():
                process.kill()
            run.process.wait()
        elif code and not run.hit:
            self._amiss(
                run.log.name, f"{run} failed with {code}, and nothing had been hit: {_last_line(run)}"
            )
        ended = "completed" if code == 0 else "killed" if run.hit else "failed"
        self._report.runs[ended] += 1
        self._say(f"{run} {ended} after {seconds:.0f} s")
        if code == 0 and self._unfinished_since is not None:
            self._report.came_back("a completed run", time.monotonic() - self._unfinished_since)
            self._unfinished_since = None

    def _amiss(self, where: str, what: str) -> None:
        self._report.differences.append(Difference("failure", where, what))
        self._say(f"AMISS: {what}")

    def _tell(self) -> None:
        report = self._report
        self._say(
            f"{sum(report.runs.values())} runs, {sum(report.blows.values())} blows, "
            f"{sum(self._business.changes.values()):,} changes in HubSpot, "
            f"{len(self.present) - len(self._to_connect)} portals connected"
        )


def _last_line(run: Run) -> str:
    lines = run.log.read_text(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else "it said nothing"
