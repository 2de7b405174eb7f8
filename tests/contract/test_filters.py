"""The exchange as filters: commands in, facts out; facts in, rows in SQLite and PostgreSQL alike."""

import json
from typing import Any

import pytest

from exchange.kernel.bases import Command, CommandMeta, Source
from exchange.kernel.errors import Misuse
from exchange.kernel.partition import Asked, Partition
from exchange.kernel.position import JournalPosition
from exchange.kernel.time import DAY, HOUR, MINUTE, instant
from exchange.market.commands import ConfirmDeposit, RecordParticipant, Standing
from exchange.registry.commands import Role, SuspendParticipant
from exchange.store import VIEWS_READER, migrate, open_store, save
from exchange.views.dump import dump
from streams.deciders import all_deciders
from streams.filters import Projected, decide_lines, project_lines
from streams.jsonpipe import read_fact, write_command, write_fact
from tests.support.trade import BANK, OPERATOR, a_participant

AT = instant("2026-11-02T00:00:00Z")


def lines(*asked: tuple[str, Command], begin: int = 0) -> list[str]:
    """Commands a minute apart; what the exchange asks carries a source, as from a policy."""
    return [line(number, *each) for number, each in enumerate(asked, start=begin)]


def line(number: int, actor: str, command: Command, id: str | None = None) -> str:
    at = AT + number * MINUTE
    source = (
        Source(topic="registry.journal", partition=0, seq=number, index=0) if actor == "exchange" else None
    )
    meta = CommandMeta(id=id or f"c-{number}", actor=actor, valid_until=at + HOUR, source=source)
    return write_command(meta, command, at)


OPERATOR_ADMITTED = (OPERATOR, a_participant(OPERATOR, "CN-LG", Role.OPERATOR))
BANK_ADMITTED = (OPERATOR, a_participant(BANK, "HK", Role.CUSTODIAN))
BANK_SUSPENDED = (OPERATOR, SuspendParticipant(participant_id=BANK, grounds="A test."))
NOBODY_SUSPENDED = (OPERATOR, SuspendParticipant(participant_id="NO-01", grounds="A test."))


def market_lines() -> list[str]:
    standings = [
        Standing(
            participant_id=name, place=place, roles=(role,), beneficial_owner=name, active=True, registered_zones=(),
            ciio=False, gba_registered=False, us_covered_person=False, is_intermediary=False,
            bound_by_comparable_law=False,
        )
        for name, place, role in ((BANK, "HK", "custodian"), ("BU-01", "JP", "buyer"))
    ]  # fmt: skip
    deposit = ConfirmDeposit(participant_id="BU-01", currency="CNY", amount_minor=1_500_000, reference="R-1")
    recorded = [("exchange", RecordParticipant(standing=standing)) for standing in standings]
    return lines(*recorded, (BANK, deposit), begin=10)


def types(facts: list[str]) -> list[str]:
    return [json.loads(fact)["type"] for fact in facts]


def test_commands_become_the_facts_that_the_partition_decides() -> None:
    asked = [OPERATOR_ADMITTED, BANK_ADMITTED, NOBODY_SUSPENDED]
    facts = list(decide_lines("registry", ["\n", *lines(*asked), "  \n"]))
    assert types(facts) == ["ParticipantAdmitted", "ParticipantAdmitted", "Refused"]
    partition: Partition[Any] = Partition(all_deciders()["registry"], 0)
    for number, (actor, command) in enumerate(asked):
        meta = CommandMeta(id=f"c-{number}", actor=actor, valid_until=AT + number * MINUTE + HOUR)
        (outcome,) = partition.answer(number, AT + number * MINUTE, Asked(meta, command), claim=0)
        assert [write_fact("registry", 0, recorded) for recorded in outcome] == [facts[number]]


def test_deciding_goes_on_from_facts_and_comes_to_the_same() -> None:
    asked = lines(OPERATOR_ADMITTED, BANK_ADMITTED, BANK_SUSPENDED)
    whole = list(decide_lines("registry", asked))
    for cut in range(4):
        assert whole[:cut] + list(decide_lines("registry", asked[cut:], whole[:cut])) == whole


