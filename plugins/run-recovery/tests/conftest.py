from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database for Meltano, of each kind that it may have; without tables."""
    url = (
        f"sqlite:///{tmp_path}/meltano.db"
        if request.param == "sqlite"
        else request.getfixturevalue("database_url")
    )
    engine = create_engine(url)
    yield engine
    engine.dispose()
