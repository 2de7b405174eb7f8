"""Money that comes and goes, credit, fees and brokers."""

from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import DAY
from exchange.market import commands as said
from exchange.market.bills.commands import PayBill
from exchange.market.credit.commands import SetCreditLimit
from exchange.market.fees import commands as charging
from exchange.market.fees.state import Amount
from exchange.market.payouts.commands import NetPayables, RestorePayables, ReversePayout
from exchange.market.withdrawals import commands as withdrawing
from tests.properties.rooms_drawn.picking import (
    BROKER,
    CALLS,
    HOURS,
    LINK,
    MONTHS,
    RARE,
    SEATS,
    Asked,
    one_of,
)
from tests.properties.rooms_twin.rooms import Rooms
from tests.unit.market.stage import BANK, OPERATOR


def _who_owes(rooms: Rooms, who: str, which: int) -> str:
    """Now and then somebody who owes something."""
    owing = sorted(
        name for (name, _), each in rooms.ground.money.pockets.items() if each.owed + each.clawback
    )
    return (one_of(owing, which) if which % 2 else None) or who


def deposit(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    command = said.ConfirmDeposit(
        participant_id=_who_owes(rooms, who, which),
        currency="JPY" if which % 3 == 2 else "CNY",
        amount_minor=1 + number * 150,
        reference=f"R-{rooms.ground.offset}" if number < RARE else "R-again",
    )
    return (who if number == RARE - 1 else BANK), command


def limit(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    currency = "JPY" if which % 3 == 2 else "CNY"
    name = _who_owes(rooms, who, which)
    command = SetCreditLimit(
        participant_id=name, currency=currency, limit_minor=number * 100, days=1 + which % 40
    )
    return (who if number == RARE else OPERATOR), command


def pay_bill(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    bill = one_of(rooms.bills.open, which)
    if bill is None:
        return limit(rooms, who, which, number)
    actor = who if number == RARE else bill.deal.buyer
    return actor, PayBill(trade_id=bill.deal.name, amount_minor=None if number % 2 else 1 + number * 10)


def net(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    command = NetPayables(
        run_id=f"PR-0.{rooms.ground.offset}.0",
        currency="JPY" if which % 3 == 2 else "CNY",
        value_date="2026-11-02",
    )
    return (who if number == RARE else POLICY_ACTOR), command


def pay_out(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    if number % 3 == 1 and (back := one_of(list(rooms.netting.paid), which)) is not None:
        return POLICY_ACTOR, RestorePayables(set_id=back, bank_id=BANK, reference=back)
    name = one_of(list(rooms.netting.held), which)
    if name is None:
        return net(rooms, who, which, number)
    actor, one = (who if number == RARE else POLICY_ACTOR), rooms.netting.held[name]
    if number % 3 == 2:
        return actor, ReversePayout(set_id=name if number % 2 else "PS-0.0.9")
    command = said.ConfirmPayout(
        participant_id=one["participant_id"],
        currency=one["currency"],
        amount_minor=one["amount_minor"],
        reference=f"P-{rooms.ground.offset}" if number < RARE else "P-again",
        set_id=name,
        bank_id=BANK,
    )
    return actor, command


def withdraw(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    currency = "JPY" if which % 3 == 2 else "CNY"
    return who, withdrawing.RequestWithdrawal(currency=currency, amount_minor=1 + number * 40)


def withdrawn(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    name = one_of(list(rooms.fees.leaving), which) or "W-0.0.9"
    if number % 2:
        return BANK, withdrawing.RejectWithdrawal(withdrawal_id=name, grounds=" " if number == RARE else "no")
    reference = f"P-{rooms.ground.offset}" if number < 20 else "P-again"
    return BANK, withdrawing.ConfirmWithdrawal(withdrawal_id=name, reference=reference)


def schedule(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    service = Amount(currency="CNY", amount_minor=1 + number * 10) if number % 3 else None
    command = charging.SetFeeSchedule(
        fee_bp=number * 20,
        tax_authority="CN",
        tax_rate_bp=(0, 600, 1_000)[which % 3],
        minimums=(Amount(currency="CNY", amount_minor=1 + number),) if number % 2 else (),
        service_fee=service,
        valid_from=rooms.ground.at + (which - 1) * DAY if which % 2 else None,
    )
    return (who if number == RARE else OPERATOR), command


def charge(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    command = charging.ChargeServiceFee(participant_id=who)
    return (who if number == RARE else OPERATOR), command


def appoint(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    name = (HOURS, CALLS, MONTHS, "speech-S", LINK, SEATS)[which % 6]
    broker = None if number % 6 == 5 else who if number % 6 == 4 else BROKER
    seller = rooms.ground.shelves[name].seller or who
    command = charging.AppointBroker(instrument_id=name, broker_id=broker, commission_bp=1 + number * 30)
    return (who if number == RARE else seller), command
