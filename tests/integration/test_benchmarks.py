"""The benchmarks run and check what they measure. Nothing here looks at a time."""

import json
import time
from pathlib import Path
from typing import cast

import pytest

from exchange.kernel.time import HOUR
from streams.codec import codec_for
from streams.topics import commands_topic, journal_topic
from tests.benchmarks import fence, streaming
from tests.benchmarks.__main__ import BENCHMARKS, folder, main
from tests.benchmarks.bench import Bench
from tests.benchmarks.commands import Commands, run, sides
from tests.benchmarks.kafka import Kafka, unique
from tests.benchmarks.machine import load, machine
from tests.benchmarks.measures import ratio_of
from tests.benchmarks.peers.deciding import PlainDecider
from tests.benchmarks.report import write
from tests.benchmarks.workload import Check, encoded, orders, outcomes_of, setting_up


def test_the_plain_decider_of_the_peers_says_the_same_facts_as_ours() -> None:
    now_us = time.time_ns() // 1_000
    asked = list(encoded([*setting_up(now_us + HOUR), *orders(300, now_us + HOUR)]))
    records = [(offset, now_us // 1_000, value) for offset, value in enumerate(asked)]
    begun: list[bool] = []
    plain = PlainDecider(len(asked) - 300, lambda: begun.append(True))
    ours, theirs = Check(), Check()
    for outcome in outcomes_of(records):
        for recorded in outcome:
            ours.take(recorded)
    for record in records:
        for value in plain.decide(*record):
            theirs.take(codec_for("market").decode_fact(value))  # type: ignore[arg-type]

    assert theirs.result() == ours.result()
    assert ours.cancelled == 300
    assert begun == [True]


def test_a_benchmark_measures_both_sides_checks_them_and_is_reported(bootstrap: str, tmp_path: Path) -> None:
    kafka = Kafka(bootstrap)
    section = streaming.measure(Bench(kafka, 1, 0.02, tmp_path, tmp_path))
    kafka.close()
    report = write(tmp_path, [section], machine(), {"rounds": 1}, load(), load())

    data = json.loads((tmp_path / "report.json").read_text())["benchmarks"]["streams"]
    assert [len(figure["rounds"]) for figure in data["figures"].values()] == [1] * 10
    assert all(figure["median"] > 0 for figure in data["figures"].values())
    text = report.read_text()
    for said in (
        "publish, ours / aiokafka send | at least 0.5",
        "load before",
        "Where the time of ours goes: publish",
    ):
        assert said in text
    assert (tmp_path / "streams.svg").read_text().startswith("<?xml")


def test_our_decider_and_a_faust_agent_decide_the_same_commands_and_both_are_timed(bootstrap: str) -> None:
    kafka = Kafka(bootstrap)
    ours, faust, *_ = sides(0.005)
    for side, topic in ((ours, commands_topic("market")), (faust, unique("commands"))):
        commands = Commands(kafka, topic, side.measured)
        assert run(kafka, side, commands).commands_per_s > 0
        kafka.delete(topic)
    kafka.delete(journal_topic("market"))
    kafka.close()


def test_the_fence_is_timed_beside_statements_that_say_the_same(tmp_path: Path) -> None:
    section = fence.measure(Bench(cast(Kafka, None), 1, 0.02, tmp_path, tmp_path))
    assert len(section.figures) == 8
    assert all(figure.median > 0 for figure in section.figures.values())
    assert [ratio.at_least for ratio in section.ratios] == [0.5, None, 0.5, None]


def test_a_missed_ratio_says_by_how_much() -> None:
    missed = ratio_of("speed", [4.0, 5.0, 6.0], [10.0, 10.0, 10.0], at_least=10)
    slow = ratio_of("latency", [3.0, 3.0, 3.0], [1.0, 1.0, 3.0], at_most=1.5)
    kept = ratio_of("speed", [3.0], [1.0], at_least=3)

    assert missed.verdict == "missed: 0.50 where 10 was wanted, 95% off"
    assert slow.verdict == "missed: 3.00 where 1.5 was wanted, 100% off"
    assert kept.verdict == "held"


def test_only_a_run_of_everything_writes_the_report_in_the_docs() -> None:
    assert str(folder(list(BENCHMARKS), quick=False)) == "docs/benchmarks"
    assert folder(list(BENCHMARKS), quick=True) == folder(["books"], quick=False) != Path("docs/benchmarks")


def test_an_unknown_benchmark_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "speed"])
    assert (
        "'speed' is no benchmark; there are commands, books, fence, latency, postings"
        in capsys.readouterr().err
    )
