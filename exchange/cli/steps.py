"""What takes long, told step by step on standard error: moving in a terminal, plain lines elsewhere.

Everything of ours that shows how far it is shows it through here: done and of how much, how fast, how long still.
"""

import time
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TaskID, TextColumn
from rich.progress import TimeRemainingColumn as Remaining
from rich.text import Text

from exchange.cli.consoles import console

_MEGA = 1_000_000


class Steps:
    """Marks each step as done when the next one begins. A context manager; `quiet` says nothing at all."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = console(stderr=True, quiet=quiet)
        self._moves = self._console.is_terminal and not quiet
        self._progress = Progress(*columns(), console=self._console, transient=True)
        self._task: TaskID | None = None
        self._step = ""
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end("✓" if error is None else "✗")

    def told(self, step: str) -> None:
        """The next step begins; told again, it goes on."""
        if step == self._step:
            return
        self._end("✓")
        self._step, self._began = step, time.monotonic()
        if self._moves:
            self._task = self._progress.add_task(f"  {step}", total=None, unit="")
            self._progress.start()

    def moved(self, done: int, of: int | None = None, unit: str = "") -> None:
        """How far the step under way is, where that can move. Units: `unit` names what is counted."""
        if self._task is not None:
            self._progress.update(self._task, completed=done, total=of, unit=unit)

    def _end(self, mark: str) -> None:
        if self._task is not None:
            self._progress.stop()
            self._progress.remove_task(self._task)
            self._task = None
        if self._step:
            took = time.monotonic() - self._began
            self._console.print(f"  {mark} {self._step} ({took:.1f} s)", markup=False, soft_wrap=True)
            self._step = ""


def columns() -> tuple[ProgressColumn, ...]:
    """What is shown of everything that moves."""
    return (
        SpinnerColumn("line"),
        TextColumn("{task.description}"),
        _Bar(bar_width=30),
        _Count(),
        _Rate(),
        _Left(),
    )


class _Bar(BarColumn):
    def render(self, task: Task) -> object:  # type: ignore[override] # nothing is a bar too
        return Text("…") if task.total is None else super().render(task)


class _Count(ProgressColumn):
    def render(self, task: Task) -> Text:
        if not task.completed and task.total is None:
            return Text("")
        unit = task.fields.get("unit", "")
        done, of = _amount(task.completed, unit), task.total
        return Text(done if of is None else f"{done} of {_amount(of, unit)}")


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{_amount(speed, task.fields.get('unit', ''))}/s" if speed else "", style="dim")


class _Left(Remaining):
    def render(self, task: Task) -> Text:
        return Text("") if task.total is None else super().render(task)


def _amount(count: float, unit: str) -> str:
    """A count as people read it; of bytes, in megabytes."""
    if unit == "bytes":
        return f"{int(count) // (_MEGA // 10) / 10:,.1f} MB"
    return f"{int(count):,} {unit}".rstrip()
