"""The project, its schedules run around a Meltano that only says what it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.project_copy import ProjectCopy

if TYPE_CHECKING:
    from pathlib import Path

SCHEDULES = "orchestrate/orchestrate.meltano.yml"

# Says its arguments and what the schedule has set; ends as it is told, or waits to be stopped.
FAKE_MELTANO = """#!/bin/sh
trap 'exit 1' TERM
echo "$* overlap=${TAP_HUBSPOT_MULTI_OVERLAP_SECONDS:-none}" >>"$LOG"
[ "$CODE" = wait ] || exit "$CODE"
while :; do sleep 0.1; done
"""


class Project(ProjectCopy):
    """The project, its programs those of `scripts/schedules`."""

    def __init__(self, place: Path, database: str | None = None) -> None:
        super().__init__(place, "orchestrate.schedules", FAKE_MELTANO, database)
        self.environment["CODE"] = "0"

    def change(self, old: str, new: str) -> None:
        file = self.folder / SCHEDULES
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))
