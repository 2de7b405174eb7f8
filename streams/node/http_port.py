"""The port of a node's web process: chosen once, stable over restarts."""

import time
from collections.abc import Callable

from msgspec.structs import replace

from exchange.kernel.errors import PortTaken, Unavailable
from streams.broker.ports import LOOPBACK, free_port, why_not_free
from streams.node.choices import choices, remember
from streams.node.directory import DataDirectory

_LET_GO_S_MAX = 3.0
"""A web process whose supervisor was killed needs a moment to end and leave its port."""
_LOOK_AGAIN_S = 0.05


def settle_port(directory: DataDirectory, told: Callable[[str], None]) -> None:
    """See that the remembered port can be had before a process is started for it, or choose one.

    Raises: Misuse if it was asked for and cannot be had.
    """
    known = choices(directory)
    if known.http_port is None:
        remember(directory, replace(known, http_port=free_port()))
        return
    why_not = _why_not(known.http_port)
    if why_not is None:
        return
    if known.http_port_asked:
        see_port(known.http_port)
    new = free_port()
    remember(directory, replace(known, http_port=new))
    told(f"HTTP moves to port {new}, for {known.http_port} is taken")


def see_port(port: int) -> None:
    """See that a port that was asked for can be had. Raises: PortTaken if not."""
    if (why_not := why_not_free(port)) is not None:
        raise PortTaken(
            f"HTTP port {port} on {LOOPBACK} cannot be had ({why_not}); free it, or choose another with --http-port"
            " (0: any free one)"
        )


def see_kept_port(port: int) -> None:
    """As `see_port`, for a port of last time, which a web process of then may be about to leave."""
    if _why_not(port) is not None:
        see_port(port)


def http_port(directory: DataDirectory) -> int:
    """Where the node's web process listens on loopback.

    Raises: Unavailable before the first start.
    """
    known = choices(directory).http_port
    if known is None:
        raise Unavailable(f"the node in {directory.path} has no HTTP port yet; `exchange up` chooses one")
    return known


def _why_not(port: int) -> str | None:
    until = time.monotonic() + _LET_GO_S_MAX
    while (why_not := why_not_free(port)) is not None and time.monotonic() < until:
        time.sleep(_LOOK_AGAIN_S)
    return why_not
