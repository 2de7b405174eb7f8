"""From which ports one is chosen."""

import socket
from contextlib import ExitStack

import pytest

from exchange.kernel.errors import Misuse, PortTaken
from streams.broker.ports import LOOPBACK, PORTS_VARIABLE, free_port, ports_to_choose_from


def test_a_port_is_one_of_those_that_were_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PORTS_VARIABLE, "21000-21003")
    assert {free_port(besides=21_000) for _ in range(50)} <= {21_001, 21_002, 21_003}


def test_what_asks_for_several_gets_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever chooses all ports of a server before it listens on any."""
    monkeypatch.setenv(PORTS_VARIABLE, "22000-22019")
    assert len({free_port() for _ in range(20)}) == 20


def test_the_usual_ones_lie_below_those_that_systems_lend() -> None:
    assert ports_to_choose_from({}) == ports_to_choose_from({PORTS_VARIABLE: ""}) == range(20_000, 32_001)


@pytest.mark.parametrize("named", ["20000", "20000-20002", "80-90", "70000-70010", "3-1", "a-b", "20000-x"])
def test_what_names_no_ports_is_refused_with_an_example(named: str) -> None:
    with pytest.raises(Misuse, match="CORRIDOR_PORTS=20000-32000"):
        ports_to_choose_from({PORTS_VARIABLE: named})


def test_where_none_is_free_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PORTS_VARIABLE, "23000-23003")
    with ExitStack() as taken:
        for port in range(23_000, 23_004):
            taken.enter_context(socket.socket()).bind((LOOPBACK, port))
        with pytest.raises(PortTaken, match=r"each of the 4 ports .* CORRIDOR_PORTS"):
            free_port()
