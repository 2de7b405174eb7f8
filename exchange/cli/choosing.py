"""What `up` is asked for anew: looked at before anything is made, remembered once there is a directory."""

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from streams.external_registry import ExternalRegistry
from streams.node.choices import Choices, choices, remember
from streams.node.directory import DataDirectory
from streams.node.hold import in_use
from streams.node.http_port import see_port

if TYPE_CHECKING:
    from exchange.cli.node import Wanted


class Asked(NamedTuple):
    """Options of `up`. Shape: None is as last time; `http_port` 0 is any free one, `schema_registry` `none` is none."""

    http_port: int | None = None
    schema_registry: str | None = None
    log_format: str | None = None


def chosen(wanted: "Wanted", asked: Asked) -> Choices:
    """What the node would remember; nothing is written.

    Raises: InUse if it runs with what was chosen before; PortTaken if the port cannot be had; Misuse if the registry's
    address is none.
    """
    known = Choices() if wanted.known is None else _kept(DataDirectory.open(wanted.path))
    return _anew(known, asked)


def choose(directory: DataDirectory, asked: Asked) -> None:
    """Remember what was asked for. Raises: as `chosen`, for what has changed since."""
    kept = _kept(directory)
    if (new := _anew(kept, asked)) != kept:
        remember(directory, new)


def _kept(directory: DataDirectory) -> Choices:
    if (holder := directory.held_by()) is not None:
        raise in_use(directory.path, holder)
    return choices(directory)


def _anew(known: Choices, asked: Asked) -> Choices:
    if asked.http_port:
        see_port(asked.http_port)
    if asked.http_port is not None:
        known = replace(known, http_port=asked.http_port or None, http_port_asked=bool(asked.http_port))
    if asked.schema_registry is not None:
        known = replace(known, schema_registry=_address(asked.schema_registry))
    if asked.log_format is not None:
        known = replace(known, log_format=asked.log_format)
    return known


def _address(schema_registry: str) -> str | None:
    return None if schema_registry == "none" else ExternalRegistry(schema_registry, {}).url
