"""A market that is asked one command after another: decided and folded, facts built but not encoded."""

import time
from collections.abc import Sequence
from typing import Any, Self

import msgspec

from exchange.fence import load_rulesets, newest
from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.protocol import POLICY_ACTOR, Refused
from exchange.kernel.time import instant
from exchange.market.commands import (
    ASK,
    BID,
    AdoptRuleset,
    BookRules,
    CancelOrder,
    ConfirmDeposit,
    OpenInstrument,
    PlaceOrder,
    RecordParticipant,
    Side,
    TimeInForce,
    Use,
)
from exchange.market.decider import decider
from exchange.market.facts import OrderAccepted, TradeMatched
from tests.benchmarks.sums import Sums
from tests.benchmarks.workload import a_trader, an_hour

_TRADERS = 50
_CASH_MINOR = 10**15
_DEEP = BookRules(orders_max=100_000)
_STAYS = TimeInForce.GOOD_TILL_CANCELLED
_BEGINS = instant("2026-11-02T00:00:00Z")


class Floor:
    """Instruments, and traders with more money than they need; even ones bid, odd ones ask.

    Shape: with `data` what is sold moves, and the fence decides who may have it.
    """

    def __init__(self, instruments: int, *, data: bool = False) -> None:
        rulesets = dict(load_rulesets())
        self._decider = decider(rulesets)
        self._market = self._decider.initial(0)
        self._offset = self._prices = 0
        self._use = Use(purpose="transport", place_of_use="JP", licence_digest=an_hour("I-0").licence_digest)
        self._ask("exchange", RecordParticipant(standing=a_trader("BK-1", "custodian")))
        ruleset = newest(rulesets)
        self._ask(
            "exchange",
            AdoptRuleset(ruleset_version=ruleset.version, ruleset_digest=ruleset.digest, effective_at=0),
        )
        for number in range(_TRADERS):
            self._ask("exchange", RecordParticipant(standing=a_trader(f"P-{number}", "buyer", "seller")))
            self._deposit(f"P-{number}")
        for number in range(instruments):
            terms = msgspec.structs.replace(an_hour(f"I-{number}"), moves_data=data, rules=_DEEP)
            self._ask(POLICY_ACTOR, OpenInstrument(terms=terms))

    def timed(self, messages: Sequence[Any]) -> tuple[float, Sums]:
        """Run the stream: seconds of CPU, and what it came to. The commands and their causes are ready before."""
        asked = self._commands(messages)
        decide, evolve, market = self._decider.decide, self._decider.evolve, self._market
        outcomes = []
        began = time.process_time()
        for command, cause in asked:
            facts = decide(market, command, cause)
            for fact in facts:
                evolve(market, fact, cause.at)
            outcomes.append(facts)
        seconds = time.process_time() - began
        trades = [fact for facts in outcomes for fact in facts if isinstance(fact, TradeMatched)]
        return seconds, Sums(
            len(trades),
            sum(trade.quantity for trade in trades),
            sum(trade.quantity * trade.price for trade in trades),
        )

    def resting(self, count: int) -> Self:
        """Let so many orders rest on both sides, at two hundred prices each."""
        for number in range(count):
            bid = number % 2 == 0
            self._place(number, bid, 700 + number % 200 if bid else 1_100 + number % 200)
        return self

    def behind(self, count: int) -> Self:
        """Let so many bids stand first that nobody may sell to: no licence holds where they would use the data."""
        elsewhere = msgspec.structs.replace(self._use, place_of_use="MY")
        for number in range(count):
            self._place(2 * number, True, 1_050, elsewhere)
        return self

    def apart(self, count: int) -> Self:
        """Let one bid of each of so many standings stand first, and nobody may sell to any of them."""
        for number in range(count):
            buyer = a_trader(f"S-{number}", "buyer")
            self._ask("exchange", RecordParticipant(standing=buyer))
            self._deposit(buyer.participant_id)
            elsewhere = msgspec.structs.replace(self._use, place_of_use="MY", scenario_id=f"S-{number}")
            self._order(buyer.participant_id, True, 1_050, elsewhere)
        return self

    def met(self) -> Self:
        """Let everybody have asked until each pair is on the record."""
        market, before = self._market, -1
        while before < len(market.answers):
            before = len(market.answers)
            self.trade(4 * _TRADERS)
        return self

    def priced(self, count: int) -> Self:
        """Let one ask rest at each of so many prices; what rests later rests among them."""
        for number in range(count):
            self._place(number, False, 1_100 + 2 * number)
        self._prices = count
        return self

    def after(self, count: int) -> Self:
        """Let so many orders come and go."""
        for number in range(count):
            self._cancel(number, self._place(number, number % 2 == 0, 900 if number % 2 == 0 else 1_000))
        return self

    def trade(self, count: int) -> None:
        """So many commands: a bid rests, an ask takes it, an ask rests among the others and is cancelled."""
        for number in range(0, count, 4):
            self._place(number, True, 950)
            self._place(number + 1, False, 950)
            rests_at = 1_101 + number * 7_919 % self._prices * 2 if self._prices else 1_090
            self._cancel(number + 1, self._place(number + 1, False, rests_at))

    def _place(self, number: int, bid: bool, price: int, use: Use | None = None) -> str:
        return self._order(_trader(number, bid), bid, price, use)

    def _order(self, who: str, bid: bool, price: int, use: Use | None = None) -> str:
        order = PlaceOrder(
            instrument_id="I-0",
            side=BID if bid else ASK,
            quantity=1,
            price=price,
            use=(use or self._use) if bid else Use(),
            time_in_force=_STAYS,
        )
        facts = self._ask(who, order)
        return next(fact.order_id for fact in facts if isinstance(fact, OrderAccepted))

    def _deposit(self, who: str) -> None:
        deposit = ConfirmDeposit(
            participant_id=who, currency="CNY", amount_minor=_CASH_MINOR, reference=f"D-{who}"
        )
        self._ask("BK-1", deposit)

    def _cancel(self, number: int, order_id: str) -> None:
        self._ask(_trader(number, number % 2 == 0), CancelOrder(order_id=order_id))

    def _ask(self, actor: str, command: Command) -> Sequence[Fact]:
        cause = self._cause(actor, self._offset)
        facts = self._decider.decide(self._market, command, cause)
        for fact in facts:
            if isinstance(fact, Refused):
                raise AssertionError(f"{command} was refused: {fact}")
            self._decider.evolve(self._market, fact, cause.at)
        self._offset += 1
        return facts

    def _commands(self, messages: Sequence[Any]) -> list[tuple[Command, Cause]]:
        placed: dict[int, tuple[str, str]] = {}
        asked: list[tuple[Command, Cause]] = []
        for offset, message in enumerate(messages, self._offset):
            command: Command
            if message[0] == "new":
                _, instrument, number, side, price, quantity = message
                bid = side == "bid"
                actor, name = placed[number] = _trader(2 * number + (not bid), bid), f"O-0.{offset}.0"
                command = PlaceOrder(
                    instrument_id=f"I-{instrument}",
                    side=Side(side),
                    quantity=quantity,
                    price=price,
                    use=self._use if bid else Use(),
                    time_in_force=_STAYS,
                )
            else:
                actor, name = placed[message[2]]
                command = CancelOrder(order_id=name)
            asked.append((command, self._cause(actor, offset)))
        return asked

    def _cause(self, actor: str, offset: int) -> Cause:
        return Cause("market", 0, offset, actor, f"c-{offset}", _BEGINS + offset)


def _trader(number: int, bid: bool) -> str:
    """Who is number so and so; nobody meets itself."""
    return f"P-{number // 2 * 2 % _TRADERS + (not bid)}"
