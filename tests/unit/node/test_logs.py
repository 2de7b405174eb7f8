"""What a node's processes write down, in which form, and how much of it is kept."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from streams.node.choices import Choices, remember
from streams.node.directory import DataDirectory
from streams.node.log_form import HUMAN, JSON
from streams.node.words import last_words

SLOT = "deciders-0"


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return DataDirectory.create(tmp_path / "node", created_at=0)


def logged(directory: DataDirectory, script: str) -> list[str]:
    """Run `script` in a process that logs to the node's file; the lines it wrote there."""
    begin = (
        "import logging; from pathlib import Path; from streams.node import logs\n"
        "from streams.node.directory import DataDirectory\n"
        f"logs.log_to_file(DataDirectory.open(Path({str(directory.path)!r})), {SLOT!r})\n"
        "log = logging.getLogger('streams.leader')\n"
    )
    subprocess.run([sys.executable, "-c", begin + script], check=True)
    return (directory.logs / f"{SLOT}.log").read_text().splitlines()


def objects(directory: DataDirectory, script: str) -> list[dict[str, Any]]:
    remember(directory, Choices(log_format=JSON))
    return [json.loads(line) for line in logged(directory, script)]


def test_our_words_are_kept_those_of_services_and_libraries_only_when_something_is_wrong(
    directory: DataDirectory,
) -> None:
    lines = logged(
        directory,
        "log.info('leading market/0')\n"
        "logging.getLogger('streams.app').info('[^HostApp]: Starting...')\n"
        "logging.getLogger('streams.app').error('[^HostApp]: Crashed')\n"
        "logging.getLogger('aiokafka').info('joined')\n"
        "logging.getLogger('aiokafka').error('no coordinator')\n",
    )
    assert [line.split(" ", 1)[1] for line in lines] == [
        "INFO deciders-0 streams.leader leading market/0",
        "ERROR deciders-0 streams.app [^HostApp]: Crashed",
        "ERROR deciders-0 aiokafka no coordinator",
    ]
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ", line) for line in lines)


def test_a_line_for_machines_has_its_values_as_fields(directory: DataDirectory) -> None:
    (line,) = objects(
        directory,
        "log.info('leading %s/%s', 'market', 1, extra={'context': 'market', 'partition': 1, 'claim': 12})\n",
    )
    assert line.pop("time").endswith("Z")
    assert line.pop("pid") > 0
    assert line == {
        "level": "INFO", "process": SLOT, "logger": "streams.leader", "message": "leading market/1",
        "context": "market", "partition": 1, "claim": 12,
    }  # fmt: skip


def test_an_error_keeps_apart_what_it_is_about(directory: DataDirectory) -> None:
    (line,) = objects(
        directory,
        "from streams.journal import JournalReader\n"
        "from exchange.kernel.errors import InvariantBroken\n"
        "from exchange.kernel.position import BEGINNING\n"
        "from streams.codec import codec_for\n"
        "try: JournalReader('market.journal', 1, BEGINNING, codec_for('market')).feed(7, b'')\n"
        "except InvariantBroken as error: log.critical('it ends: %s', error, extra=error.fields, exc_info=True)\n",
    )
    assert (line["topic"], line["partition"], line["offset"]) == ("market.journal", 1, 7)
    assert "Traceback" in line["exception"]


SECRETS = {
    "an address": "postgresql+psycopg://exchange:s3cr3t@db/exchange",
    "an address whose password has signs of its own": "postgresql://exchange:s3cr3t@/x:s3cr3t@db:5432/exchange",
    "a parameter": "host=db user=exchange password=s3cr3t",
    "a query": "postgresql://db/exchange?sslpassword=s3cr3t&user=exchange",
    "a header": "Authorization: Bearer s3cr3ts3cr3ts3cr3t",
    "a document": '{"token": "s3cr3t"}',
}


@pytest.mark.parametrize("form", [HUMAN, JSON])
def test_no_secret_is_written_down(directory: DataDirectory, form: str) -> None:
    remember(directory, Choices(log_format=form))
    lines = logged(
        directory,
        f"for number, secret in enumerate({list(SECRETS.values())!r}):\n"
        "    also = {'store': secret, 'nested': [{'token': 's3cr3t'}]}\n"
        "    log.error('waiting for %s, %s', secret, number, extra=also)\n"
        "    try: raise ValueError(secret)\n"
        "    except ValueError: log.critical('ended %s', number, exc_info=True)\n",
    )
    starts = [number for number, line in enumerate(lines) if "waiting for" in line]
    assert len(starts) == len(SECRETS)
    for name, start, end in zip(SECRETS, starts, [*starts[1:], len(lines)], strict=True):
        of_it = "\n".join(lines[start:end])
        assert "ValueError" in of_it, name
        assert "***" in of_it, name
        assert "s3cr3t" not in of_it, name
    assert "s3cr3t" not in "\n".join(lines)


def test_what_a_library_says_again_and_again_is_counted(directory: DataDirectory) -> None:
    lines = objects(
        directory,
        "kafka = logging.getLogger('aiokafka.cluster')\n"
        "for number in range(1_000): kafka.error('Unable to connect to node %s', number)\n"
        "for number in range(20): log.info('leading market/%s', number)\n",
    )
    said = [line for line in lines if line["logger"] == "aiokafka.cluster"]
    assert len(said) == 6, "five as they are, and their count at the end"
    assert said[-1]["message"].startswith("Unable to connect to node 999 (and 995 more like it within ")
    assert said[-1]["repeated"] == 995
    ours = [line for line in lines if line["logger"] == "streams.leader"]
    assert len(ours) == 20, "of our own lines only those that say the very same are alike"


def test_logs_do_not_grow_without_end(directory: DataDirectory) -> None:
    logged(directory, "for number in range(280): log.info('%s', f'{number:80000}')\n")
    files = sorted(directory.logs.iterdir())
    assert [file.name for file in files] == [f"{SLOT}.log{end}" for end in ("", ".1", ".2", ".3")]
    assert sum(file.stat().st_size for file in files) <= 4 * (5 << 20)


@pytest.mark.parametrize("form", [HUMAN, JSON])
def test_the_last_words_of_a_process_are_found(directory: DataDirectory, form: str) -> None:
    assert last_words(directory, SLOT) == "it said nothing"
    (directory.logs / f"{SLOT}.out").write_text("Traceback\nImportError: no module\n")
    assert last_words(directory, SLOT) == "ImportError: no module"
    remember(directory, Choices(log_format=form))
    logged(directory, f"log.critical('%s ends: %s', {SLOT!r}, 'a hole')\nlog.info('leading')\n")
    assert last_words(directory, SLOT) == "a hole"
