"""A process that has imported the command line, and forks another for each call: a test waits for what it tests.

Each call is a process of its own all the same, with a directory, an environment, streams and an end of its own. Run as
`python -m tests.support.warm SOCKET`; it ends with whoever started it.
"""

import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import sys
from typing import Any

import exchange.cli


def called(listening: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """In a process of its own what is to be run, and its three streams; None once there is nobody left to call."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listening.settimeout(1)
    parent = os.getppid()
    while os.getppid() == parent:
        try:
            call, _ = listening.accept()
        except TimeoutError:
            continue
        with call:
            if os.fork():
                continue
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            call.settimeout(None)
            head, streams, _, _ = socket.recv_fds(call, 4, 3)
            body = call.recv(int.from_bytes(head, "big"), socket.MSG_WAITALL)
            if child := os.fork():
                _, status = os.waitpid(child, 0)
                call.sendall(os.waitstatus_to_exitcode(status).to_bytes(2, "big", signed=True))
                os._exit(0)
            return json.loads(body), streams
    return None


def become(asked: dict[str, Any], streams: list[int]) -> None:
    """Be the command that is to be run."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(asked["environment"])
    # Nothing of the tests is at hand, as for anybody.
    sys.path.remove(os.getcwd())
    os.chdir(asked["directory"])
    sys.argv = ["exchange", *asked["arguments"]]


if __name__ == "__main__":
    for module in pkgutil.iter_modules(exchange.cli.__path__, "exchange.cli."):
        # What commands import when they are called.
        importlib.import_module(module.name)
    # What is there by now is never looked through for garbage again, in no process.
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(sys.argv[1])
        listening.listen()
        print("ready", flush=True)
        found = called(listening)
    if found is not None:
        become(*found)
        exchange.cli.main()
