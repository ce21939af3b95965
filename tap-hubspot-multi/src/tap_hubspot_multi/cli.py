"""The command `tap-hubspot-multi`: what a person can put right is said in one line, not in a traceback."""

from __future__ import annotations

import gc
import logging
import os
import sys

from singer_sdk.exceptions import ConfigValidationError

from tap_hubspot_multi.exceptions import Interrupted, TapError
from tap_hubspot_multi.stop_signals import EXIT_CODE, end_process_when_stopped
from tap_hubspot_multi.tap import TapHubSpotMulti

logger = logging.getLogger("tap-hubspot-multi")


def main() -> None:
    """Run the tap's command line."""
    end_process_when_stopped()
    _collect_garbage_less_often()
    try:
        TapHubSpotMulti.cli()
    except Interrupted as error:
        logger.warning("%s", error)
        sys.exit(EXIT_CODE)
    except BrokenPipeError:
        # Python would complain once more when it flushes its output at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        fail("The target has gone away: its own log says why")
    except ConfigValidationError as error:
        fail("\n".join(error.errors))
    except TapError as error:
        fail(str(error))


def _collect_garbage_less_often() -> None:
    """Look for cyclic garbage once in 100,000 new objects instead of once in 700.

    A run makes millions of dictionaries, hardly any of them in a cycle; looking at them took a third of its time.
    """
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def fail(message: str) -> None:
    """Say what is wrong, a line for each thing, and end the process."""
    for line in message.splitlines():
        logger.error("%s", line)
    sys.exit(1)
