"""docker-compose.yml, the Dockerfile and what they name: all that can be known of them without an engine."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import compose_pydantic
import pytest

from exchange.cli.root import root
from streams.broker.jars import read_lock
from streams.topics import context_topics, wanted_settings
from tests.support.composed import ROOT, Composed

COMPOSED = Composed()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
BROKERS, OWN = COMPOSED.brokers, COMPOSED.own

LIBPQ = {"PGPASSWORD"}
"""What PostgreSQL's own client library reads."""
DATA = "EXCHANGE_DATA"


def test_it_is_a_compose_file_by_the_published_specification() -> None:
    found = compose_pydantic.ComposeSpecification.model_validate(COMPOSED.spec)
    assert found.services is not None
    assert list(found.services) == list(COMPOSED.services)


def test_it_is_three_brokers_a_database_workers_a_registry_and_somebody_who_watches() -> None:
    assert BROKERS == ["kafka-1", "kafka-2", "kafka-3"]
    assert OWN == ["init", "deciders-0", "deciders-1", "projections-0", "web"]
    assert set(COMPOSED.services) == {*BROKERS, *OWN, "postgres", "prometheus", "grafana"}


@pytest.mark.parametrize("service", OWN)
def test_every_command_line_is_one_that_the_exchange_takes(service: str) -> None:
    name, *arguments = COMPOSED.services[service]["command"]
    command = root.get_command(click.Context(root), name)
    assert command is not None, name
    command.make_context(name, list(arguments))


def test_workers_of_one_exchange_have_names_of_their_own() -> None:
    slots = [w for name in OWN for w in COMPOSED.services[name]["command"] if w.startswith("--slot=")]
    assert len(slots) == len(set(slots)) == 4


@pytest.mark.parametrize("service", OWN)
def test_every_variable_is_one_that_the_exchange_reads(service: str) -> None:
    name = COMPOSED.services[service]["command"][0]
    known = {DATA, *LIBPQ, *_variables(name)}
    assert set(COMPOSED.services[service]["environment"]) <= known
    (line,) = re.findall(r"^ENV (.*)$", DOCKERFILE, re.MULTILINE)
    image = {word.partition("=")[0] for word in shlex.split(line)}
    assert {each for each in image if each.startswith("EXCHANGE_")} <= {DATA, *_variables("worker")}


def _variables(command: str) -> Iterator[str]:
    found = root.get_command(click.Context(root), command)
    assert found is not None
    for parameter in found.params:
        if isinstance(parameter.envvar, str):
            yield parameter.envvar


def test_kafka_is_of_the_version_whose_jars_are_locked() -> None:
    (locked,) = {jar.version for jar in read_lock() if jar.artifact == "kafka_2.13"}
    assert {COMPOSED.services[name]["image"] for name in BROKERS} == {f"apache/kafka:{locked}"}


