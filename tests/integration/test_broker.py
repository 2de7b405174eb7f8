"""The embedded Kafka, for real: its data, its ports, its faults."""

import asyncio
import os
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from exchange.kernel.errors import Misuse, Unavailable
from streams.broker import EmbeddedBroker
from streams.broker.archive import archive_of, make_archive, starting_from
from streams.broker.download import ensure_jars
from streams.broker.jars import DIRECTORY_VARIABLE, read_lock
from streams.broker.java import find_java
from streams.broker.layout import Layout
from streams.broker.ports import free_port
from streams.topics import ensure_topics, stream_spec
from tests.support import eventually

SPEC = stream_spec("P-01")
RECORDS = [f"record {number}".encode() for number in range(1_000)]


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[EmbeddedBroker]:
    """A broker of this test's own, not started, in a directory no shell would like."""
    broker = EmbeddedBroker(tmp_path / "a node, with spaces: and more")
    yield broker
    await broker.stop()


@pytest.fixture
def taken() -> Iterator[int]:
    """A loopback port somebody else listens on."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", free_port()))
        server.listen()
        yield server.getsockname()[1]


@pytest.fixture
def jars_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A jar directory of this test's own, without an archive of classes."""
    directory, jars = ensure_jars()
    here = tmp_path / "jars"
    here.mkdir()
    for jar in jars:
        shutil.copy(directory / jar.file_name, here)
    monkeypatch.setenv(DIRECTORY_VARIABLE, str(here))
    return here


async def publish(broker: EmbeddedBroker) -> None:
    await ensure_topics(broker.bootstrap_servers, [SPEC])
    producer = AIOKafkaProducer(
        bootstrap_servers=broker.bootstrap_servers,
        acks="all",
        enable_idempotence=True,
        compression_type="zstd",
    )
    await producer.start()
    for value in RECORDS:
        await producer.send(SPEC.name, value, partition=0)
    await producer.stop()


async def read(broker: EmbeddedBroker) -> list[bytes]:
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.bootstrap_servers, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partition = TopicPartition(SPEC.name, 0)
        consumer.assign([partition])
        consumer.seek(partition, 0)
        end = (await consumer.end_offsets([partition]))[partition]
        values: list[bytes] = []
        while len(values) < end:
            for records in (await consumer.getmany(timeout_ms=1_000)).values():
                values += [record.value for record in records]
        return values
    finally:
        await consumer.stop()


async def test_acknowledged_records_survive_kill_9_and_an_orderly_restart(own: EmbeddedBroker) -> None:
    await own.start()
    await publish(own)
    address = own.bootstrap_servers
    own.kill()
    assert not own.alive
    await own.start()
    assert await read(own) == RECORDS
    await own.stop()
    assert own.pid is None
    await own.start()
    assert await read(own) == RECORDS
    assert own.bootstrap_servers == address


async def test_a_second_start_is_refused_and_names_the_running_process(broker: EmbeddedBroker) -> None:
    with pytest.raises(Misuse, match=rf"already runs in .* \(process {broker.pid}\)"):
        await EmbeddedBroker(broker.directory).start()


async def test_a_broker_is_found_and_stopped_by_another_process_than_the_one_that_started_it(
    own: EmbeddedBroker,
) -> None:
    await own.start()
    stranger = EmbeddedBroker(own.directory)
    assert (stranger.pid, stranger.alive) == (own.pid, True)
    assert stranger.bootstrap_servers == own.bootstrap_servers
    await stranger.stop()
    assert not own.alive


async def test_a_remembered_port_that_was_taken_meanwhile_is_replaced(
    own: EmbeddedBroker, taken: int
) -> None:
    await own.start()
    await publish(own)
    await own.stop()
    layout = Layout(own.directory)
    remembered = layout.identity()
    assert remembered is not None
    layout.remember(type(remembered)(remembered.cluster_id, port=taken, controller_port=taken))
    await own.start()
    assert not own.bootstrap_servers.endswith(f":{taken}")
    assert await read(own) == RECORDS


async def test_a_fixed_port_that_is_taken_is_refused_with_the_remedy(tmp_path: Path, taken: int) -> None:
    with pytest.raises(Misuse, match=rf"port {taken} on 127\.0\.0\.1 is taken; free it"):
        await EmbeddedBroker(tmp_path, port=taken).start()


