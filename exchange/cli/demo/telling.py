"""How the demo is told: live in a terminal, or not at all."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.progress import Progress, TaskID
from rich.rule import Rule

from exchange.cli.consoles import console
from exchange.cli.steps import columns


class Meter(Protocol):
    """Moves one bar."""

    def at(self, done: int) -> None:
        """So much is done."""
        ...


class Teller(Protocol):
    """What the story says, as it happens."""

    def opening(self, text: str) -> None:
        """Where and when this plays."""
        ...

    def act(self, title: str) -> None:
        """A new part of the story."""
        ...

    def say(self, text: str, note: str = "") -> None:
        """Something happened; `note` says what stands behind it."""
        ...

    def refuse(self, text: str, note: str) -> None:
        """Something was refused."""
        ...

    def chain(self, name: str, made_from: list[tuple[str, str]]) -> None:
        """What something came from: how, and from what, nearest first."""
        ...

    @contextmanager
    def meters(self, total: int, *titles: str) -> Iterator[list[Meter]]:
        """Bars that move while the block runs."""
        ...

    def closing(self, seconds: float, lines: list[str]) -> None:
        """How long it took, and where to look next."""
        ...


class _Bar:
    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def at(self, done: int) -> None:
        self._progress.update(self._task, completed=done)


class TerminalTeller:
    """Tells the story to a person."""

    def __init__(self) -> None:
        self.console = console()
        self._number = 0
        self._began = time.monotonic()

    def opening(self, text: str) -> None:
        self.console.print()
        self.console.print("[bold]Corridor[/] · one data product, from its listing to its lineage")
        self.console.print(f"[dim]{text}[/]")

    def act(self, title: str) -> None:
        self._number += 1
        self.console.print()
        elapsed = f"{time.monotonic() - self._began:.1f} s"
        self.console.print(
            Rule(f"[bold]{self._number} {title}[/] [dim]{elapsed}[/]", align="left", style="blue")
        )

    def say(self, text: str, note: str = "") -> None:
        self._line("[green]✓[/]", text, note)

    def refuse(self, text: str, note: str) -> None:
        self._line("[red]✗[/]", text, note)

    def chain(self, name: str, made_from: list[tuple[str, str]]) -> None:
        self.console.print(f"    {name}", soft_wrap=True)
        width = max(len(how) for how, _ in made_from)
        for how, what in made_from:
            self.console.print(f"      [dim]{how:<{width}}[/] {what}", soft_wrap=True)

    @contextmanager
    def meters(self, total: int, *titles: str) -> Iterator[list[Meter]]:
        with Progress(*columns(), console=self.console) as progress:
            yield [_Bar(progress, progress.add_task(f"{title:<9}", total=total, unit="")) for title in titles]

    def closing(self, seconds: float, lines: list[str]) -> None:
        self.console.print()
        self.console.print(Rule(f"[bold]Played in {seconds:.1f} s[/]", align="left", style="blue"))
        for line in lines:
            self.console.print(line, soft_wrap=True)

    def _line(self, mark: str, text: str, note: str) -> None:
        self.console.print(f"  {mark} {text}", soft_wrap=True)
        if note:
            self.console.print(f"    [dim]{note}[/]", soft_wrap=True)


class _NoBar:
    def at(self, done: int) -> None:
        pass


class SilentTeller:
    """Says nothing: the summary is all there is."""

    def opening(self, text: str) -> None:
        pass

    def act(self, title: str) -> None:
        pass

    def say(self, text: str, note: str = "") -> None:
        pass

    def refuse(self, text: str, note: str) -> None:
        pass

    def chain(self, name: str, made_from: list[tuple[str, str]]) -> None:
        pass

    @contextmanager
    def meters(self, total: int, *titles: str) -> Iterator[list[Meter]]:
        yield [_NoBar() for _ in titles]

    def closing(self, seconds: float, lines: list[str]) -> None:
        pass