def test_every_image_is_pinned_by_a_tag() -> None:
    images = [each["image"] for each in COMPOSED.services.values()]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    for image in images:
        name, _, tag = image.partition(":")
        assert re.fullmatch(r"[\w./-]+", name)
        assert re.search(r"\d+\.\d+", tag), image
    (version,) = re.findall(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert {COMPOSED.services[name]["image"] for name in OWN} == {f"corridor:{version}"}


def test_nothing_is_published_beyond_loopback() -> None:
    published = [port for each in COMPOSED.services.values() for port in each.get("ports", ())]
    assert len(published) == len({port.rsplit(":", 1)[0] for port in published}) == 6
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []
    assert not [name for name, each in COMPOSED.services.items() if "network_mode" in each]


def test_brokers_are_as_strict_as_the_exchange_wants_its_topics() -> None:
    (replication,) = (
        w.partition("=")[2] for w in COMPOSED.services["init"]["command"] if "--replication=" in w
    )
    assert int(replication) == len(BROKERS) == 3
    wanted = wanted_settings(context_topics({"market": 1})[1], int(replication))
    for broker in BROKERS:
        found = COMPOSED.properties(broker)
        assert found["default.replication.factor"] == replication
        for name in ("min.insync.replicas", "unclean.leader.election.enable"):
            assert found[name] == wanted[name]
        assert found["log.retention.ms"] == wanted["retention.ms"]
        assert found["auto.create.topics.enable"] == "false"
        for topic in ("offsets.topic", "transaction.state.log", "share.coordinator.state.topic"):
            assert found[f"{topic}.replication.factor"] == replication
        assert found["transaction.state.log.min.isr"] == found["share.coordinator.state.topic.min.isr"] == "2"


def test_every_broker_is_itself_and_votes_with_the_others() -> None:
    voters = {COMPOSED.properties(name)["controller.quorum.voters"] for name in BROKERS}
    assert voters == {",".join(f"{n}@{name}:9093" for n, name in enumerate(BROKERS, start=1))}
    for number, name in enumerate(BROKERS, start=1):
        found, service = COMPOSED.properties(name), COMPOSED.services[name]
        assert (found["node.id"], service["hostname"]) == (str(number), name)
        (published,) = service["ports"]
        port = published.rsplit(":", 1)[1]
        assert f"INTERNAL://{name}:9092,EXTERNAL://127.0.0.1:{port}" == found["advertised.listeners"]
        assert f"EXTERNAL://0.0.0.0:{port}" in found["listeners"]
        assert service["volumes"] == [f"{name}:{found['log.dirs']}"]


def test_every_mounted_file_is_there_and_every_volume_declared() -> None:
    for name, service in COMPOSED.services.items():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (ROOT / source).exists(), f"{name} mounts {source}"
            else:
                assert source in COMPOSED.spec["volumes"]
        for secret in service.get("secrets", ()):
            assert secret in COMPOSED.spec["secrets"]


def test_prometheus_finds_what_it_scrapes() -> None:
    """Names and ports in its file are those that the services listen under here."""
    written = (ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text()
    names = {*COMPOSED.services, *(a for name in OWN for a in _aliases(name))}
    for host, port in re.findall(r'"([\w-]+):(\d+)"', written):
        assert host in names
        assert f"--listen=0.0.0.0:{port}" in COMPOSED.services[host]["command"]
    (found,) = re.findall(r"names: \[(.+)\]", written)
    (port,) = re.findall(r"port: (\d+)", written)
    for alias in found.split(", "):
        behind = [name for name in OWN if alias in _aliases(name)]
        assert behind
        assert all(f"--listen=0.0.0.0:{port}" in COMPOSED.services[name]["command"] for name in behind)
    assert "/run/secrets/exchange_token" in written


def _aliases(service: str) -> list[str]:
    networks: Any = COMPOSED.services[service].get("networks", {})
    return list(networks.get("default", {}).get("aliases", ()))


@pytest.mark.parametrize("service", sorted(COMPOSED.services))
def test_every_service_that_stays_says_when_it_is_well_and_starts_again(service: str) -> None:
    found = COMPOSED.services[service]
    if service == "init":
        assert found["restart"] == "on-failure"
        return
    assert found["restart"] == "unless-stopped"
    kind, program, *rest = found["healthcheck"]["test"]
    assert kind == "CMD"
    assert program in _programs(found["image"])
    if program == "python":
        script, url = rest
        assert f"COPY deploy/{Path(script).name} {script}" in DOCKERFILE
        listen = next(w for w in found["command"] if w.startswith("--listen="))
        assert url == f"http://127.0.0.1:{listen.rsplit(':', 1)[1]}/ready"


def _programs(image: str) -> set[str]:
    """What an image has that can be asked: ours Python, PostgreSQL its tools, Kafka its scripts, the others BusyBox."""
    kafka = {"/opt/kafka/bin/kafka-cluster.sh"}
    own = {"corridor": {"python"}, "postgres": {"pg_isready"}, "apache/kafka": kafka}
    return own.get(image.partition(":")[0], {"wget"})


def test_a_service_waits_for_what_it_needs() -> None:
    for name, service in COMPOSED.services.items():
        for other, condition in service.get("depends_on", {}).items():
            wanted = condition["condition"]
            if wanted == "service_healthy":
                assert "test" in COMPOSED.services[other]["healthcheck"]
            if wanted == "service_completed_successfully":
                assert COMPOSED.services[other]["restart"] == "on-failure"
        if name in OWN[1:]:
            assert "init" in service["depends_on"]
    assert set(COMPOSED.services["init"]["depends_on"]) == {*BROKERS, "postgres"}


def test_no_secret_stands_in_it(tmp_path: Path) -> None:
    """They are made by a script, beside it; made again they stay what they are."""
    text = (ROOT / "docker-compose.yml").read_text()
    for name, value in re.findall(r"(\w*(?:PASSWORD|TOKEN|SECRET)\w*): (\S+)", text):
        assert value.startswith(("${", "/run/secrets/")), name
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "secrets.sh").write_bytes((ROOT / "deploy" / "secrets.sh").read_bytes())
    seen = []
    for _ in range(2):
        subprocess.run(["sh", str(tmp_path / "deploy" / "secrets.sh")], check=True, capture_output=True)
        files = [tmp_path / each["file"] for each in COMPOSED.spec["secrets"].values()]
        seen.append([file.read_text() for file in [*files, tmp_path / ".env"]])
    assert seen[0] == seen[1]
    assert all(len(secret) >= 48 for secret in seen[0])
    assert seen[0][-1].startswith("POSTGRES_PASSWORD=")
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert {"/.env", "/deploy/secrets/"} <= set(ignored)


def test_the_image_is_built_from_locked_packages_and_runs_as_nobody_in_particular() -> None:
    assert "--require-hashes -r requirements/run.lock" in DOCKERFILE
    assert re.search(r"^USER (?!0|root)", DOCKERFILE, re.MULTILINE)
    assert "HEALTHCHECK" in DOCKERFILE
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists()
            assert source in allowed, f"{source} does not reach the build"
