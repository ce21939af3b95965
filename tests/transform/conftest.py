from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.transform import garbage, service_sample
from tests.transform.marketing_sample import marketing_sample
from tests.transform.raw_tables import load_all
from tests.transform.sales_sample import add_sales
from tests.transform.sample_portals import sample

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.transform.marketing_sample import MarketingSample
    from tests.transform.sample_portals import Sample

    Dbt = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def portals() -> Sample:
    result = sample()
    add_sales(result)
    return result


@pytest.fixture(scope="session")
def marketing(portals: Sample) -> MarketingSample:
    return marketing_sample(portals.portals)


@pytest.fixture(scope="session")
def warehouse(new_database: Callable[[], AbstractContextManager[str]]) -> Iterator[str]:
    """URL of a database that is empty at first."""
    with new_database() as url:
        yield url


@pytest.fixture(scope="session")
def empty_build(dbt: Dbt, warehouse: str) -> subprocess.CompletedProcess[str]:
    """`dbt build` before the loader has made any table."""
    # As `meltano invoke dbt:build` does: unit tests prove the code, and need the raw tables.
    return dbt("build", "--exclude-resource-type", "unit_test", database_url=warehouse)


@pytest.fixture(scope="session")
def build(
    dbt: Dbt,
    warehouse: str,
    portals: Sample,
    marketing: MarketingSample,
    empty_build: subprocess.CompletedProcess[str],
) -> subprocess.CompletedProcess[str]:
    """`dbt build` on the sample portals and the garbage."""
    assert empty_build.returncode == 0, empty_build.stdout
    with psycopg.connect(warehouse.replace("+psycopg", "")) as connection:
        load_all(connection, portals.rows, marketing.rows, service_sample.sample().rows, garbage.rows())
    # Not all warnings: those of tests that warn are expected.
    return dbt("--warn-error-options", '{"error": ["Deprecations"]}', "build", database_url=warehouse)


@pytest.fixture
def built(
    build: subprocess.CompletedProcess[str], warehouse: str
) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Connection to the warehouse after the build."""
    assert build.returncode == 0, build.stdout
    with psycopg.connect(warehouse.replace("+psycopg", "")) as connection:
        yield connection
