"""The file that says how Kafka lets us in: what it may say, and that its password goes nowhere else."""

import ast
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

import exchange
import streams
from exchange.kernel.errors import Misuse
from streams.app import HostSettings, build_app
from streams.kafka_access import PLAIN, VARIABLE, access_to, kafka_access
from streams.kafka_config import settings_in
from tests.support.secure import Authority

SECRET = "Sesame-4711"
CLIENTS = {
    "AIOKafkaConsumer", "AIOKafkaProducer", "AIOKafkaAdminClient", "AIOKafkaClient", "create_conn",
}  # fmt: skip
LOGIN = f"""\
bootstrap.servers=k1:9093, k2:9093
security.protocol=SASL_PLAINTEXT
sasl.mechanism=SCRAM-SHA-256
sasl.username=exchange
sasl.password={SECRET}
"""


def written(directory: Path, text: str, mode: int = 0o600) -> dict[str, str]:
    """The environment that names a file with this text."""
    file = directory / "kafka.properties"
    file.write_text(text)
    file.chmod(mode)
    return {VARIABLE: str(file)}


def refused(directory: Path, text: str, mode: int = 0o600, servers: str = "k1:9093") -> str:
    with pytest.raises(Misuse) as misuse:
        kafka_access(servers, written(directory, text, mode))
    said = str(misuse.value)
    assert str(directory / "kafka.properties") in said
    assert SECRET not in "".join(traceback.format_exception(misuse.value))
    return said


def test_the_form_is_that_of_kafkas_own_files() -> None:
    text = """
        # A comment, and ! another
        ! one
        bootstrap.servers : k1:9093,\\
            k2:9093
        security.protocol = sasl_ssl
        sasl.mechanisms=PLAIN
        sasl.username=exchange
        sasl.password=a\\\\b=c\\:d!
    """
    assert settings_in(text) == {
        "bootstrap.servers": "k1:9093,k2:9093",
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "PLAIN",
        "sasl.username": "exchange",
        "sasl.password": "a\\b=c:d!",
        "ssl.endpoint.identification.algorithm": "https",
    }


def test_user_and_password_may_stand_where_the_java_client_has_them() -> None:
    jaas = """\
bootstrap.servers=k1:9093
security.protocol=SASL_SSL
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\
  username="exchange" \\
  password="a \\\\"quoted\\\\" one";
"""
    found = settings_in(jaas)
    assert (found["sasl.username"], found["sasl.password"]) == ("exchange", 'a "quoted" one')
    assert "sasl.jaas.config" not in found


WRONG = [
    (LOGIN.replace("bootstrap.servers=k1:9093, k2:9093", ""), "bootstrap.servers is missing; name the servers"),
    (LOGIN.replace("k2:9093", "k2"), "bootstrap.servers has 'k2', which is no host:port"),
    (LOGIN + "client.id=x\n", "line 6 sets client.id, which is not among bootstrap.servers,"),
    (LOGIN + f"{SECRET}=x\n", "line 6 sets something, which is not among"),
    (LOGIN + f"{SECRET}\n", "line 6 is no setting; write name=value"),
    (LOGIN + "ssl.truststore.location=x.jks\n", "and ssl.key.location name PEM files"),
    (LOGIN + f"sasl.password={SECRET}\n", "line 6 sets sasl.password a second time; leave one"),
    (LOGIN.replace(SECRET, f"{SECRET}\\n"), "line 5 has a backslash before a letter or at the end"),
    (LOGIN.replace("SASL_PLAINTEXT", "TLS"), "security.protocol cannot be 'TLS'; it can be PLAINTEXT, SSL,"),
    (LOGIN.replace("SASL_PLAINTEXT", "SSL"), "sasl.mechanism has no effect where"),
    (LOGIN.replace("security.protocol=SASL_PLAINTEXT", ""), "has no effect where security.protocol is PLAINTEXT"),
    (LOGIN + "ssl.ca.location=ca.pem\n", "ssl.ca.location has no effect where security.protocol is SASL_PLAINTEXT"),
    (LOGIN.replace("SCRAM-SHA-256", "GSSAPI"), "sasl.mechanism cannot be 'GSSAPI'; it can be PLAIN, SCRAM-SHA-256,"),
    (LOGIN.replace("sasl.username=exchange", ""), "security.protocol SASL_PLAINTEXT cannot do without sasl.username"),
    (LOGIN.replace(f"sasl.password={SECRET}", "sasl.password="), "cannot do without sasl.password; add"),
    (LOGIN + f'sasl.jaas.config=x.PlainLoginModule required username="a" password="{SECRET}";\n', "say the same twice"),
    (LOGIN.replace("sasl.username=exchange", f'sasl.jaas.config=x.KeyTab "{SECRET}";'), "is not of the form"),
    ("bootstrap.servers=k1:9093\nsecurity.protocol=SSL\nssl.key.location=k\n", "cannot do without ssl.certificate"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_what_it_cannot_say_is_refused_by_line_or_name_and_no_password_is_shown(
    tmp_path: Path, text: str, said: str
) -> None:
    assert said in refused(tmp_path, text)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match=rf"nowhere \({VARIABLE}\): there is no such file; name one, or unset"):
        kafka_access("k1:9093", {VARIABLE: str(tmp_path / "nowhere")})
    with pytest.raises(Misuse, match="it cannot be read"):
        kafka_access("k1:9093", {VARIABLE: str(tmp_path)})


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o644])
def test_a_password_that_every_user_can_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    said = refused(tmp_path, LOGIN, mode)
    assert "it holds a password, and every user of this machine can read or change it; `chmod 600" in said


