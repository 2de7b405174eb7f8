"""Install the project into its checkout: environment, packages, data set, Java if missing, Kafka's jars.

Usage: python requirements/install.py run|dev. Each step remembers what it was done for and is skipped while that holds.
Standard library only: it runs before anything is installed.
"""

import hashlib
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
PIP = (str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--no-input")
NO_JAVA = 5  # the exit code of `python -m exchange.cli.prepare` for "no Java here"


def main(kind: str) -> None:
    """Bring the checkout to what the locks say, as quickly as what is there already allows."""
    _environment()
    _packages(kind)
    _step(
        "project",
        _digest(ROOT / "pyproject.toml"),
        (*PIP, "--no-deps", "--no-build-isolation", "-e", str(ROOT)),
    )
    data = LOCKS / "data.lock"
    _step(
        "data set",
        _digest(data),
        (*PIP, "--no-deps", "--no-build-isolation", "--require-hashes", "-r", str(data)),
    )
    _kafka()


def _environment() -> None:
    if os.access(PYTHON, os.X_OK) and (VENV / "pyvenv.cfg").exists():
        return
    _run(
        f"environment in {VENV.name} (Python {sys.version.split()[0]})",
        (sys.executable, "-m", "venv", "--clear", str(VENV)),
    )


def _packages(kind: str) -> None:
    lock = LOCKS / f"{kind}.lock"
    done = _step(f"{kind} packages", _digest(lock), (*PIP, "--require-hashes", "-r", str(lock)))
    if done and kind == "dev":
        _remember("run packages", _digest(LOCKS / "run.lock"))  # dev holds all of run


def _kafka() -> None:
    prepare = (str(PYTHON), "-m", "exchange.cli.prepare")
    code = subprocess.run(prepare, cwd=ROOT, check=False).returncode
    if code == NO_JAVA:
        lock = LOCKS / "java.lock"
        _run("a Java runtime, since this machine has none", (*PIP, "--require-hashes", "-r", str(lock)))
        code = subprocess.run(prepare, cwd=ROOT, check=False).returncode
    if code:
        sys.exit(code)


def _step(name: str, key: str, command: Sequence[str]) -> bool:
    stamp = STAMPS / name.replace(" ", "-")
    if stamp.exists() and stamp.read_text() == key:
        return False
    _run(name, command)
    _remember(name, key)
    return True


def _remember(name: str, key: str) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name.replace(" ", "-")).write_text(key)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _run(name: str, command: Sequence[str]) -> None:
    """Run one step; on a terminal its output passes by on one line, after a failure its last lines are shown."""
    started, lines, live = time.monotonic(), deque[str](maxlen=25), sys.stderr.isatty()
    if not live:
        print(f"  … {name}", file=sys.stderr, flush=True)
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            lines.append(line.rstrip())
            if live:
                width = os.get_terminal_size(sys.stderr.fileno()).columns - 1
                print(
                    f"\r\x1b[2K{f'  … {name}: {line.strip()}'[:width]}", end="", file=sys.stderr, flush=True
                )
    if live:
        print("\r\x1b[2K", end="", file=sys.stderr)
    if process.returncode:
        print("\n".join(lines), file=sys.stderr)
        sys.exit(
            f"Installing failed at: {name}. The last lines above say why; after mending it, run the same command again."
        )
    print(f"  ✓ {name} ({time.monotonic() - started:.1f} s)", file=sys.stderr, flush=True)


if __name__ == "__main__":
    if sys.argv[1:] not in (["run"], ["dev"]):
        sys.exit(__doc__)
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit("\nStopped. The same command goes on from here.")
