"""Who plays: PostgreSQL, auth_service, and one run after another, each of which can be hit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from embedded_postgres import EmbeddedPostgresError, EmbeddedServer, processes
from tests.e2e.stack import BIN, EXTRACT_LOAD, ROOT, Stack, new_token_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.chaos.plan import Blow, Signal, Victim
    from tests.hubspot_simulator import Simulator

# So short that a bookmark that is wrong by more than HubSpot's index is late would show.
SETTLE_SECONDS = 5
OVERLAP_SECONDS = 10

_JOB = Path("orchestrate", "orchestrate.meltano.yml")
_PROGRAMS: dict[Victim, str] = {
    "tap": "tap-hubspot-multi",
    "target": "target-postgres",
    "meltano": "meltano",
    "dbt": "dbt",
}


@dataclass(slots=True)
class Run:
    """One run of the pipeline.

    Attributes:
        number: Counted from 1.
        shards: Taps and loaders side by side.
        log: What it says.
        hit: Whether something that it needs was hit meanwhile.
    """

    number: int
    shards: int
    log: Path
    process: subprocess.Popen[bytes]
    hit: bool = False

    def __str__(self) -> str:
        return f"run {self.number}" + (f" ({self.shards} shards)" if self.shards > 1 else "")


@dataclass(slots=True)
class Cast:
    """All of them; see `running_cast`."""

    hubspot: Simulator
    folder: Path
    server: EmbeddedServer
    stack: Stack
    run: Run | None = None

    def begin(self, shards: int = 1, *, transform: bool) -> Run:
        """Start a run, as `scripts/sync --shards N` does.

        Args:
            shards: How many; one is `meltano run sync`.
            transform: Whether dbt builds at its end.
        """
        whole = (ROOT / _JOB).read_text()
        (self.stack.project / _JOB).write_text(whole if transform else whole.replace(" dbt:build", ""))
        number = self.run.number + 1 if self.run else 1
        log = self.folder / f"run-{number:03}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "orchestrate.sync", "--environment=ci", f"--shards={shards}"],
                env=self.environment,
                cwd=self.stack.project,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.run = Run(number, shards, log, process)
        return self.run

    def forget_bookmarks(self) -> None:
        """Clear the state, so that the next run reads everything."""
        subprocess.run(
            [
                BIN / "meltano",
                "--environment=ci",
                "state",
                "clear",
                "--force",
                f"ci:{'-to-'.join(EXTRACT_LOAD)}",
            ],
            env=self.environment,
            cwd=self.stack.project,
            check=True,
            capture_output=True,
        )

    def disconnect(self, portal_id: int) -> bool:
        """Disconnect a portal by command; says whether its tokens are gone."""
        done = subprocess.run(
            [BIN / "hubspot-auth", "portals", "disconnect", "--yes", str(portal_id)],
            env=self.environment,
            cwd=self.folder,
            check=False,
            capture_output=True,
            text=True,
        )
        return "tokens erased" in done.stdout

    @property
    def environment(self) -> dict[str, str]:
        """What every program gets."""
        return self.stack.environment | {
            "TAP_HUBSPOT_MULTI_SETTLE_SECONDS": str(SETTLE_SECONDS),
            "TAP_HUBSPOT_MULTI_OVERLAP_SECONDS": str(OVERLAP_SECONDS),
        }

    def at_work(self) -> list[psutil.Process]:
        """The processes of all runs, those included that a killed run left."""
        project = str(self.stack.project)
        return [
            process
            for process in psutil.process_iter(["cwd", "cmdline", "status"])
            if str(process.info["cwd"] or "").startswith(project) and process.info["status"] != "zombie"
        ]

    def end_runs(self) -> None:
        """Kill what is left of all runs."""
        for process in self.at_work():
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def hit(self, blow: Blow) -> tuple[Victim, Signal] | None:
        """Send the signal to the first of the victims that lives; says to whom which one was sent."""
        for victim in blow.victims:
            found, number = self._find(victim), blow.signal
            if victim == "postgres" and number == "SIGTERM":
                # To PostgreSQL, SIGTERM is a wish that may wait for ever; SIGQUIT ends it as a crash does.
                number = "SIGQUIT"
            try:
                found[int(blow.pick * len(found))].send_signal(signal.Signals[number])
            except (IndexError, psutil.NoSuchProcess):
                continue
            if self.run is not None and victim != "auth_service":
                self.run.hit = True
            return victim, number
        return None

    def restart_postgres(self) -> bool:
        """Start it; says whether it runs."""
        try:
            self.server.start()
        except EmbeddedPostgresError:
            return False
        return True

    def _find(self, victim: Victim) -> list[psutil.Process]:
        if victim == "postgres":
            postmaster = processes.postmaster(self.server.cluster)
            return [postmaster] if postmaster else []
        if victim == "auth_service":
            service = self.stack.services[-1]
            return [psutil.Process(service.pid)] if service.poll() is None else []
        named = {each.pid: each for each in self.at_work() if _is(each, _PROGRAMS[victim])}
        if victim == "meltano" and self.run is not None and self.run.process.poll() is None:
            # Of a run in shards, what conducts them is as much Meltano as each of them is.
            named.setdefault(self.run.process.pid, psutil.Process(self.run.process.pid))
        return list(named.values())


@contextmanager
def running_cast(hubspot: Simulator, folder: Path) -> Iterator[Cast]:
    """PostgreSQL and auth_service in an empty folder, started and at last ended, with all that is left of runs."""
    # With the durability of production: it will be killed.
    server = EmbeddedServer(folder / "postgres")
    with ExitStack() as ends:
        ends.callback(server.stop)
        server.start()
        stack = Stack(hubspot, server.url, folder, new_token_keys())
        ends.callback(stack.close)
        stack.serve()
        cast = Cast(hubspot, folder, server, stack)
        ends.callback(cast.end_runs)
        yield cast


def _is(process: psutil.Process, program: str) -> bool:
    return any(
        Path(word).name.startswith(program) and os.sep in word for word in (process.info["cmdline"] or ())[:2]
    )