def test_a_group_may_read_it_and_everybody_what_holds_no_password(tmp_path: Path) -> None:
    assert kafka_access("k1:9093", written(tmp_path, LOGIN, 0o640)).user == "exchange"
    public = "bootstrap.servers=k1:9093\nsecurity.protocol=SSL\n"
    assert str(kafka_access("k1:9093", written(tmp_path, public, 0o644))) == "SSL"


def test_it_counts_for_the_servers_it_names_and_for_no_others(tmp_path: Path) -> None:
    environ = written(tmp_path, LOGIN)
    for servers in ("k1:9093,k2:9093", "K2:9093, k1:9093", "k2:9093"):
        assert kafka_access(servers, environ).password == SECRET
    for servers in ("127.0.0.1:9093", "k1:9092", "k10:9093"):
        assert kafka_access(servers, environ) is PLAIN
    assert kafka_access("k1:9093", {}) is PLAIN
    assert "does not name k3:9093; name every server" in refused(tmp_path, LOGIN, servers="k1:9093,k3:9093")


def test_it_is_told_without_its_password(tmp_path: Path) -> None:
    access = kafka_access("k1:9093", written(tmp_path, LOGIN))
    assert str(access) == "SASL_PLAINTEXT, SCRAM-SHA-256 as exchange"
    assert SECRET not in f"{access!r} {access}"


def test_certificates_are_found_beside_the_file_and_what_is_wrong_with_them_is_said(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "ca")
    certificate, key = authority.issue("client", b"opens")
    tls = "bootstrap.servers=k1:9093\nsecurity.protocol=SSL\n"
    mutual = f"ssl.ca.location=ca.pem\nssl.certificate.location={certificate}\nssl.key.location=client.key\n"
    access = kafka_access("k1:9093", written(tmp_path, f"{tls}{mutual}ssl.key.password=opens\n"))
    assert access.context is not None
    assert access.context.check_hostname
    assert len(access.context.get_ca_certs()) == 1
    assert (
        kafka_access("k1:9093", written(tmp_path, f"{tls}{mutual}ssl.key.password=opens\n")).context
        is access.context
    )
    assert "cannot be used" in refused(tmp_path, f"{tls}{mutual}ssl.key.password={SECRET}\n")
    assert "be opened by ssl.key.password" in refused(tmp_path, tls + mutual)
    assert "ca.pem cannot be read (No such file" in refused(
        tmp_path, tls + mutual.replace("ca.pem", "no/ca.pem")
    )
    (tmp_path / "empty.pem").touch()
    assert "empty.pem holds no certificate" in refused(tmp_path, f"{tls}ssl.ca.location=empty.pem\n")
    key.chmod(0o644)
    assert "client.key is a private key, and every user" in refused(tmp_path, tls + mutual)


def test_fausts_consumer_is_let_in_as_every_other_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from faust.transport.drivers.aiokafka import credentials_to_aiokafka_auth

    certificate = Authority(tmp_path, "ca").ca
    texts = (
        LOGIN,
        LOGIN.replace("SASL_PLAINTEXT", "SASL_SSL") + f"ssl.ca.location={certificate}\n",
        f"bootstrap.servers=k1:9093\nsecurity.protocol=SSL\nssl.ca.location={certificate}\n",
    )
    for text in texts:
        monkeypatch.setenv(VARIABLE, written(tmp_path, text)[VARIABLE])
        conf = build_app(HostSettings(bootstrap_servers="k1:9093", group="deciders")).conf
        asked = credentials_to_aiokafka_auth(conf.broker_credentials, conf.ssl_context)
        given = access_to("k1:9093")
        assert {name: given[name] for name in asked} == asked
        assert asked["security_protocol"] == given["security_protocol"]
        assert SECRET not in repr(conf.broker_credentials)
    monkeypatch.delenv(VARIABLE)
    plain = build_app(HostSettings(bootstrap_servers="k1:9093", group="deciders")).conf
    assert plain.broker_credentials is None


def test_every_client_of_kafka_is_made_by_way_of_this_door() -> None:
    made = list(_clients())
    assert len(made) >= 13
    assert [where for where, options in made if "access_to" not in options and "options" not in options] == []


def _clients() -> Iterator[tuple[str, set[str]]]:
    """Where a client is made, and the functions or names whose mapping it is given."""
    for package in (exchange, streams):
        for file in Path(*package.__path__).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and _name(node.func) in CLIENTS:
                    assert not any(keyword.arg == "bootstrap_servers" for keyword in node.keywords), file
                    given = {_name(keyword.value) for keyword in node.keywords if keyword.arg is None}
                    yield f"{file}:{node.lineno}", given


def _name(node: ast.expr) -> str:
    match node:
        case ast.Call(func=func):
            return _name(func)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
