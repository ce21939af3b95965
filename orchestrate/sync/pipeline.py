"""What the job `sync` consists of, and where Meltano keeps its state."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from meltano.core.db import project_engine
from meltano.core.error import MeltanoError, ProjectNotFound
from meltano.core.logging import setup_logging
from meltano.core.plugin.base import PluginType
from meltano.core.project import Project
from meltano.core.task_sets_service import JobNotFoundError, TaskSetsService

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session, sessionmaker

    from warehouse_connection.shards import Shard

JOB = "sync"

_OF_A_RUN = "run"
"""The folder of Meltano that is not shared; the shards' own are in it, for it may be all that can be written to."""


class SyncError(Exception):
    """The sync cannot begin, or has failed; the message is one line."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The job, taken apart where its one extractor meets its loader.

    Attributes:
        environment: Meltano's environment.
        before: What the job runs first.
        extract_load: Extractor, perhaps mappers, and loader.
        after: What it runs then.
        folder: Where Meltano keeps what it installs, and the files of a run.
        database: Address of Meltano's own database.
        engine: The database.
        sessions: Makes sessions on it.
    """

    environment: str
    before: Sequence[str]
    extract_load: Sequence[str]
    after: Sequence[str]
    folder: Path
    database: str = field(repr=False)
    engine: Engine
    sessions: sessionmaker[Session]

    @property
    def state_id(self) -> str:
        """The name of its state, and of its runs."""
        return f"{self.environment}:{self.extract_load[0]}-to-{self.extract_load[-1]}"

    def variables(self, shard: Shard) -> dict[str, str]:
        """The environment of the shard's Meltano.

        It has a folder of its own: the files of a run (the tap's state, catalog, settings) go by the plugin's name only,
        and shards would take one another's. What is installed is linked.
        """
        folder = self.folder / _OF_A_RUN / "shards" / f"{shard.number}-of-{shard.count}"
        folder.mkdir(parents=True, exist_ok=True)
        for installed in self.folder.iterdir():
            link = folder / installed.name
            if installed.is_dir() and installed.name != _OF_A_RUN and not link.is_symlink():
                link.symlink_to(installed.resolve(), target_is_directory=True)
        return {
            f"{self.extract_load[0].replace('-', '_').upper()}_PORTAL_SHARD": str(shard),
            "MELTANO_SYS_DIR_ROOT": str(folder),
            "MELTANO_DATABASE_URI": self.database,
        }


def find_pipeline(environment: str | None) -> Pipeline:
    """Read the Meltano project of the working directory.

    Args:
        environment: Meltano's environment; None for the one that `meltano run` would take.

    Raises:
        SyncError: There is no such job or environment, or its state is kept in a way that cannot be divided.
    """
    try:
        setup_logging(log_level="warning")
        project = Project.find()
        project.activate_environment(environment or project.settings.get("default_environment"))
        tasks = TaskSetsService(project).get(JOB).flat_args
        store = project.settings.get("state_backend.uri")
        engine, sessions = project_engine(project, default=True)
    except ProjectNotFound:
        raise SyncError("there is no meltano.yml in this folder.") from None
    except JobNotFoundError:
        raise SyncError(f"meltano.yml has no job {JOB}.") from None
    except MeltanoError as error:
        raise SyncError(" ".join(str(error).split())) from None
    if store != "systemdb":
        raise SyncError("shards need Meltano's state in its own database: unset state_backend.uri.")
    if project.environment is None or project.environment.state_id_suffix:
        raise SyncError(
            "shards need an environment without a state_id_suffix: choose one with --environment."
        )
    extractors, loaders = (
        {plugin.name for plugin in project.plugins.get_plugins_of_type(kind)}
        for kind in (PluginType.EXTRACTORS, PluginType.LOADERS)
    )
    if [len(each.intersection(tasks)) for each in (extractors, loaders)] != [1, 1]:
        raise SyncError(f"the job {JOB} must have one extractor and one loader to run in shards.")
    first = next(index for index, task in enumerate(tasks) if task in extractors)
    last = next(index for index, task in enumerate(tasks) if task in loaders) + 1
    return Pipeline(
        environment=project.environment.name,
        before=tasks[:first],
        extract_load=tasks[first:last],
        after=tasks[last:],
        folder=project.sys_dir_root,
        database=project.settings.get("database_uri"),
        engine=engine,
        sessions=sessions,
    )