def test_the_same_id_again_is_answered_with_the_first_answer() -> None:
    again = [
        line(0, *OPERATOR_ADMITTED),
        line(5, *OPERATOR_ADMITTED, id="c-0"),
        line(6, *BANK_ADMITTED, id="c-0"),
    ]
    facts = [json.loads(fact) for fact in decide_lines("registry", again)]
    assert [(fact["type"], fact.get("first"), fact.get("reason")) for fact in facts[1:]] == [
        ("Repeated", 0, None),
        ("Refused", None, "ID_TAKEN"),
    ]


def test_a_policy_command_seen_before_is_counted_at_the_end() -> None:
    once = market_lines()[:1]
    facts = list(decide_lines("market", once * 3))
    assert types(facts) == ["ParticipantRecorded", "Passed"]
    assert json.loads(facts[1])["runs"] == [{"first": 1, "last": 2, "count": 2, "reason": "POLICY_REPEAT"}]


def test_a_shifted_clock_goes_on_from_the_time_the_commands_name() -> None:
    meta = {"id": "s-1", "actor": OPERATOR, "at": AT}
    shift = json.dumps({"type": "ShiftClock", "by_us": DAY, "meta": meta})
    facts = list(decide_lines("registry", [shift, *lines(OPERATOR_ADMITTED, begin=3)]))
    assert types(facts) == ["ClockShifted", "ParticipantAdmitted"]
    assert json.loads(facts[1])["meta"]["at"] == AT + 3 * MINUTE
    on = list(decide_lines("registry", lines(BANK_ADMITTED, begin=4), facts))
    assert json.loads(on[0])["meta"]["at"] == AT + 4 * MINUTE


def test_facts_that_are_not_this_partitions_next_are_refused() -> None:
    facts = list(decide_lines("registry", lines(OPERATOR_ADMITTED, BANK_ADMITTED)))
    with pytest.raises(
        Misuse, match="line 1: fact 1 of registry/0 where 0 was due; give every fact once, in order"
    ):
        list(decide_lines("registry", [], facts[1:]))
    with pytest.raises(Misuse, match="line 3: fact 1 of registry/0 where 2 was due"):
        list(decide_lines("registry", [], [*facts, facts[1]]))
    with pytest.raises(Misuse, match="line 1: a fact of registry/0; expected facts of market/0 only"):
        list(decide_lines("market", [], facts))
    with pytest.raises(Misuse, match="end inside an outcome; give its last 2 too"):
        list(decide_lines("registry", [], [unfinished(facts[0])]))
    with pytest.raises(Misuse, match="context 'casino' is unknown"):
        list(decide_lines("casino", []))
    with pytest.raises(Misuse, match="line 2: type: 'PlaceOrder' is no command of registry"):
        list(decide_lines("registry", ["", '{"type": "PlaceOrder", "meta": {}}']))


def test_a_value_out_of_range_is_refused_as_by_a_worker_and_the_next_line_is_decided() -> None:
    good, bad = lines(OPERATOR_ADMITTED)[0], json.loads(lines(BANK_ADMITTED)[0])
    bad |= {"place": "Mars", "meta": bad["meta"] | {"id": "c-1"}}
    wrong = json.dumps(bad)
    facts = [
        json.loads(fact)
        for fact in decide_lines("registry", [good, wrong, wrong, *lines(NOBODY_SUSPENDED, begin=2)])
    ]
    assert [(fact["type"], fact.get("reason")) for fact in facts] == [
        ("ParticipantAdmitted", None),
        ("Refused", "VALUE_OUT_OF_RANGE"),
        ("Repeated", None),
        ("Refused", "PARTICIPANT_UNKNOWN"),
    ]
    assert facts[1]["detail"].startswith("place: expected str matching")
    assert (facts[1]["meta"]["actor"], facts[1]["meta"]["command_id"]) == (OPERATOR, "c-1")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"place": 7}, "place: expected str, got int"),
        ({"roles": None}, "roles"),
        ({"meta": {"id": ""}}, "meta"),
    ],
)
def test_a_line_that_no_topic_could_carry_ends_the_filter(changed: dict[str, Any], said: str) -> None:
    line = json.dumps(json.loads(lines(BANK_ADMITTED)[0]) | changed)
    with pytest.raises(Misuse, match=f"line 1: AdmitParticipant.*{said}"):
        list(decide_lines("registry", [line]))


def unfinished(fact: str) -> str:
    shape = json.loads(fact)
    shape["meta"]["last"] = shape["meta"]["index"] + 2
    return json.dumps(shape)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    name: str = request.getfixturevalue(f"{request.param}_url")
    return name


