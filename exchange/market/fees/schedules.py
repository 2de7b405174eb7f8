"""What the exchange takes, and the service fee."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.money import format_minor
from exchange.kernel.protocol import ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import iso
from exchange.market.facts import Reason
from exchange.market.fees.commands import ChargeServiceFee, SetFeeSchedule
from exchange.market.fees.facts import FeeScheduleSet, ServiceFeeCharged
from exchange.market.fees.state import Amount, FeeSchedule
from exchange.market.fencing import Rulesets
from exchange.market.funds import no_such_currency
from exchange.market.money_rules import fee_schedule, taxed
from exchange.market.purchases.parties import operates
from exchange.market.state import Market, purse_of

SCHEDULES_MAX = 20
"""Schedules that are known ahead."""


def set_fee_schedule(
    market: Market, command: SetFeeSchedule, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Decide by another schedule from its time on; what was decided stands."""
    if not operates(market, cause):
        detail = f"only an operator sets what the exchange takes, {cause.actor} is none"
        return (refused(command, ProtocolReason.NOT_PERMITTED, cause.actor, detail),)
    service = () if command.service_fee is None else (command.service_fee,)
    for amount in (*command.minimums, *service):
        if (refusal := no_such_currency(command, amount.currency)) is not None:
            return (refusal,)
    currencies = [amount.currency for amount in command.minimums]
    twice = next((each for each in currencies if currencies.count(each) > 1), None)
    if twice is not None:
        detail = f"{twice} has more than one minimum; name each currency once"
        return (refused(command, ProtocolReason.VALUE_OUT_OF_RANGE, twice, detail),)
    valid_from = cause.at if command.valid_from is None else command.valid_from
    if (refusal := _out_of_turn(market, command, valid_from, cause)) is not None:
        return (refusal,)
    return (
        FeeScheduleSet(
            valid_from=valid_from,
            fee_bp=command.fee_bp,
            tax_authority=command.tax_authority,
            tax_rate_bp=command.tax_rate_bp,
            minimums=command.minimums,
            service_fee=command.service_fee,
        ),
    )


def charge_service_fee(
    market: Market, command: ChargeServiceFee, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Take the service fee of the schedule in force."""
    if not operates(market, cause):
        detail = f"only an operator charges the service fee, {cause.actor} is none"
        return (refused(command, ProtocolReason.NOT_PERMITTED, command.participant_id, detail),)
    schedule = fee_schedule(market, cause.at)
    if schedule.service_fee is None:
        detail = f"the schedule in force since {iso(schedule.valid_from)} has none; set one that does"
        return (refused(command, Reason.SERVICE_FEE_NONE, command.participant_id, detail),)
    refusal = _not_chargeable(market, command, schedule.service_fee)
    return (refusal or _charged(command.participant_id, schedule, schedule.service_fee),)


def _out_of_turn(market: Market, command: SetFeeSchedule, valid_from: int, cause: Cause) -> Refused | None:
    schedules = market.fees.schedules
    earliest = max(cause.at, schedules[-1].valid_from)
    if valid_from < earliest:
        detail = f"it would be in force from {iso(valid_from)}; name {iso(earliest)} or later"
        return refused(command, Reason.SCHEDULE_EARLIER, iso(valid_from), detail)
    if sum(each.valid_from > cause.at for each in schedules) >= SCHEDULES_MAX:
        detail = f"{SCHEDULES_MAX} schedules are to come already; set this one once some of them are in force"
        return refused(command, Reason.SCHEDULES_TOO_MANY, iso(valid_from), detail)
    return None


def _not_chargeable(market: Market, command: ChargeServiceFee, fee: Amount) -> Refused | None:
    name = command.participant_id
    buyer = market.participants.get(name)
    if buyer is None:
        detail = f"{name} is not known to this market; check the name"
        return refused(command, Reason.PARTICIPANT_UNKNOWN, name, detail)
    if "buyer" not in buyer.roles:
        detail = f"roles {', '.join(buyer.roles)}; only buyers pay the service fee"
        return refused(command, Reason.ROLE_MISSING, name, detail)
    if name in market.fees.served:
        detail = f"{name} has paid it; nothing is to be done"
        return refused(command, Reason.SERVICE_FEE_PAID, name, detail)
    cash = purse_of(market, name, fee.currency).cash
    if cash < fee.amount_minor:
        needed, has = (format_minor(each, fee.currency) for each in (fee.amount_minor, cash))
        detail = f"it is {needed}, the purse has {has} free; have the rest deposited"
        return refused(command, Reason.FUNDS_INSUFFICIENT, name, detail)
    return None


def _charged(name: str, schedule: FeeSchedule, fee: Amount) -> ServiceFeeCharged:
    net = taxed(fee.amount_minor, schedule.tax_rate_bp)
    return ServiceFeeCharged(
        participant_id=name,
        currency=fee.currency,
        amount_minor=fee.amount_minor,
        net_minor=net,
        tax_minor=fee.amount_minor - net,
        tax_authority=schedule.tax_authority,
        tax_rate_bp=schedule.tax_rate_bp,
    )