async def test_a_fixed_port_is_used(tmp_path: Path) -> None:
    port = free_port()
    broker = EmbeddedBroker(tmp_path, port=port)
    await broker.start()
    assert broker.bootstrap_servers == f"127.0.0.1:{port}"
    await broker.stop()


async def test_nothing_listens_beyond_loopback(broker: EmbeddedBroker) -> None:
    listening = [
        c for c in psutil.Process(broker.pid).net_connections("inet") if c.status == psutil.CONN_LISTEN
    ]
    assert len(listening) == 2
    assert {connection.laddr.ip.removeprefix("::ffff:") for connection in listening} == {"127.0.0.1"}


async def test_a_ctrl_c_in_the_terminal_does_not_reach_kafka(broker: EmbeddedBroker) -> None:
    assert broker.pid is not None
    assert os.getpgid(broker.pid) != os.getpgid(0)


async def test_what_stops_kafka_from_starting_is_said_in_its_own_words(own: EmbeddedBroker) -> None:
    await own.start()
    await own.stop()
    meta = own.directory / "log" / "meta.properties"
    meta.write_text(meta.read_text().replace("node.id=1", "node.id=7"))
    with pytest.raises(Unavailable, match=r"did not start in .*Stored node id 7 doesn't match .*kafka\.log"):
        await own.start()
    assert not own.alive


async def test_a_start_that_died_while_formatting_is_made_good(own: EmbeddedBroker) -> None:
    half = own.directory / "log.formatting"
    half.mkdir(parents=True)
    (half / "meta.properties").write_text("version=1\nnode.id=1\ncluster.id=CSomeOtherClusterAltog\n")
    await own.start()
    assert own.alive
    assert not half.exists()


async def test_a_directory_that_cannot_be_made_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Misuse, match=r"cannot keep its data in .*/file/node .*choose another directory"):
        await EmbeddedBroker(tmp_path / "file" / "node").start()


async def test_giving_up_a_start_leaves_no_process(own: EmbeddedBroker) -> None:
    starting = asyncio.create_task(own.start())
    await eventually(lambda: own.pid, timeout_s=120)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert not own.alive


async def test_a_stopped_and_continued_kafka_goes_on(own: EmbeddedBroker) -> None:
    await own.start()
    await publish(own)
    assert own.pid is not None
    os.kill(own.pid, signal.SIGSTOP)
    assert own.alive
    os.kill(own.pid, signal.SIGCONT)
    assert await read(own) == RECORDS


async def test_a_stopped_kafka_that_is_told_to_end_ends(
    own: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.broker.embedded._STOP_S_MAX", 0.5)
    await own.start()
    assert own.pid is not None
    os.kill(own.pid, signal.SIGSTOP)
    await own.stop()
    assert not own.alive


def test_a_broker_never_started_says_so(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="was never started"):
        _ = EmbeddedBroker(tmp_path).bootstrap_servers


@pytest.mark.skipif(
    not Path("/proc/self/maps").exists(), reason="what a process has mapped is told on Linux only"
)
async def test_kafka_starts_from_the_classes_that_java_kept(
    own: EmbeddedBroker, jars_elsewhere: Path
) -> None:
    here, jars = jars_elsewhere, read_lock()
    java = find_java()
    earlier = archive_of(java, jars, here)
    earlier.write_bytes(b"of jars that were fetched anew since")
    of_another = here / "classes-of-another-java.jsa"
    of_another.touch()
    os.utime(here / jars[0].file_name, (1, 1))
    assert starting_from(archive_of(java, jars, here)) == ()
    await make_archive(java, jars, here)
    kept = archive_of(java, jars, here)
    assert kept.exists()
    assert not earlier.exists()
    assert of_another.exists()
    await own.start()
    assert str(kept) in Path(f"/proc/{own.pid}/maps").read_text()


async def test_an_archive_that_does_not_fit_is_no_obstacle(own: EmbeddedBroker, jars_elsewhere: Path) -> None:
    archive_of(find_java(), read_lock(), jars_elsewhere).write_bytes(b"not an archive")
    await own.start()
    assert own.alive