@pytest.fixture(scope="module")
def registry() -> list[str]:
    asked = lines(OPERATOR_ADMITTED, BANK_ADMITTED, BANK_SUSPENDED, NOBODY_SUSPENDED)
    return list(decide_lines("registry", asked))


@pytest.fixture(scope="module")
def market() -> list[str]:
    return list(decide_lines("market", market_lines()))


def rows(url: str) -> list[str]:
    store = open_store(url)
    try:
        return list(dump(store))
    finally:
        store.close()


def test_facts_become_rows_whatever_their_portions(
    url: str, sqlite_url: str, registry: list[str], market: list[str]
) -> None:
    mixed = [fact for pair in zip(registry, market, strict=False) for fact in pair] + registry[len(market) :]
    assert types(market)[-1] == "DepositConfirmed"
    assert project_lines(url, mixed) == Projected(outcomes=7, facts=7, repeated=0)
    if url != sqlite_url:
        for end in range(1, len(registry) + 1):
            expected = Projected(outcomes=1, facts=1, repeated=end - 1)
            assert project_lines(sqlite_url, registry[:end]) == expected
        for fact in market:
            assert project_lines(sqlite_url, [fact]).facts == 1
        assert rows(url) == rows(sqlite_url)
    assert any("1500000" in row for row in rows(url))


def test_projecting_again_changes_nothing(sqlite_url: str, registry: list[str]) -> None:
    project_lines(sqlite_url, registry)
    before = rows(sqlite_url)
    assert project_lines(sqlite_url, registry) == Projected(outcomes=0, facts=0, repeated=4)
    assert project_lines(sqlite_url, []) == Projected(outcomes=0, facts=0, repeated=0)
    assert rows(sqlite_url) == before


def test_holes_and_other_facts_are_refused_and_what_came_before_is_kept(
    sqlite_url: str, registry: list[str]
) -> None:
    with pytest.raises(
        Misuse, match=r"line 1: fact 1 \(0 of its outcome\) of registry/0 where 0 \(0\) was due"
    ):
        project_lines(sqlite_url, registry[1:])
    with pytest.raises(
        Misuse, match="registry/0 end inside an outcome, after fact 1; all before it are saved"
    ):
        project_lines(sqlite_url, [registry[0], unfinished(registry[1])])
    assert project_lines(sqlite_url, registry[1:2]).facts == 1
    other = json.loads(registry[1])
    other["display_name"] = "Somebody else"
    with pytest.raises(
        Misuse, match="line 2: up to fact 1 of registry/0 the database holds other facts than these"
    ):
        project_lines(sqlite_url, [registry[0], json.dumps(other), *registry[2:]])
    with pytest.raises(
        Misuse, match="line 2: ParticipantAdmitted does not fit: place: expected str matching"
    ):
        project_lines(sqlite_url, [registry[0], json.dumps(json.loads(registry[1]) | {"place": "Mars"})])
    assert project_lines(sqlite_url, registry) == Projected(outcomes=2, facts=2, repeated=2)


def test_a_database_that_reflects_kafkas_journals_takes_nothing_from_a_pipe(
    sqlite_url: str, registry: list[str]
) -> None:
    store = open_store(sqlite_url)
    migrate(store)
    save(
        store,
        VIEWS_READER,
        "market.journal",
        0,
        JournalPosition(0, -1, 0, bytes(32)),
        JournalPosition(5, 0, 3, b"\x01" * 32),
    )
    store.close()
    with pytest.raises(Misuse, match=r"reflects market\.journal/0 of a Kafka cluster"):
        project_lines(sqlite_url, registry)


def test_a_fact_says_which_partition_it_is_of(sqlite_url: str) -> None:
    facts = list(decide_lines("registry", lines(OPERATOR_ADMITTED), partition=1))
    assert read_fact(facts[0], 1).partition == 1
    with pytest.raises(Misuse, match="a fact of registry/1; expected facts of registry/0 only"):
        list(decide_lines("registry", [], facts))
    assert project_lines(sqlite_url, facts).facts == 1
    with pytest.raises(Misuse, match=r"of registry/2 where 0 \(0\) was due"):
        project_lines(sqlite_url, [moved(facts[0], partition=2, seq=4)])


def moved(fact: str, **place: int) -> str:
    shape = json.loads(fact)
    shape["meta"] |= place
    return json.dumps(shape)
