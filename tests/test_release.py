"""What a release consists of, and what the workflows may do."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted(
    [*(ROOT / ".github" / "workflows").glob("*.yml"), *(ROOT / "orchestrate" / "github").glob("*.yml")]
)

CHANGELOG = """# Changelog

## [Unreleased]

## [1.2.3] - 2026-12-01

### Fixed
- A thing.

## [1.2.0] - 2026-11-01
- Older.

[1.2.3]: https://example.com/v1.2.3
"""


def load(workflow: Path) -> dict[Any, Any]:
    loaded: dict[Any, Any] = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    return loaded


def notes(folder: Path, *tag: str, version: str = "1.2.3") -> subprocess.CompletedProcess[str]:
    (folder / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "release-notes", folder / "scripts")
    (folder / "CHANGELOG.md").write_text(CHANGELOG)
    (folder / "pyproject.toml").write_text(f'[project]\nversion = "{version}"\n')
    command = [folder / "scripts" / "release-notes", *tag]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_notes_of_a_release_are_its_part_of_the_changelog(tmp_path: Path) -> None:
    done = notes(tmp_path, "v1.2.3")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "### Fixed\n- A thing.\n"


@pytest.mark.parametrize(
    ("tag", "version", "says"),
    [
        ([], "1.2.3", "give a tag, as in v1.2.3."),
        (["1.2.3"], "1.2.3", "1.2.3 is no tag of a release: write it as v1.2.3."),
        (["v1.2.4"], "1.2.3", "pyproject.toml has another version than 1.2.4."),
        (["v1.2.4"], "1.2.4", "CHANGELOG.md has no part '## [1.2.4]'."),
    ],
)
def test_a_release_that_is_not_ready_is_refused(
    tmp_path: Path, tag: list[str], version: str, says: str
) -> None:
    done = notes(tmp_path, *tag, version=version)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"scripts/release-notes: {says}\n")


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)
def test_a_workflow_can_only_read_and_its_actions_are_pinned(workflow: Path) -> None:
    assert load(workflow)["permissions"] == {"contents": "read"}
    for job in load(workflow)["jobs"].values():
        assert job["timeout-minutes"]
        for step in job["steps"]:
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step.get("uses", f"none/none@{'0' * 40}"))


def test_the_job_that_may_write_runs_nothing_of_the_project() -> None:
    writing = {
        (workflow.name, name): job
        for workflow in WORKFLOWS
        for name, job in load(workflow)["jobs"].items()
        if "permissions" in job
    }
    assert writing.keys() == {("release.yml", "release")}
    (job,) = writing.values()
    assert job["permissions"] == {"contents": "write"}
    assert [step["uses"].split("@")[0] for step in job["steps"] if "uses" in step] == [
        "actions/download-artifact"
    ]
    assert [step["run"].split()[0] for step in job["steps"] if "run" in step] == ["gh"]
