"""The user's own seeds: SEEDS_FOLDER, so that nobody has to edit files of this project.

dbt gets a copy: it writes a protocol of each seed below its target folder, at the path the seed has in the project, and
for a file elsewhere that would be the file itself. What the folder does not have is as it is in `transform/seeds`.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "SEEDS_FOLDER"

_COPIES = "target/seeds"


class SeedsError(Exception):
    """The folder can't be used; the message is one line that names the setting and the cure."""


def copied_seeds(environment: Mapping[str, str] = os.environ) -> str | None:
    """Copy the seeds that dbt is to load, the user's before ours.

    Args:
        environment: where SEEDS_FOLDER is looked up, and MELTANO_PROJECT_ROOT, which a relative path is from (else from
            the working directory); DBT_PROJECT_DIR has our seeds.

    Returns:
        The folder of the copies, relative to dbt's project; None without SEEDS_FOLDER.

    Raises:
        SeedsError: There is no such folder, or it has a file that is no seed.
    """
    if not (name := environment.get(VARIABLE)):
        return None
    folder = Path(environment.get("MELTANO_PROJECT_ROOT") or Path.cwd(), name).resolve()
    project = Path(environment.get("DBT_PROJECT_DIR") or "transform")
    seeds = {file.name: file for file in sorted((project / "seeds").glob("*.csv"))}
    if not folder.is_dir():
        msg = f"{VARIABLE} is {folder}, where no folder is: make it, with copies of the files of {project / 'seeds'}"
        raise SeedsError(msg)
    theirs = {file.name: file for file in sorted(folder.glob("*.csv"))}
    if unknown := theirs.keys() - seeds.keys():
        msg = f"{VARIABLE} is {folder}, where {', '.join(sorted(unknown))} is no seed: the seeds are {', '.join(seeds)}"
        raise SeedsError(msg)
    copies = project / _COPIES
    copies.mkdir(parents=True, exist_ok=True)
    for file in (seeds | theirs).values():
        draft = copies / f"{file.name}.{os.getpid()}"
        shutil.copyfile(file, draft)
        draft.replace(copies / file.name)
    return _COPIES
