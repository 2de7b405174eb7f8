"""What takes long, told step by step on standard error: moving in a terminal, plain lines elsewhere."""

import time
from types import TracebackType
from typing import Self

from exchange.cli.consoles import console


class Steps:
    """Marks each step as done when the next one begins. A context manager; `quiet` says nothing at all."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = console(stderr=True, quiet=quiet)
        self._status = self._console.status("")
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
        if self._console.is_terminal:
            self._status.update(f"{step} …")
            self._status.start()

    def moved(self, text: str) -> None:
        """Something to show of the step that is under way, where it can move."""
        if self._console.is_terminal:
            self._status.update(text)

    def _end(self, mark: str) -> None:
        self._status.stop()
        if self._step:
            took = time.monotonic() - self._began
            self._console.print(f"  {mark} {self._step} ({took:.1f} s)", markup=False, soft_wrap=True)
            self._step = ""
