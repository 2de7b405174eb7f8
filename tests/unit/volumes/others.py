"""Somebody else on this machine: what a function finds when another user runs it."""

import os
import pickle
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

WORKER, STRANGER, KEEPER = 54_001, 54_002, 54_003
"""Users of the tests; they need no entry in any list of users."""
ANNOTATORS, OTHERS = 54_101, 54_102
"""Groups of pools."""


def as_user(uid: int, gid: int, groups: Sequence[int], function: Callable[[], T]) -> T:
    """What `function` gives when a process of another user runs it. Shape: only root can ask for that."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reading)
            os.setgroups(list(groups))
            os.setgid(gid)
            os.setuid(uid)
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump(function(), pipe)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    assert status == 0, "it failed there"
    result: T = pickle.loads(told)
    return result


def tried(function: Callable[[], object]) -> str:
    """Whether something can be done: `done`, or the name of the error."""
    try:
        function()
    except OSError as error:
        return type(error).__name__
    return "done"
