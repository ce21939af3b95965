"""Runs a program and notes what it has used: `python -S metered.py NOTES NAME program [argument …]`.

A process that waits for another learns exactly what that one cost, however short it lived. Meltano starts the tap, the
target and their discovery by itself, so that only a program in between can tell them apart. It imports little: it is
started as often as they are.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time


def main() -> int:
    """Run it, append a line to the notes, end as it ended."""
    notes, name, *command = sys.argv[1:]
    began = time.monotonic()
    process = subprocess.Popen(command)  # noqa: S603 - what Meltano was told to run
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    _, status, used = os.wait4(process.pid, 0)
    note = {
        "name": name,
        "wall": time.monotonic() - began,
        "cpu": used.ru_utime + used.ru_stime,
        "peak": used.ru_maxrss / 1024,
    }
    with open(notes, "a", encoding="utf-8") as file:  # noqa: PTH123 - pathlib takes longer to import
        file.write(json.dumps(note) + "\n")
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
