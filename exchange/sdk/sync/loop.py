"""An event loop in one background thread, for programs that have none."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

from exchange.kernel.errors import Misuse, Unavailable

T = TypeVar("T")


class LoopThread:
    """Runs coroutines for any number of threads; begins with the first one, ends with `stop`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._over: asyncio.Event | None = None
        self._stopped = False

    @property
    def stopped(self) -> bool:
        """Whether it was stopped."""
        return self._stopped

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine and wait for what it gives; Ctrl-C ends both.

        Raises: Misuse if the loop was stopped, or this is its own thread, which would wait for itself.
        """
        return self.result(self.submit(coroutine))

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> "Future[T]":
        """Begin to run a coroutine.

        Ctrl-C may come when it has begun and nobody holds its future yet: then it runs on until the loop ends.
        """
        begun = False
        try:
            with self._lock:
                loop = self._running()
                if threading.current_thread() is self._thread:
                    raise Misuse(
                        "a synchronous door was called from the exchange's own thread; use another thread"
                    )
                begun = True
                return asyncio.run_coroutine_threadsafe(coroutine, loop)
        except BaseException:
            if not begun:
                coroutine.close()
            raise

    def result(self, future: "Future[T]", timeout_s: float | None = None) -> T:
        """Wait for what was submitted; TimeoutError leaves it running, everything else ends it."""
        try:
            return future.result(timeout_s)
        except TimeoutError:
            raise
        except CancelledError as error:
            raise Unavailable(
                "the exchange was closed before this was answered: what was sent may have been decided;"
                " open it again, and ask again with the same id"
            ) from error
        except BaseException:
            future.cancel()
            raise

    def stop(self) -> None:
        """End the loop and everything that still runs on it; stopping again changes nothing."""
        with self._lock:
            self._stopped = True
            loop, thread, over = self._loop, self._thread, self._over
        if loop is None or thread is None or over is None:
            return
        if thread.is_alive():
            loop.call_soon_threadsafe(over.set)
            thread.join()

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._stopped:
            raise Misuse("this exchange was closed; open it again")
        if self._loop is None:
            started = threading.Event()
            # A program that ends without closing is not kept alive by it.
            self._thread = threading.Thread(target=self._run, args=(started,), name="exchange", daemon=True)
            self._thread.start()
            started.wait()
        assert self._loop is not None
        return self._loop

    def _run(self, started: threading.Event) -> None:
        with asyncio.Runner() as runner:
            self._over = asyncio.Event()
            self._loop = runner.get_loop()
            started.set()
            runner.run(_until(self._over))


async def _until(over: asyncio.Event) -> None:
    await over.wait()
