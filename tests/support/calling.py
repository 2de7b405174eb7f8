"""Asks a warm process (warm.py) to run the command line. As a script, with this process's own streams:
`calling.py SOCKET EXCHANGE ARGUMENTS`; it imports nothing else, so that it is there at once."""

import json
import os
import socket
import sys
from collections.abc import Sequence


def call(
    address: str,
    arguments: Sequence[str],
    directory: str,
    streams: Sequence[int],
    timeout_s: float | None = None,
) -> int:
    """Run the command line in a directory, with this process's environment; its exit code."""
    asked = {"arguments": [*arguments], "directory": directory, "environment": {**os.environ}}
    body = json.dumps(asked).encode()
    with socket.socket(socket.AF_UNIX) as calling:
        calling.settimeout(timeout_s)
        calling.connect(address)
        socket.send_fds(calling, [len(body).to_bytes(4, "big")], [*streams])
        calling.sendall(body)
        return int.from_bytes(calling.recv(2, socket.MSG_WAITALL), "big", signed=True)


def _is_open(stream: int) -> bool:
    try:
        os.fstat(stream)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    _, address, cold, *arguments = sys.argv
    if not all(map(_is_open, (0, 1, 2))):
        # What is closed cannot be handed on.
        os.execv(cold, [cold, *arguments])
    sys.exit(call(address, arguments, os.getcwd(), (0, 1, 2)))
