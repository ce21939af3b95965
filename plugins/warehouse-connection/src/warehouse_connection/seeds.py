"""Where the user's own seeds are: SEEDS_FOLDER, so that nobody has to edit files of this project.

The folder has every file of `transform/seeds`. One that is not there would be a reference to nothing, in dbt's words.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "SEEDS_FOLDER"


class SeedsError(Exception):
    """The folder can't be used; the message is one line that names the setting and the cure."""


def seeds_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The folder of the user's seeds; None without one.

    Args:
        environment: where SEEDS_FOLDER is looked up, and MELTANO_PROJECT_ROOT, which a relative path is from (else from
            the working directory). DBT_PROJECT_DIR has the files that the folder must have, too.

    Raises:
        SeedsError: There is no such folder, or it lacks a file.
    """
    if not (name := environment.get(VARIABLE)):
        return None
    folder = Path(environment.get("MELTANO_PROJECT_ROOT") or Path.cwd(), name).resolve()
    examples = Path(environment.get("DBT_PROJECT_DIR", "transform"), "seeds")
    lacking = [file.name for file in sorted(examples.glob("*.csv")) if not (folder / file.name).exists()]
    if not folder.is_dir():
        msg = f"{VARIABLE} is {folder}, where no folder is: copy {examples} there, and fill the files"
        raise SeedsError(msg)
    if lacking:
        msg = f"{VARIABLE} is {folder}, which lacks {', '.join(lacking)}: copy it from {examples}"
        raise SeedsError(msg)
    return folder
