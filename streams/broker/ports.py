"""Free loopback ports."""

import random
import socket

LOOPBACK = "127.0.0.1"
# Below the range from which systems lend ports to outgoing connections, so that a remembered port stays free.
_LOWEST, _HIGHEST = 20_000, 32_000


def why_not_free(port: int) -> str | None:
    """What keeps a server from listening on this loopback port now, if anything does."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((LOOPBACK, port))
        except OSError as error:
            return error.strerror or str(error)
        return None


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    return why_not_free(port) is None


def free_port(besides: int | None = None) -> int:
    """A loopback port nobody listens on, other than `besides`."""
    while True:
        port = random.randint(_LOWEST, _HIGHEST)
        if port != besides and is_free(port):
            return port
