"""How a measured process says that its measured part begins."""

import json
import os
import time


def begun() -> None:
    """Print this process's time and what CPU it has used so far, once, for whoever measures."""
    stamp = {"at_s": time.monotonic(), "cpu_s": time.process_time()}
    # Past `sys.stdout`, which Faust's worker turns into a log.
    os.write(1, json.dumps(stamp).encode() + b"\n")
