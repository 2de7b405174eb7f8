"""Free loopback ports."""

import os
import random
import re
import socket
from collections.abc import Mapping

from exchange.kernel.errors import Misuse, PortTaken

LOOPBACK = "127.0.0.1"
PORTS_VARIABLE = "CORRIDOR_PORTS"
# Below the range from which systems lend ports to outgoing connections, so that a remembered port stays free.
_LOWEST, _HIGHEST = 20_000, 32_000
_GIVEN = set[int]()


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
    """A loopback port nobody listens on, other than `besides`, out of those that may be chosen.

    Shape: one that this process was given before, and may not listen on yet, comes again only when no other is free.

    Raises: PortTaken if none is free.
    """
    ports = [port for port in ports_to_choose_from(os.environ) if port != besides]
    random.shuffle(ports)
    ports.sort(key=_GIVEN.__contains__)
    port = next(filter(is_free, ports), None)
    if port is None:
        raise PortTaken(
            f"each of the {len(ports)} ports on {LOOPBACK} to choose from is taken; name others in {PORTS_VARIABLE}"
        )
    _GIVEN.add(port)
    return port


def ports_to_choose_from(environ: Mapping[str, str]) -> range:
    """The ports that `CORRIDOR_PORTS` names, as in `20000-25999`, or the usual ones.

    Raises: Misuse if it names none.
    """
    if not (named := environ.get(PORTS_VARIABLE)):
        return range(_LOWEST, _HIGHEST + 1)
    found = re.fullmatch(r"(\d{1,5})-(\d{1,5})", named)
    lowest, highest = (int(found[1]), int(found[2])) if found else (0, 0)
    # A node takes three at least.
    if lowest < 1_024 or not lowest + 3 <= highest <= 65_535:
        raise Misuse(
            f"{PORTS_VARIABLE} is {named!r}; name the lowest and the highest port to choose from, as in"
            f" {PORTS_VARIABLE}={_LOWEST}-{_HIGHEST}, at least four of 1024 to 65535"
        )
    return range(lowest, highest + 1)
