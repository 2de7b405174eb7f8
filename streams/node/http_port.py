"""The port of a node's web process: chosen once, remembered beside node.json, stable over restarts."""

import os
import time
from collections.abc import Callable

import msgspec

from exchange.kernel.errors import Misuse, Unavailable
from streams.broker.ports import LOOPBACK, free_port, why_not_free
from streams.node.directory import DataDirectory

_LET_GO_S_MAX = 3.0
"""A web process whose supervisor was killed needs a moment to end and leave its port."""
_LOOK_AGAIN_S = 0.05


class HttpPort(msgspec.Struct, frozen=True):
    """A loopback port. Shape: `chosen` is one that somebody asked for: it is had or the start fails."""

    port: int
    chosen: bool = False


def choose_port(directory: DataDirectory, port: int) -> None:
    """Remember the port that was asked for; 0 lets the next start choose a free one again."""
    if port == 0:
        directory.http_file.unlink(missing_ok=True)
    else:
        _remember(directory, HttpPort(port, chosen=True))


def settle_port(directory: DataDirectory, told: Callable[[str], None]) -> None:
    """See that the remembered port can be had before a process is started for it, or choose one.

    Raises: Misuse if it was asked for and cannot be had.
    """
    known = _remembered(directory)
    if known is None:
        _remember(directory, HttpPort(free_port()))
        return
    until = time.monotonic() + _LET_GO_S_MAX
    while why_not := why_not_free(known.port):
        if time.monotonic() > until:
            break
        time.sleep(_LOOK_AGAIN_S)
    if why_not is None:
        return
    if known.chosen:
        raise Misuse(
            f"HTTP port {known.port} on {LOOPBACK} cannot be had ({why_not}); free it, or choose another with"
            " --http-port (0: any free one)"
        )
    new = HttpPort(free_port())
    _remember(directory, new)
    told(f"HTTP moves to port {new.port}, for {known.port} is taken")


def http_port(directory: DataDirectory) -> int:
    """Where the node's web process listens on loopback.

    Raises: Unavailable before the first start.
    """
    known = _remembered(directory)
    if known is None:
        raise Unavailable(f"the node in {directory.path} has no HTTP port yet; `exchange up` chooses one")
    return known.port


def _remembered(directory: DataDirectory) -> HttpPort | None:
    try:
        return msgspec.json.decode(directory.http_file.read_bytes(), type=HttpPort)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, OSError) as error:
        raise Misuse(
            f"{directory.http_file} cannot be read ({error}); delete it, and a port is chosen anew"
        ) from error


def _remember(directory: DataDirectory, port: HttpPort) -> None:
    temporary = directory.http_file.with_suffix(".new")
    temporary.write_bytes(msgspec.json.encode(port) + b"\n")
    os.replace(temporary, directory.http_file)
