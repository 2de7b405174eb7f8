"""A node, its workers and its clients on a Kafka with TLS and users; and who is not let in is told why in one line."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from exchange.kernel.errors import NotLetIn
from exchange.sdk import Exchange
from streams.broker.reach import see_kafka
from streams.kafka_access import VARIABLE
from tests.support.command import Ended, exchange
from tests.support.secure import GUEST, PASSWORD, USER, Authority, SecureKafka, config
from tests.support.trade import Trade

pytestmark = pytest.mark.timeout(600)

NAME = "node"


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureKafka]:
    kafka = SecureKafka(tmp_path_factory.mktemp("secure") / "kafka")
    with ThreadPoolExecutor(1) as pool:
        try:
            pool.submit(asyncio.run, kafka.start()).result()
            yield kafka
        finally:
            kafka.stop()


def login(kafka: SecureKafka, file: Path, password: str = PASSWORD, **changed: object) -> Path:
    return config(
        file,
        **{
            "bootstrap_servers": kafka.servers("SECURE"),
            "security_protocol": "SASL_SSL",
            "sasl_mechanism": "SCRAM-SHA-256",
            "sasl_username": USER,
            "sasl_password": password,
            "ssl_ca_location": kafka.authority.ca,
            **changed,
        },
    )


async def test_the_whole_way_of_a_purchase_with_tls_and_a_user(
    kafka: SecureKafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(login(kafka, tmp_path / "kafka.properties")))
    servers = kafka.servers("SECURE")

    def node(*arguments: object) -> Ended:
        return exchange(*arguments, "--data", NAME, directory=tmp_path)

    dry = node("up", "--bootstrap-servers", servers, "--dry-run")
    assert (dry.code, f"Kafka answers at {servers}" in dry.out) == (0, True), dry.err
    up = await asyncio.to_thread(node, "up", "--bootstrap-servers", servers)
    try:
        assert up.code == 0, up.err
        async with Exchange.open(tmp_path / NAME) as open_exchange:
            trade = await Trade(open_exchange).prepare()
            bought = await trade.buyer.buy(trade.listing, use=trade.use)
            records = [(b"ship", b"berth %d" % n, 1_793_577_600_000_000 + n) for n in range(100)]
            published = await trade.seller.publish(trade.product_id, records)
            await trade.seller.complete(trade.product_id, published.through)
            received = [record.value async for record in trade.buyer.deliveries(bought.entitlement)]
            accepted = await trade.buyer.conclusion(bought.entitlement)
        assert received == [value for _, value, _ in records]
        assert accepted.seller_minor > 0
        status = node("status", "--json")
        assert (status.code, json.loads(status.out)["ready"]) == (0, True), status.out
        doctor = node("doctor")
        assert f"{servers}, SASL_SSL, SCRAM-SHA-256 as {USER}, cluster" in doctor.out, doctor.out
        assert doctor.code == 0, doctor.out
        tail = node("tail", "market", "--type", "TradeMatched", "--from", "beginning")
        assert trade.product_id in tail.out, tail.err
        backup = node("backup", tmp_path / "node.backup")
        assert backup.code == 0, backup.err
        assert holding(PASSWORD, tmp_path) == ["kafka.properties"]

        monkeypatch.setenv(VARIABLE, str(login(kafka, tmp_path / "wrong.properties", "Sesame-4712")))
        shown = node("status")
        assert shown.code == 3
        refusal = f"Kafka at {servers} refuses the password of user {USER}, or the user; correct {tmp_path}"
        assert refusal in shown.out + shown.err
        worker = node("worker", "deciders", "--slot", "deciders-1")
        assert (worker.code, refusal in worker.err, "Traceback" in worker.err) == (2, True, False), worker.err
        examined = node("doctor")
        assert "refuses the password of user" in examined.out
    finally:
        down = await asyncio.to_thread(node, "down")
    assert down.code == 0, down.err


def holding(what: str, directory: Path) -> list[str]:
    """The files below a directory in which it stands."""
    files = [path for path in directory.rglob("*") if path.is_file()]
    return [path.name for path in files if what.encode() in path.read_bytes()]


async def test_a_wrong_password_is_one_line_of_the_command_and_one_error_of_the_doors(
    kafka: SecureKafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(login(kafka, tmp_path / "wrong.properties", "Sesame-4712")))
    servers = kafka.servers("SECURE")
    ended = exchange("up", "--bootstrap-servers", servers, "--data", NAME, directory=tmp_path)
    assert ended == (2, "", f"exchange: Kafka at {servers} refuses the password of user {USER}, or the user; correct"
                            f" {tmp_path / 'wrong.properties'}\n")  # fmt: skip
    assert not (tmp_path / NAME).exists()
    with pytest.raises(NotLetIn, match="refuses the password of user exchange") as refused:
        async with Exchange.connect(servers):
            pass
    assert "4712" not in repr(refused.value)


async def test_a_user_without_rights_is_told_so(
    kafka: SecureKafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(login(kafka, tmp_path / "guest.properties", sasl_username=GUEST)))
    with pytest.raises(
        NotLetIn, match=r"does not allow guest what this needs \(cluster authorization failed\)"
    ):
        async with Exchange.connect(kafka.servers("SECURE")):
            pass


REFUSALS = [
    ("SECURE", None, "speaks TLS only; name a file in EXCHANGE_KAFKA_CONFIG"),
    ("SECURE", {"ssl_ca_location": "OTHER"}, r"not trusted \(unable to get local issuer certificate\)"),
    ("SECURE", {"sasl_mechanism": "SCRAM-SHA-512"}, "knows no sasl.mechanism SCRAM-SHA-512"),
    ("SECURE", {"sasl_username": "nobody"}, "refuses the password of user nobody, or the user"),
    (
        "MUTUAL",
        {"security_protocol": "SASL_SSL"},
        r"refuses our TLS or certificate \(.* certificate",
    ),
    ("NAMED", None, "hangs up on who has no user: it may want SASL"),
    ("PLAINTEXT", {}, "does not answer in TLS|hangs up on a greeting in TLS"),
    ("PLAINTEXT", {"security_protocol": "SASL_PLAINTEXT", "ssl_ca_location": None}, "asks for no user"),
]


@pytest.mark.parametrize(("listener", "changed", "said"), REFUSALS)
async def test_who_is_not_let_in_is_told_why(
    kafka: SecureKafka,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    listener: str,
    changed: dict[str, object] | None,
    said: str,
) -> None:
    servers = kafka.servers(listener)
    if changed is not None:
        other = {"ssl_ca_location": Authority(tmp_path, "other").ca} if "OTHER" in changed.values() else {}
        wanted = {"bootstrap_servers": servers, **changed, **other}
        file = login(kafka, tmp_path / "kafka.properties", **wanted)
        file.write_text("".join(line for line in file.open() if "=None" not in line))
        monkeypatch.setenv(VARIABLE, str(file))
    with pytest.raises(NotLetIn, match=said):
        await see_kafka(servers)


async def test_a_host_that_the_certificate_does_not_name_is_refused_unless_that_is_switched_off(
    kafka: SecureKafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = kafka.servers("SECURE").replace("127.0.0.1", "localhost")
    file = login(kafka, tmp_path / "kafka.properties", bootstrap_servers=servers)
    monkeypatch.setenv(VARIABLE, str(file))
    with pytest.raises(NotLetIn, match=r"not trusted \(Hostname mismatch"):
        await see_kafka(servers)
    file.write_text(file.read_text() + "ssl.endpoint.identification.algorithm=none\n")
    await see_kafka(servers)


async def test_a_certificate_or_a_password_in_the_clear_lets_in_where_that_is_what_is_asked_for(
    kafka: SecureKafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = kafka.authority.issue("client", b"opens the key")
    settings = {
        "bootstrap_servers": kafka.servers("MUTUAL"),
        "security_protocol": "SSL",
        "ssl_ca_location": kafka.authority.ca,
        "ssl_certificate_location": certificate,
        "ssl_key_location": key,
        "ssl_key_password": "opens the key",
    }
    monkeypatch.setenv(VARIABLE, str(config(tmp_path / "mutual.properties", **settings)))
    await see_kafka(kafka.servers("MUTUAL"))
    jaas = f'org.apache.kafka.common.security.plain.PlainLoginModule required username="{USER}" password="x";'
    named = config(
        tmp_path / "named.properties",
        bootstrap_servers=kafka.servers("NAMED"),
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="PLAIN",
        sasl_jaas_config=jaas,
    )
    monkeypatch.setenv(VARIABLE, str(named))
    await see_kafka(kafka.servers("NAMED"))
