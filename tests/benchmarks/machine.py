"""What the figures were measured on."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from streams.broker.jars import read_lock
from streams.broker.java import find_java

_PACKAGES = (
    "faust-streaming",
    "aiokafka",
    "confluent-kafka",
    "fastavro",
    "msgspec",
    "sqlalchemy",
    "psycopg",
    "cramjam",
)


def machine() -> dict[str, Any]:
    """Hardware, system and versions."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "java": _java(),
        "kafka": next(jar.version for jar in read_lock() if jar.artifact.startswith("kafka_")),
        "commit": _commit(),
        "packages": {name: version(name) for name in _PACKAGES},
    }


def load() -> dict[str, Any]:
    """The time and the load averages now."""
    one, five, fifteen = os.getloadavg()
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "1 min": one,
        "5 min": five,
        "15 min": fifteen,
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _commit() -> str:
    """What was measured, as far as git knows."""
    try:
        said = subprocess.run(
            ["git", "describe", "--always", "--dirty"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return "unknown"
    return said.stdout.strip() or "unknown"


def _java() -> str:
    said = subprocess.run([find_java(), "-version"], capture_output=True, text=True, check=False)
    return said.stderr.splitlines()[0] if said.stderr else "unknown"
