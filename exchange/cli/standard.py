"""The three standard streams, also where they are closed, silent for long, or no text."""

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import click

from exchange.kernel.errors import Misuse

_PIECE_BYTES = 1 << 16
_TOLD_EVERY = 500


def fill_closed() -> None:
    """Put /dev/null where a standard stream is closed: else the next file opened would take its place."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115 — for as long as the process lives
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115


def standard_input(what: str) -> BinaryIO:
    """Standard input, as bytes; a person at a terminal is told that `what` is waited for.

    Raises: Misuse if it is closed.
    """
    if sys.stdin is None:
        raise Misuse(f"standard input is closed; {what} is read from it")
    if sys.stdin.isatty():
        click.echo(f"Reading {what} from the terminal; Ctrl-D ends it.", err=True)
    return sys.stdin.buffer


def watched(file: BinaryIO, what: str, *, quiet: bool) -> Iterator[bytes]:
    """The lines of a file, told to a person at a terminal as they are taken: bytes of all where it is a file."""
    from exchange.cli.steps import Steps

    status = os.fstat(file.fileno())
    size = status.st_size if stat.S_ISREG(status.st_mode) else None
    done = 0
    with Steps(quiet=quiet or not sys.stderr.isatty()) as steps:
        steps.told(what)
        for number, line in enumerate(file):
            done += len(line)
            if not number % _TOLD_EVERY:
                steps.moved(done, size, "bytes")
            yield line


def text_lines(file: Iterable[bytes]) -> Iterator[str]:
    """The lines of a file as text. Raises: Misuse naming a line that is not UTF-8."""
    for number, line in enumerate(file, start=1):
        try:
            yield line.decode()
        except UnicodeDecodeError as error:
            raise Misuse(f"line {number}: not UTF-8 (byte {error.start + 1} of the line)") from error


def lines_of(path: Path) -> Iterator[str]:
    """The lines of a named file as text."""
    with path.open("rb") as file:
        yield from text_lines(file)


def write_lines(lines: Iterable[str]) -> None:
    """Write each line as soon as it is there: what comes before an error has been written."""
    _writable()
    for line in lines:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def write_bytes(data: bytes) -> None:
    """Write all of it, now."""
    _writable()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _writable() -> None:
    """What is written here must not be lost unseen, as what a person would read may be."""
    if sys.__stdout__ is None:
        raise Misuse("standard output is closed; send it to a file, a pipe or /dev/null")


async def byte_lines(file: BinaryIO) -> AsyncIterator[bytes]:
    """The lines of a file or a pipe, without their ends, holding nothing up while a pipe is silent."""
    descriptor, rest = file.fileno(), b""
    mode = os.fstat(descriptor).st_mode
    waits = stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(descriptor)
    while True:
        if waits:
            await _readable(descriptor)
        piece = os.read(descriptor, _PIECE_BYTES)
        if not piece:
            break
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line.removesuffix(b"\r")
    if rest:
        yield rest


async def _readable(descriptor: int) -> None:
    loop, there = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(descriptor, there.set)
    try:
        await there.wait()
    finally:
        loop.remove_reader(descriptor)
