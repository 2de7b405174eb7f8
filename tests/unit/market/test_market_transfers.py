"""Cash between markets: it leaves one purse, enters the other, and only then is over."""

from typing import Any

import pytest

from exchange.kernel.bases import Fact
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import MINUTE, SECOND
from exchange.market.commands import RecordStanding
from exchange.market.money_rules import CURRENCY_MAX
from exchange.market.state import Purse, Till
from exchange.market.transfers.commands import ConcludeMoneyTransfer, TakeInMoney, TransferMoney
from exchange.market.transfers.facts import (
    TransferArrived,
    TransferConcluded,
    TransferDelayed,
    TransferReturned,
    TransferSent,
    TransferTurnedAway,
)
from exchange.market.transfers.moving import TRANSITS_MAX
from tests.unit.market.stage import BUYER, OPERATOR, Stage, a_market, refusal, the

CASH = 5_000_000
MOVE = TransferMoney(to_market_id="M-SZ", currency="CNY", amount_minor=2_000_000)


def coming(**changed: Any) -> TakeInMoney:
    values: dict[str, Any] = {
        "transfer_id": "TM-3.9.0",
        "from_partition": 3,
        "participant_id": BUYER,
        "currency": "CNY",
        "amount_minor": 2_000_000,
    }
    return TakeInMoney(**(values | changed))


def sent(stage: Stage) -> TransferSent:
    return the(TransferSent, stage.ask(BUYER, MOVE))


def answered(stage: Stage, transfer_id: str, reason: str = "", detail: str = "") -> Fact:
    command = ConcludeMoneyTransfer(transfer_id=transfer_id, reason=reason, detail=detail)
    (fact,) = stage.ask(POLICY_ACTOR, command)
    return fact


def test_what_is_sent_has_left_the_purse_and_is_over_once_it_has_arrived() -> None:
    stage = a_market()
    fact = sent(stage)
    assert (fact.from_partition, fact.to_market_id, fact.amount_minor) == (0, "M-SZ", 2_000_000)
    assert stage.purse(BUYER) == Purse(cash=CASH - 2_000_000)
    assert stage.market.tills["CNY"].moved == -2_000_000
    assert isinstance(answered(stage, fact.transfer_id), TransferConcluded)
    assert stage.market.transits.open == {}
    assert stage.market.transits.counts == {}
    assert stage.purse(BUYER) == Purse(cash=CASH - 2_000_000)
    assert refusal([answered(stage, fact.transfer_id)]).reason == "TRANSFER_NOT_OPEN"


def test_what_the_other_market_does_not_take_is_in_the_purse_again() -> None:
    stage = a_market()
    back = answered(stage, sent(stage).transfer_id, "BALANCE_TOO_LARGE", "It is full.")
    assert isinstance(back, TransferReturned)
    assert (back.amount_minor, back.reason, back.detail) == (2_000_000, "BALANCE_TOO_LARGE", "It is full.")
    assert stage.purse(BUYER) == Purse(cash=CASH)
    assert stage.market.tills["CNY"].moved == 0
    assert stage.market.transits.open == {}


@pytest.mark.parametrize(
    ("purse", "left"),
    [
        (Purse(), Purse(cash=2_000_000)),
        (Purse(owed=300, clawback=50), Purse(cash=1_999_650)),
        (Purse(owed=3_000_000, clawback=50), Purse(owed=1_000_000, clawback=50)),
    ],
)
def test_what_comes_pays_what_is_owed_there_first(purse: Purse, left: Purse) -> None:
    stage = a_market(cash_minor=0)
    stage.market.purses[BUYER] = {"CNY": purse}
    (arrived,) = stage.ask(POLICY_ACTOR, coming())
    assert isinstance(arrived, TransferArrived)
    assert arrived.amount_minor - arrived.repaid_minor - arrived.recovered_minor == left.cash
    assert stage.purse(BUYER) == left
    assert stage.market.tills["CNY"].moved == 2_000_000


def full(stage: Stage) -> None:
    stage.market.tills["CNY"] = Till(deposited=CURRENCY_MAX - 1_000_000, moved=-500_000, paid_out=400_000)


