"""Meltano as a child process: its output line by line, a stop request passed on."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MELTANO = str(Path(sys.executable).with_name("meltano"))
_LONGEST_LINE = 2**24


async def meltano(*arguments: str, prefix: str = "", variables: Mapping[str, str] | None = None) -> int:
    """Run a command of Meltano to its end.

    It has a session of its own: Ctrl-C in a terminal reaches it through us only. Cancelled, it is asked to stop as
    `meltano run` stops, its state written, and waited for; cancelled again, it is killed with all its plugins.

    Args:
        arguments: Of the command.
        prefix: What each line of its output begins with.
        variables: Added to its environment.

    Returns:
        Its exit code.
    """
    process = await asyncio.create_subprocess_exec(
        MELTANO,
        *arguments,
        env={**os.environ, **(variables or {})},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=_LONGEST_LINE,
        start_new_session=True,
    )
    ended = asyncio.gather(_repeat(process.stdout, prefix), process.wait())
    try:
        await asyncio.shield(ended)
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.shield(ended)
        except asyncio.CancelledError:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await ended
        raise
    return process.returncode or 0


async def _repeat(output: asyncio.StreamReader | None, prefix: str) -> None:
    if output is not None:
        async for line in output:
            print(prefix + line.decode(errors="replace").rstrip("\n"), flush=True)
