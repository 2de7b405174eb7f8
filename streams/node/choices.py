"""What may be chosen anew at each `up`, and is remembered beside node.json until then."""

import os
from pathlib import Path
from typing import Literal

import msgspec

from exchange.kernel.errors import Misuse
from streams.node.directory import DataDirectory


class Choices(msgspec.Struct, frozen=True):
    """What was chosen. Shape: `http_port_asked` is that somebody named the port, so it is had or the start fails."""

    http_port: int | None = None
    http_port_asked: bool = False
    schema_registry: str | None = None
    log_format: Literal["human", "json"] = "human"


def choices(directory: DataDirectory) -> Choices:
    """What is remembered; nothing in a directory that never was up.

    Raises: Misuse if the file is damaged.
    """
    file = _file(directory)
    try:
        return msgspec.json.decode(file.read_bytes(), type=Choices)
    except FileNotFoundError:
        return Choices()
    except (msgspec.DecodeError, OSError) as error:
        raise Misuse(
            f"{file} cannot be read ({error}); delete it, and name again what is to be other than usual"
        ) from error


def remember(directory: DataDirectory, chosen: Choices) -> None:
    """Replace what is remembered. Raises: Misuse if the directory cannot be written."""
    file = _file(directory)
    try:
        new = file.with_suffix(".new")
        new.write_bytes(msgspec.json.encode(chosen) + b"\n")
        os.replace(new, file)
    except OSError as error:
        raise Misuse(f"{file} cannot be written ({error.strerror}); give this user the right to") from error


def _file(directory: DataDirectory) -> Path:
    return directory.path / "choices.json"
