"""What the exchange and brokers take, by dated schedule, and money in and out. Source: settlement.md section 3."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from exchange.market.commands import ConfirmDeposit
from exchange.market.credit.commands import SetCreditLimit
from exchange.market.fees.commands import AppointBroker, ChargeServiceFee, SetFeeSchedule
from exchange.market.withdrawals.commands import ConfirmWithdrawal, RejectWithdrawal, RequestWithdrawal
from tests.properties.rooms_twin.bills import Bills
from tests.properties.rooms_twin.ground import Answer, Deal, Ground, said, silent
from tests.properties.rooms_twin.money import half_up

WITHDRAWALS_MAX = 16


class Schedule(NamedTuple):
    """What is taken from a time on."""

    begins: int
    fee: Fraction
    tax: Fraction
    least: dict[str, int]
    service: tuple[str, int] | None


class Parts(NamedTuple):
    """What a gross amount comes to: for the seller, the exchange, the tax authority, the broker."""

    seller: int
    net: int
    tax: int
    commission: int


def without_tax(fee: int, rate: Fraction) -> int:
    """Fee ÷ (1 + rate), half up (2)."""
    return half_up(fee / (1 + rate))


@dataclass
class Fees:
    """Schedules in the order they were set, who has paid the service fee, which cash is on its way out."""

    ground: Ground
    bills: Bills
    money_comes: list[Callable[[str], None]] = field(default_factory=list)
    schedules: list[Schedule] = field(
        default_factory=lambda: [Schedule(0, Fraction(25, 1_000), Fraction(6, 100), {}, None)]
    )
    served: set[str] = field(default_factory=set)
    leaving: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    deposited: set[str] = field(default_factory=set)
    paid_out: set[str] = field(default_factory=set)

    def answers(self) -> dict[type, Callable[[str, Any], Answer]]:
        """What each command is answered by."""
        return {
            ConfirmDeposit: self.deposit,
            SetCreditLimit: self.limit,
            SetFeeSchedule: self.set_schedule,
            ChargeServiceFee: self.charge,
            AppointBroker: self.appoint,
            RequestWithdrawal: self.ask_back,
            ConfirmWithdrawal: self.paid,
            RejectWithdrawal: self.not_paid,
        }

    def in_force(self) -> Schedule:
        """The last one whose time has come."""
        return [each for each in self.schedules if each.begins <= self.ground.at][-1]

    def split(self, gross: int, currency: str, commission: Fraction) -> Parts:
        """The fee with its tax inside (1, 2), the commission (3), and the difference (4)."""
        schedule = self.in_force()
        fee = max(half_up(gross * schedule.fee), schedule.least.get(currency, 0))
        fee = min(fee, gross)
        broker = min(half_up(gross * commission), gross - fee)
        net = without_tax(fee, schedule.tax)
        return Parts(gross - fee - broker, net, fee - net, broker)

    def recovers(self, deal: Deal, parts: Parts) -> tuple[int, int]:
        """What seller and broker owe for earlier refunds comes off first."""
        money = self.ground.money
        by_seller = min(money.of(deal.seller, deal.currency).clawback, parts.seller)
        by_broker = min(money.of(deal.broker, deal.currency).clawback, parts.commission)
        return by_seller, by_broker

    def credit(self, deal: Deal, parts: Parts, recovered: tuple[int, int]) -> None:
        """Everybody has its part."""
        money, currency = self.ground.money, deal.currency
        seller, broker = money.of(deal.seller, currency), money.of(deal.broker, currency)
        seller.payable += parts.seller - recovered[0]
        seller.clawback -= recovered[0]
        broker.commissions += parts.commission - recovered[1]
        broker.clawback -= recovered[1]
        money.earned[currency, "net"] += parts.net
        money.earned[currency, "tax"] += parts.tax

    def deposit(self, who: str, asked: ConfirmDeposit) -> Answer:
        """Money that comes pays back credit first, then what is owed for refunds."""
        reasons = self._bank(who)
        if asked.reference in self.deposited:
            reasons.add("REFERENCE_TAKEN")
        if reasons:
            return reasons
        self.deposited.add(asked.reference)
        pocket = self.ground.money.of(asked.participant_id, asked.currency)
        repaid = min(pocket.owed, asked.amount_minor)
        recovered = min(pocket.clawback, asked.amount_minor - repaid)
        pocket.owed -= repaid
        pocket.clawback -= recovered
        pocket.cash += asked.amount_minor - repaid - recovered
        self.bills.credit_repaid(asked.participant_id, asked.currency, repaid)
        for hears in self.money_comes:
            hears(asked.participant_id)
        return [said("DepositConfirmed", repaid_minor=repaid, recovered_minor=recovered)]

    def limit(self, who: str, asked: SetCreditLimit) -> Answer:
        """How much may be drawn; nothing is called back."""
        if not self.ground.operates(who):
            return {"NOT_PERMITTED"}
        pocket = self.ground.money.of(asked.participant_id, asked.currency)
        more = asked.limit_minor > pocket.limit
        pocket.limit = asked.limit_minor
        self.bills.days[asked.participant_id, asked.currency] = asked.days
        for hears in self.money_comes if more else ():
            hears(asked.participant_id)
        return [said("CreditLimitSet", owed_minor=pocket.owed, days=asked.days)]

    def set_schedule(self, who: str, asked: SetFeeSchedule) -> Answer:
        """Another schedule, from now on or a later time, never before one that is known."""
        begins = self.ground.at if asked.valid_from is None else asked.valid_from
        reasons = set() if self.ground.operates(who) else {"NOT_PERMITTED"}
        if begins < max(self.ground.at, self.schedules[-1].begins):
            reasons.add("SCHEDULE_EARLIER")
        if reasons:
            return reasons
        least = {each.currency: each.amount_minor for each in asked.minimums}
        service = asked.service_fee and (asked.service_fee.currency, asked.service_fee.amount_minor)
        fee, tax = Fraction(asked.fee_bp, 10_000), Fraction(asked.tax_rate_bp, 10_000)
        self.schedules.append(Schedule(begins, fee, tax, least, service))
        return [said("FeeScheduleSet", valid_from=begins)]

    def charge(self, who: str, asked: ChargeServiceFee) -> Answer:
        """The buyer's one-off service fee, out of its cash."""
        name, service, ground = asked.participant_id, self.in_force().service, self.ground
        reasons = set() if ground.operates(who) else {"NOT_PERMITTED"}
        if service is None:
            return reasons | {"SERVICE_FEE_NONE"}
        currency, amount = service
        reasons |= ground.lacks(name, "buyer")
        if name in self.served:
            reasons.add("SERVICE_FEE_PAID")
        if ground.money.of(name, currency).cash < amount:
            reasons.add("FUNDS_INSUFFICIENT")
        if reasons:
            return reasons
        self.served.add(name)
        net = without_tax(amount, self.in_force().tax)
        ground.money.of(name, currency).cash -= amount
        ground.money.earned[currency, "service"] += net
        ground.money.earned[currency, "tax"] += amount - net
        return [said("ServiceFeeCharged", amount_minor=amount, net_minor=net, tax_minor=amount - net)]

    def appoint(self, who: str, asked: AppointBroker) -> Answer:
        """Who earns a part of what a seller sells from now on."""
        ground, broker = self.ground, asked.broker_id
        shelf = ground.shelves[asked.instrument_id]
        reasons = ground.lacks(who, "seller")
        if shelf.seller not in (None, who):
            reasons.add("NOT_PERMITTED")
        if broker is not None:
            reasons |= ground.idle(broker) | ground.lacks(broker, "broker")
            if ground.one_owner(broker, who):
                reasons.add("BROKER_IS_SELLER")
        if reasons:
            return reasons
        rate = 0 if broker is None else asked.commission_bp
        ground.brokers[who, shelf.name] = (broker or "", Fraction(rate, 10_000))
        return [said("BrokerAppointed", seller_id=who, broker_id=broker, commission_bp=rate)]

    def ask_back(self, who: str, asked: RequestWithdrawal) -> Answer:
        """Cash that is its own: credit, and what is owed for refunds, set against it."""
        ground, pocket = self.ground, self.ground.money.of(who, asked.currency)
        reasons = ground.idle(who)
        if asked.amount_minor > pocket.cash - pocket.owed - pocket.clawback:
            reasons.add("FUNDS_INSUFFICIENT")
        if sum(each[0] == who for each in self.leaving.values()) >= WITHDRAWALS_MAX:
            reasons.add("WITHDRAWALS_TOO_MANY")
        if reasons:
            return reasons
        pocket.cash -= asked.amount_minor
        pocket.withdrawing += asked.amount_minor
        self.leaving[ground.named("W")] = (who, asked.currency, asked.amount_minor)
        return [said("WithdrawalRequested", withdrawal_id=ground.named("W"))]

    def paid(self, who: str, asked: ConfirmWithdrawal) -> Answer:
        """It has left."""
        taken = {"REFERENCE_TAKEN"} if asked.reference in self.paid_out else set()
        reasons = self._bank(who) | self._not_leaving(asked.withdrawal_id) | taken
        if reasons:
            return reasons
        self.paid_out.add(asked.reference)
        owner, currency, amount = self.leaving.pop(asked.withdrawal_id)
        self.ground.money.of(owner, currency).withdrawing -= amount
        return [said("WithdrawalPaid", participant_id=owner, amount_minor=amount)]

    def not_paid(self, who: str, asked: RejectWithdrawal) -> Answer:
        """It is cash again."""
        reasons = self._bank(who) | self._not_leaving(asked.withdrawal_id) | silent(asked.grounds)
        if reasons:
            return reasons
        owner, currency, amount = self.leaving.pop(asked.withdrawal_id)
        pocket = self.ground.money.of(owner, currency)
        pocket.withdrawing -= amount
        pocket.cash += amount
        return [said("WithdrawalRejected", participant_id=owner, amount_minor=amount)]

    def _bank(self, who: str) -> set[str]:
        return self.ground.idle(who) | self.ground.lacks(who, "custodian")

    def _not_leaving(self, name: str) -> set[str]:
        return set() if name in self.leaving else {"WITHDRAWAL_NOT_OPEN"}
