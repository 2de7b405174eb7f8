"""How a measured process says where it stands."""

import json
import os
import time
from typing import Any


def begun() -> None:
    """The measured part begins: print the time, and the CPU used so far."""
    tell()


def tell(**more: Any) -> None:
    """Print the time, the CPU used so far and `more`, for whoever measures."""
    stamp = {"at_s": time.monotonic(), "cpu_s": time.process_time(), **more}
    # Past `sys.stdout`, which Faust's worker turns into a log.
    os.write(1, json.dumps(stamp).encode() + b"\n")
