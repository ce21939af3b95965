"""A copy of the Meltano project, for programs of ours to run in, around a Meltano that only says what it was asked."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from meltano.core.migration_service import MigrationService
from sqlalchemy import create_engine

ROOT = Path(__file__).parents[1]


class ProjectCopy:
    """The copy, and what its programs have in their environment.

    Attributes:
        folder: The project's.
        log: Where the fake writes.
        engine: Meltano's database.
        begins_at: What its programs take for the time at which they begin (ISO 8601), if not the real one.
    """

    begins_at: str | None = None

    def __init__(self, place: Path, module: str, fake_meltano: str, database: str | None = None) -> None:
        self._module = module
        self.log = place / "log"
        self.log.touch()
        self.folder = place / "project"
        (self.folder / ".meltano" / "loaders").mkdir(parents=True)
        shutil.copy(ROOT / "meltano.yml", self.folder)
        for part in ("plugins", "orchestrate"):
            shutil.copytree(
                ROOT / part, self.folder / part, ignore=shutil.ignore_patterns("src", "tests", "__pycache__")
            )
        fake = place / "meltano"
        fake.write_text(fake_meltano)
        fake.chmod(0o755)
        url = database or f"sqlite:///{place}/meltano.db"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ["HOME"],
            "MELTANO_DATABASE_URI": url.replace("+psycopg", ""),
            "LOG": str(self.log),
            "FAKE": str(fake),
        }
        self.engine = create_engine(url)
        MigrationService(self.engine).upgrade(silent=True)

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        clock = (
            f"import time_machine; time_machine.travel('{self.begins_at}').start(); "
            if self.begins_at
            else ""
        )
        program = (
            f"{clock}import os, runpy; from orchestrate.sync import processes; processes.MELTANO = os.environ['FAKE']; "
            f"runpy.run_module('{self._module}', run_name='__main__')"
        )
        return subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            cwd=self.folder,
            env=self.environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **variables: str) -> tuple[int, str, str]:
        process = self.start(*arguments, **variables)
        output, errors = process.communicate(timeout=100)
        return process.returncode, output, errors

    @property
    def calls(self) -> list[str]:
        return self.log.read_text().splitlines()
