from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.schedules.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = Project(tmp_path)
    yield project
    project.engine.dispose()
