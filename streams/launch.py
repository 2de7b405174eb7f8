"""Starts a process of a node: `python -m streams.launch MODULE ARGUMENTS` runs the module as `python -m` does.

What a process loads stays to its end. It is looked through for garbage neither while it is loaded, which takes a fifth
of the time, nor later, when it would hold up the work.
"""

import gc
import runpy
import sys


def loaded() -> None:
    """From here on there is garbage, in what comes. For the module to say when it has everything it needs."""
    gc.freeze()
    gc.enable()


if __name__ == "__main__":
    gc.disable()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
