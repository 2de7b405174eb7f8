"""Fees as a room of the market."""

from exchange.kernel.errors import InvariantBroken
from exchange.market.fees import commands as asked
from exchange.market.fees import facts as happened
from exchange.market.fees.brokers import appoint_broker
from exchange.market.fees.schedules import charge_service_fee, set_fee_schedule
from exchange.market.fees.state import Brokerage, FeeSchedule
from exchange.market.purses import purse_at, solvent, till_at
from exchange.market.room import Room
from exchange.market.state import Market


def fee_schedule_set(market: Market, fact: happened.FeeScheduleSet, at: int) -> None:
    """Remember it; those that can never decide again are forgotten."""
    schedules = market.fees.schedules
    schedule = FeeSchedule(
        valid_from=fact.valid_from,
        fee_bp=fact.fee_bp,
        tax_authority=fact.tax_authority,
        tax_rate_bp=fact.tax_rate_bp,
        minimums=fact.minimums,
        service_fee=fact.service_fee,
    )
    schedules.append(schedule)
    in_force = max(number for number, each in enumerate(schedules) if each.valid_from <= at)
    del schedules[:in_force]


def service_fee_charged(market: Market, fact: happened.ServiceFeeCharged, at: int) -> None:
    if fact.net_minor + fact.tax_minor != fact.amount_minor:
        raise InvariantBroken(f"the parts of {fact!r} are not the whole")
    purse = purse_at(market, fact.participant_id, fact.currency)
    purse.cash -= fact.amount_minor
    solvent(purse, fact)
    till = till_at(market, fact.currency)
    till.service_net += fact.net_minor
    till.fee_tax += fact.tax_minor
    market.fees.served.add(fact.participant_id)


def broker_appointed(market: Market, fact: happened.BrokerAppointed, at: int) -> None:
    brokers = market.fees.brokers.setdefault(fact.seller_id, {})
    if fact.broker_id is None:
        brokers.pop(fact.instrument_id, None)
    else:
        brokers[fact.instrument_id] = Brokerage(fact.broker_id, fact.commission_bp)


ROOM = Room(
    commands=asked.COMMANDS,
    facts=happened.FACTS,
    answers={
        asked.SetFeeSchedule: set_fee_schedule,
        asked.ChargeServiceFee: charge_service_fee,
        asked.AppointBroker: appoint_broker,
    },
    folds={
        happened.FeeScheduleSet: fee_schedule_set,
        happened.ServiceFeeCharged: service_fee_charged,
        happened.BrokerAppointed: broker_appointed,
    },
    due={},
)
