"""Ends the process soon after a stop request, whatever its main thread is stuck in.

Python runs a signal's handler in the main thread, between two of its own steps: not while that thread looks up a name
in a library, and where it writes to a pipe that nobody empties, it goes on writing afterwards. So a thread of its own
hears of the signals too.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import sys
import threading

logger = logging.getLogger("tap-hubspot-multi")

EXIT_CODE = 143
"""What a shell shows for a program that SIGTERM ended."""

_SECONDS_TO_STOP = 7.0
_SECONDS_FOR_LAST_WORDS = 0.5
_SHOW_CURSOR = "\x1b[?25h"


def end_process_when_stopped() -> None:
    """From now on, end the process some seconds after its first SIGTERM or Ctrl-C, and at once at the second."""
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(heard,), name="stop-signals", daemon=True).start()


def _watch(heard: int) -> None:
    os.read(heard, 1)
    select.select([heard], [], [], _SECONDS_TO_STOP)
    # The log may be a pipe that nobody empties, too.
    last_words = threading.Thread(target=_say_why, daemon=True)
    last_words.start()
    last_words.join(_SECONDS_FOR_LAST_WORDS)
    os._exit(EXIT_CODE)


def _say_why() -> None:
    if sys.stderr.isatty():
        sys.stderr.write(_SHOW_CURSOR)
        sys.stderr.flush()
    logger.warning("Stopped at once, in the middle of something; the next run goes on from the last state")