@pytest.mark.parametrize(
    ("changed", "given", "reason"),
    [
        ({"from_partition": 0}, None, "PURSE_SAME"),
        ({"participant_id": "NOBODY"}, None, "PARTICIPANT_UNKNOWN"),
        ({}, full, "BALANCE_TOO_LARGE"),
    ],
)
def test_what_cannot_be_taken_in_is_turned_away_with_a_fact(
    changed: dict[str, Any], given: Any, reason: str
) -> None:
    stage = a_market(cash_minor=0)
    if given is not None:
        given(stage)
    (away,) = stage.ask(POLICY_ACTOR, coming(**changed))
    assert isinstance(away, TransferTurnedAway)
    assert (away.reason, away.from_partition) == (reason, changed.get("from_partition", 3))
    assert stage.market.purses.get(BUYER) is None


def test_money_of_a_suspended_participant_stays_but_what_is_on_its_way_arrives() -> None:
    stage = a_market()
    stage.told(RecordStanding(participant_id=BUYER, active=False))
    assert refusal(stage.ask(BUYER, MOVE)).reason == "PARTICIPANT_SUSPENDED"
    the(TransferArrived, stage.ask(POLICY_ACTOR, coming()))


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (TransferMoney(to_market_id="M-SZ", currency="CNY", amount_minor=CASH + 1), "FUNDS_INSUFFICIENT"),
        (TransferMoney(to_market_id="M-SZ", currency="JPY", amount_minor=1), "FUNDS_INSUFFICIENT"),
        (TransferMoney(to_market_id="M-SZ", currency="ZZZ", amount_minor=1), "CURRENCY_UNKNOWN"),
    ],
)
def test_only_what_is_there_can_be_sent(command: TransferMoney, reason: str) -> None:
    assert refusal(a_market().ask(BUYER, command)).reason == reason


@pytest.mark.parametrize("debt", ["owed", "clawback"])
def test_what_is_owed_here_does_not_leave(debt: str) -> None:
    stage = a_market()
    setattr(stage.market.purses[BUYER]["CNY"], debt, CASH - 2_000_000 + 1)
    assert refusal(stage.ask(BUYER, MOVE)).reason == "FUNDS_INSUFFICIENT"


def test_a_stranger_has_no_purse_to_send_from() -> None:
    assert refusal(a_market().ask("NOBODY", MOVE)).reason == "PARTICIPANT_UNKNOWN"


def test_a_participant_has_so_many_in_transit_and_no_more() -> None:
    stage = a_market()
    one = TransferMoney(to_market_id="M-SZ", currency="CNY", amount_minor=1)
    first = the(TransferSent, stage.ask(BUYER, one))
    for _ in range(TRANSITS_MAX - 1):
        the(TransferSent, stage.ask(BUYER, one))
    assert refusal(stage.ask(BUYER, one)).reason == "TRANSFERS_TOO_MANY"
    answered(stage, first.transfer_id)
    the(TransferSent, stage.ask(BUYER, one))


def test_transit_older_than_a_minute_alarms_once() -> None:
    stage = a_market()
    fact, since = sent(stage), stage.at
    stage.at += MINUTE - 1
    assert stage.settle() == []
    stage.at += 1
    (late,) = stage.settle()
    assert isinstance(late, TransferDelayed)
    assert (late.transfer_id, late.to_market_id, late.since) == (fact.transfer_id, "M-SZ", since)
    stage.at += 10 * MINUTE
    assert stage.settle() == []
    assert isinstance(answered(stage, fact.transfer_id), TransferConcluded)


def test_what_has_arrived_in_time_is_never_late() -> None:
    stage = a_market()
    answered(stage, sent(stage).transfer_id)
    stage.at += MINUTE + SECOND
    assert stage.settle() == []
    assert stage.decider.next_deadline(stage.market) is None


@pytest.mark.parametrize("command", [coming(), ConcludeMoneyTransfer(transfer_id="TM-0.9.0")])
@pytest.mark.parametrize("actor", [BUYER, OPERATOR])
def test_nobody_takes_in_or_concludes_by_hand(actor: str, command: Any) -> None:
    assert refusal(a_market().ask(actor, command)).reason == "NOT_PERMITTED"
