"""What a person sees while jars arrive: one moving line on a terminal, two plain lines elsewhere."""

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TransferSpeedColumn
from rich.progress import Progress as Bar

from streams.broker.jars import Jar


class Progress:
    """Counts jars and bytes as they arrive; called from several threads."""

    def __init__(self, console: Console | None = None, what: str = "Kafka") -> None:
        self._what = what
        self._console = console or Console(file=sys.stderr)
        self._lock = threading.Lock()
        self._bytes = self._jars = 0
        self._bar: Bar | None = None

    @contextmanager
    def of(self, jars: Sequence[Jar]) -> Iterator[None]:
        """Show the arrival of `jars` until the block ends."""
        total, started = sum(jar.size_bytes for jar in jars), time.monotonic()
        if not self._console.is_terminal:
            self._console.print(f"  … {self._what}: {len(jars)} jars, {total / 1e6:.1f} MB", highlight=False)
            yield
            self._done(started)
            return
        columns = (
            TextColumn(f"  … {self._what}"),
            BarColumn(bar_width=30),
            TextColumn("{task.fields[jars]}/" + f"{len(jars)} jars"),
            DownloadColumn(),
            TransferSpeedColumn(),
        )
        with Bar(*columns, console=self._console, transient=True) as self._bar:
            self._bar.add_task("jars", total=total, jars=0)
            yield
        self._done(started)

    def received(self, size_bytes: int) -> None:
        """Some bytes arrived; a negative number takes back those of a try that failed."""
        with self._lock:
            self._bytes += size_bytes
            self._show()

    def finished(self) -> None:
        """One jar is whole and in its place."""
        with self._lock:
            self._jars += 1
            self._show()

    def _show(self) -> None:
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=self._bytes, jars=self._jars)

    def _done(self, started: float) -> None:
        took = time.monotonic() - started
        self._console.print(
            f"  ✓ {self._what}: {self._jars} jars, {self._bytes / 1e6:.1f} MB ({took:.1f} s)", highlight=False
        )
