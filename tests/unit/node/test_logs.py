"""What a node's processes write down, and how much of it is kept."""

import subprocess
import sys
from pathlib import Path

from streams.node.directory import DataDirectory
from streams.node.words import last_words


def logged(directory: Path, script: str) -> str:
    """Run `script` in a process that logs to a file; what it wrote there."""
    begin = (
        "import logging; from pathlib import Path; from streams.node import logs\n"
        f"logs.log_to_file(Path({str(directory / 'a.log')!r}))\n"
    )
    subprocess.run([sys.executable, "-c", begin + script], check=True)
    return (directory / "a.log").read_text()


def test_our_words_are_kept_those_of_services_and_libraries_only_when_something_is_wrong(
    tmp_path: Path,
) -> None:
    text = logged(
        tmp_path,
        "logging.getLogger('streams.leader').info('leading market/0')\n"
        "logging.getLogger('streams.app').info('[^HostApp]: Starting...')\n"
        "logging.getLogger('streams.app').error('[^HostApp]: Crashed')\n"
        "logging.getLogger('aiokafka').info('joined')\n"
        "logging.getLogger('aiokafka').error('no coordinator')\n",
    )
    assert [line.split(" ", 3)[3] for line in text.splitlines()] == [
        "streams.leader leading market/0",
        "streams.app [^HostApp]: Crashed",
        "aiokafka no coordinator",
    ]


def test_logs_do_not_grow_without_end(tmp_path: Path) -> None:
    logged(
        tmp_path,
        "log = logging.getLogger('streams.leader')\n"
        "for number in range(300): log.info('%s', str(number) * 30_000)\n",
    )
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["a.log", "a.log.1", "a.log.2", "a.log.3"]
    assert sum(file.stat().st_size for file in files) <= 4 * (5 << 20)


def test_the_last_words_of_a_process_are_found(tmp_path: Path) -> None:
    directory = DataDirectory.create(tmp_path / "node", created_at=0)
    assert last_words(directory, "deciders-0") == "it said nothing"
    (directory.logs / "deciders-0.out").write_text("Traceback\nImportError: no module\n")
    assert last_words(directory, "deciders-0") == "ImportError: no module"
    (directory.logs / "deciders-0.log").write_text(
        "2026 CRITICAL streams.node.child deciders-0 ends: a hole\n2026 INFO streams.leader leading\n"
    )
    assert last_words(directory, "deciders-0") == "a hole"
