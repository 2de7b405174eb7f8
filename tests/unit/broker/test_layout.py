"""A broker's directory: its settings, its identity, what is read from its logs."""

from pathlib import Path

import pytest

from exchange.kernel.errors import Misuse
from streams.broker.layout import Identity, Layout, new_cluster_id, server_properties
from streams.broker.process import telling_lines

IDENTITY = Identity(cluster_id="C123", port=20_001, controller_port=20_002)


def settings() -> dict[str, str]:
    return {name: str(value) for name, value in server_properties(IDENTITY).items()}


def test_kafka_listens_on_loopback_only() -> None:
    assert settings()["listeners"] == "PLAINTEXT://127.0.0.1:20001,CONTROLLER://127.0.0.1:20002"


def test_the_node_finds_its_controller_by_bootstrap_and_names_no_voters() -> None:
    assert settings()["controller.quorum.bootstrap.servers"] == "127.0.0.1:20002"
    assert "controller.quorum.voters" not in settings()


def test_topics_are_never_made_by_asking_for_them() -> None:
    assert settings()["auto.create.topics.enable"] == "false"


def test_one_node_holds_one_replica_of_each_of_kafkas_own_topics() -> None:
    single = {
        name: value for name, value in settings().items() if name.endswith(("replication.factor", "min.isr"))
    }
    assert len(single) == 5
    assert set(single.values()) == {"1"}


def test_the_identity_is_remembered(tmp_path: Path) -> None:
    assert Layout(tmp_path).identity() is None
    Layout(tmp_path).remember(IDENTITY)
    assert Layout(tmp_path).identity() == IDENTITY


def test_a_spoilt_identity_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "broker.json").write_text('{"port": "many"}')
    with pytest.raises(Misuse, match=r"broker\.json is not what .*restore it from a backup"):
        Layout(tmp_path).identity()


def test_a_cluster_id_never_reads_as_an_option() -> None:
    ids = [new_cluster_id() for _ in range(200)]
    assert len(set(ids)) == 200
    assert all(len(cluster_id) == 22 and cluster_id.startswith("C") for cluster_id in ids)


def test_of_a_log_the_last_lines_that_tell_an_error_are_shown() -> None:
    log = [
        "INFO fine",
        "ERROR first",
        "ERROR second",
        "java.net.BindException: taken",
        "INFO bye",
        "ERROR last",
    ]
    assert telling_lines(log) == "ERROR second / java.net.BindException: taken / ERROR last"
    assert telling_lines(["INFO one", "", "INFO two"]) == "INFO one / INFO two"
    assert telling_lines([]) == "it said nothing"
