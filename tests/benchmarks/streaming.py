"""A product stream published and received, beside aiokafka doing the same bytes."""

from typing import Any

from streams.topics import stream_spec, stream_topic
from tests.benchmarks import process
from tests.benchmarks.bench import Bench
from tests.benchmarks.kafka import unique
from tests.benchmarks.measures import Section, Table, in_turn, ratio_of
from tests.benchmarks.plots import bars
from tests.benchmarks.split import functions_table
from tests.benchmarks.stream_records import StreamJob, records, summed

OURS, PEER = "tests.benchmarks.ours.stream", "tests.benchmarks.peers.stream"
WAYS = {
    "ours: publish": (OURS, "publish"),
    "aiokafka send: publish": (PEER, "publish"),
    "aiokafka send_batch: publish": (PEER, "publish_batches"),
    "ours: subscribe": (OURS, "subscribe"),
    "aiokafka: subscribe": (PEER, "subscribe"),
}


def measure(bench: Bench) -> Section:
    """Each way in turn, round by round; a round's subscribers read what its own publisher wrote."""
    count = int(100_000 * bench.scale)
    right = summed((key, value) for key, value, _ in records(count))
    rates: dict[str, list[float]] = {way: [] for way in WAYS}
    cpu: dict[str, list[float]] = {way: [] for way in WAYS}
    for number in range(bench.rounds):
        products = {}
        for way, (module, verb) in WAYS.items():
            product_id = products["ours: publish"] if verb == "subscribe" else unique("P")
            products[way] = product_id
            wall_s, cpu_s = _run(
                bench, module, verb, StreamJob(bench.kafka.bootstrap_servers, product_id, count), right
            )
            rates[way].append(count / wall_s)
            cpu[way].append(cpu_s / count * 1e6)
            bench.say(f"streams: round {number + 1}, {way}: {count / wall_s:,.0f} records/s")
        bench.kafka.delete(*(stream_topic(product_id) for product_id in set(products.values())))
    tables = _looked_at(bench, count, right)
    return Section(
        key="streams",
        title="A product stream, published and received",
        settings={
            "records": count,
            "bytes": right["bytes"],
            "seconds of waiting": "none: all records are there at once",
        },
        figures={
            **in_turn("records/s", rates),
            **in_turn("µs", {f"{way}, CPU a record": rounds for way, rounds in cpu.items()}),
        },
        ratios=[
            ratio_of(
                "publish, ours / aiokafka send",
                rates["ours: publish"],
                rates["aiokafka send: publish"],
                at_least=0.5,
            ),
            ratio_of(
                "publish, ours / aiokafka send_batch",
                rates["ours: publish"],
                rates["aiokafka send_batch: publish"],
            ),
            ratio_of(
                "subscribe, ours / aiokafka",
                rates["ours: subscribe"],
                rates["aiokafka: subscribe"],
                at_least=0.5,
            ),
        ],
        tables=tables,
        checked=[
            "Every topic was read in this process after its publisher ended, and every subscriber summed what it"
            " got: count, bytes and digest of keys and values in their order are equal on all sides."
        ],
        said=[
            "Ours writes each record under a claim with a sequence number, reads all of it back from the topic and"
            " digests it in ranges while publishing; receiving checks claims and sequence and digests again."
            " aiokafka only writes, or only reads. `send_batch` is a low-level call that few programs use; it"
            " stands beside."
        ],
        plots=[bars(bench.plots / "streams.svg", "A product stream", "records/s", rates)],
    )


def _looked_at(bench: Bench, count: int, right: dict[str, Any]) -> list[Table]:
    """Once more, looking where the time of ours goes."""
    product_id, tables = unique("P"), []
    for verb in ("publish", "subscribe"):
        seen = bench.directory / f"{verb}.json"
        _run(bench, OURS, verb, StreamJob(bench.kafka.bootstrap_servers, product_id, count, str(seen)), right)
        tables.append(functions_table(f"Where the time of ours goes: {verb}", seen))
    bench.kafka.delete(stream_topic(product_id))
    return tables


def _run(bench: Bench, module: str, verb: str, job: StreamJob, right: dict[str, Any]) -> tuple[float, float]:
    """Wall and CPU seconds of one way, believed only if it did it right."""
    if verb != "subscribe":
        bench.kafka.create(stream_spec(job.product_id))
    with process.running(module, job, (verb,)) as running:
        began, ended = running.said(), running.said()
        if verb == "subscribe":
            came = running.said()
        else:
            there = bench.kafka.records(stream_topic(job.product_id))
            came = summed((key, value) for _, _, key, value in there if key is not None)
    if {name: came[name] for name in right} != right:
        raise AssertionError(f"{module} {verb}: {came} where {right} was right")
    return ended["at_s"] - began["at_s"], ended["cpu_s"] - began["cpu_s"]
