"""One market and the twin of its rooms, asked the same: they answer alike, and everybody has the same money."""

from fractions import Fraction
from typing import Any

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from exchange.kernel.bases import Command, Fact
from exchange.kernel.protocol import Refused
from exchange.kernel.time import DAY, HOUR
from exchange.market.commands import (
    BookRules,
    ConfirmDeposit,
    InstrumentTerms,
    OpenInstrument,
    RecordParticipant,
    RegisterCapacity,
)
from exchange.market.credit.commands import SetCreditLimit
from exchange.market.fees.commands import AppointBroker
from exchange.market.plans.commands import SetPricePlan
from exchange.market.state import Holder, Market
from tests.properties.market_machine import ConservingStage
from tests.properties.rooms_drawn.picking import (
    ASSESSOR,
    BROKER,
    BUYERS,
    CALLS,
    HOURS,
    LINE,
    LINK,
    MONTHS,
    RIGHTS,
    SEATS,
    SELLERS,
    SIBLING,
    Step,
)
from tests.properties.rooms_drawn.plans import PLANS
from tests.properties.rooms_drawn.steps import BUILD, WAIT, steps
from tests.properties.rooms_twin.ground import Answer, Ground, Person, Said, Shelf
from tests.properties.rooms_twin.rooms import Rooms
from tests.unit.market.stage import (
    BANK,
    NOON,
    OPERATOR,
    Stage,
    a_standing,
    licence,
    pack,
    terms,
    the_ruleset,
    unpack,
)

UNTOLD = {"FenceDecided", "BookSwept"}
"""What says no more than what follows from it."""
PEOPLE: dict[str, tuple[str, ...]] = {
    BANK: ("custodian",),
    OPERATOR: ("operator",),
    **dict.fromkeys(BUYERS, ("buyer", "seller")),
    **dict.fromkeys(SELLERS, ("seller",)),
    SIBLING: ("buyer", "broker"),
    ASSESSOR: ("assessor",),
    LINE: ("seller", "line_operator"),
    BROKER: ("broker",),
}
FUNDS = {"A": 9_000, "B": 4_000, "C": 2_000, SIBLING: 3_000}
TICKS = {LINK: 3_333, HOURS: 33_333, RIGHTS: 33_333, "speech-S": 333_333, "speech-T": 1_000_000}
SPANS = st.sampled_from((HOUR, 12 * HOUR, DAY, 3 * DAY, 4 * DAY, 9 * DAY, 25 * DAY, 32 * DAY))


def an_instrument(name: str) -> InstrumentTerms:
    """What is traded, and how."""
    forms: dict[str, tuple[str, str, str | None]] = {
        LINK: ("pool", "Mbps-month", LINE),
        HOURS: ("book", "hour", None),
        RIGHTS: ("auction", "territory", "T"),
        **dict.fromkeys((CALLS, SEATS, MONTHS), ("plan", "licence", "S")),
        **{f"speech-{seller}": ("quotes", "minute", seller) for seller in SELLERS},
    }
    form, unit, seller = forms[name]
    rules: Any = {"form": form, "capacity_needed": form == "pool"}
    return terms(
        instrument_id=name,
        unit=unit,
        seller_id=seller,
        posted_price=None,
        tick_micros=TICKS.get(name, 10_000),
        currency="JPY" if form == "quotes" else "CNY",
        moves_data=False,
        licence=licence(seats=6 if name in (SEATS, MONTHS) else None),
        rules=BookRules(**rules),
    )


def a_shelf(told: InstrumentTerms) -> Shelf:
    """The twin's."""
    scale = {"CNY": 100, "JPY": 1}[told.currency]
    return Shelf(
        name=told.instrument_id,
        currency=told.currency,
        lot=Fraction(told.tick_micros * scale, 10**6),
        seller=told.seller_id,
        form=told.rules.form,
        unit=told.unit,
        licence=told.licence_digest,
        seats=told.licence.seats,
        counted=told.rules.capacity_needed,
    )


class Rooming(RuleBasedStateMachine):
    """A to C buy, and ask in the book; S and T sell, D has S's owner, L has a line, K is a broker, X may not buy."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = ConservingStage()
        self.rooms = Rooms(Ground(at=NOON))

    @initialize()
    def begin(self) -> None:
        self.stage.told(the_ruleset())
        for name, roles in PEOPLE.items():
            owner = "S" if name == SIBLING else name
            place = "CN-LG" if name in SELLERS else "JP"
            standing = a_standing(name, place, *roles, beneficial_owner=owner)
            self.stage.told(RecordParticipant(standing=standing))
            self.rooms.ground.people[name] = Person(owner, frozenset(roles))
        for name in (LINK, HOURS, RIGHTS, CALLS, SEATS, MONTHS, "speech-S", "speech-T"):
            told = an_instrument(name)
            self.stage.told(OpenInstrument(terms=told))
            self.rooms.ground.shelves[name] = a_shelf(told)
        for name, plan in PLANS.items():
            self.ask("S", SetPricePlan(instrument_id=name, plan=plan))
        self.ask(OPERATOR, RegisterCapacity(instrument_id=LINK, participant_id=LINE, quantity=40))
        for name in (CALLS, MONTHS, "speech-S"):
            self.ask("S", AppointBroker(instrument_id=name, broker_id=BROKER))
        self.ask(OPERATOR, SetCreditLimit(participant_id="B", currency="CNY", limit_minor=3_000))
        for who, amount in FUNDS.items():
            for currency in ("CNY", "JPY"):
                deposit = ConfirmDeposit(
                    participant_id=who, currency=currency, amount_minor=amount, reference=f"{currency}-{who}"
                )
                self.ask(BANK, deposit)

    def play(self, drawn: list[Step]) -> None:
        for kind, who, which, number in drawn:
            if kind == WAIT:
                self.wait()
                continue
            self.rooms.ground.offset = self.stage.offset
            self.ask(*BUILD[kind](self.rooms, who, which, number))

    def wait(self) -> None:
        """Until what is due next."""
        self.stage.at = self.next_due() or self.stage.at
        self.settle()

    def ask(self, actor: str, command: Command) -> None:
        """One command, and what is due after it."""
        self.rooms.ground.offset = self.stage.offset
        answer = self.rooms.answer(actor, command)
        self.judge(command, self.stage.ask(actor, command), answer)
        self.settle()

    def settle(self) -> None:
        """What happens by itself is the same, and so is what everybody has afterwards."""
        self.rooms.ground.at, self.rooms.ground.offset = self.stage.at, self.stage.offset
        self.compare(self.rooms.settle(), self.stage.settle())
        same_money(self.rooms, self.stage.market)
        same_state(self.rooms, self.stage.market)

    def judge(self, command: Command, facts: list[Fact], answer: Answer) -> None:
        last = facts[-1]
        if isinstance(answer, set):
            assert isinstance(last, Refused), (command, answer, facts)
            assert last.reason in answer, (command, answer, last)
        else:
            assert not isinstance(last, Refused), (command, answer, last)
            self.compare(answer, facts)

    def compare(self, expected: list[Said], facts: list[Fact]) -> None:
        told = [fact for fact in facts if type(fact).__name__ not in UNTOLD]
        assert [type(fact).__name__ for fact in told] == [each.kind for each in expected], (told, expected)
        for fact, each in zip(told, expected, strict=True):
            values = msgspec.json.decode(msgspec.json.encode(fact))
            for name, value in each.values.items():
                assert alike(values[name], value), (name, value, fact)

    @rule(drawn=steps("pools", 12, waits=1))
    def pool(self, drawn: list[Step]) -> None:
        self.play(drawn)

    @rule(drawn=steps("plans", waits=1))
    def buy_units(self, drawn: list[Step]) -> None:
        self.play(drawn)

    @rule(drawn=steps("subscriptions", waits=3))
    def subscribe(self, drawn: list[Step]) -> None:
        self.play(drawn)

    @rule(drawn=steps("quotes", 10, waits=1))
    def quote(self, drawn: list[Step]) -> None:
        self.play(drawn)

    @rule(drawn=steps("after"))
    def say_of_trades(self, drawn: list[Step]) -> None:
        self.play(drawn)

    @rule(drawn=steps("after"))
    def say_more_of_trades(self, drawn: list[Step]) -> None:
        self.play(drawn)

    @rule(drawn=steps("money"))
    def move_money(self, drawn: list[Step]) -> None:
        self.play(drawn)

    @rule(drawn=steps("book", 10))
    def trade(self, drawn: list[Step]) -> None:
        self.play(drawn)

    @rule(drawn=steps("auctions", 12, waits=1))
    def auction(self, drawn: list[Step]) -> None:
        self.play(drawn)

    @rule(drawn=steps("standing", 2))
    def stand_otherwise(self, drawn: list[Step]) -> None:
        self.play(drawn)

    @rule(span=SPANS)
    def time_passes(self, span: int) -> None:
        until = self.stage.at + span
        while (due := self.next_due()) is not None and due <= until:
            self.stage.at = max(due, self.stage.at)
            self.settle()
        self.stage.at = until
        self.settle()

    @rule(span=SPANS)
    def time_passes_and_nobody_looks(self, span: int) -> None:
        self.stage.at += span
        self.settle()

    def next_due(self) -> int | None:
        return min((each.at for each in self.rooms.dues()), default=None)

    @rule()
    def restart_from_a_snapshot(self) -> None:
        written = pack(self.stage.market)
        self.stage.market = unpack(written)
        assert pack(self.stage.market) == written

    def teardown(self) -> None:
        again = Stage()
        for fact, at in self.stage.journal:
            again.decider.evolve(again.market, fact, at)
        assert pack(again.market) == pack(self.stage.market)


def alike(told: Any, expected: Any) -> bool:
    """Whether a value is the twin's, or one of its set of reasons."""
    return told in expected if isinstance(expected, set) else bool(told == expected)


def same_money(rooms: Rooms, market: Market) -> None:
    """Purse by purse, account by account, and what the exchange has earned."""
    money = rooms.ground.money
    for who, purses in market.purses.items():
        for currency, purse in purses.items():
            pocket = money.of(who, currency)
            ours = (
                purse.cash,
                purse.payable,
                purse.commissions,
                purse.withdrawing,
                purse.paying,
                purse.clawback,
                purse.owed,
                purse.overdue,
            )
            twins = (
                pocket.cash,
                pocket.payable,
                pocket.commissions,
                pocket.withdrawing,
                pocket.paying,
                pocket.clawback,
                pocket.owed,
                pocket.late,
            )
            assert ours == twins, (who, currency, purse, pocket)
            set_aside = [money.set_aside(who, currency, deposit=deposit) for deposit in (False, True)]
            assert [purse.reserved, purse.deposits] == set_aside, (who, currency)
    for currency, till in market.tills.items():
        earned = {
            "net": till.fee_net,
            "tax": till.fee_tax,
            "penalties": till.penalties,
            "service": till.service_net,
        }
        assert earned == {what: money.earned[currency, what] for what in earned}
    known = {(who, currency) for who, purses in market.purses.items() for currency in purses}
    assert all(key in known or not any(vars(pocket).values()) for key, pocket in money.pockets.items())


def same_state(rooms: Rooms, market: Market) -> None:
    """Holds, escrow, disputes, sales, seats, lots, last prices, orders, and what is due when."""
    orders = {order.name: order for order in rooms.books.orders}
    holds = {name: each.amount for name, each in rooms.ground.money.held.items() if name not in orders}
    assert {name: each.amount_minor for name, each in market.holds.items()} == holds
    assert {name: (each.quantity_left, each.price) for name, each in market.orders.items()} == {
        name: (each.lots, each.price) for name, each in orders.items()
    }
    deals = rooms.ground.deals.values()
    escrow = {each.name: each.escrow for each in deals if each.stage == "escrow"}
    assert {name: each.escrow_minor for name, each in market.purchases.items()} == escrow
    disputed = {each.name: each.disputed for each in deals if each.disputed is not None}
    assert {name: each.held_minor for name, each in market.disputes.items()} == disputed
    sold = {
        each.name: (each.seller_left, each.net_left, each.tax_left)
        for each in deals
        if each.stage == "accepted"
    }
    assert sold == {
        name: (each.seller_left, each.fee_net_left, each.fee_tax_left)
        for name, each in market.after.sales.items()
    }
    alone = {name: (each.trade_id, each.until) for name, each in market.auctions.exclusive.items()}
    assert alone == rooms.auctions.alone
    for name, shelf in rooms.ground.shelves.items():
        instrument = market.instruments[name]
        last = shelf.last[-1][1] if shelf.last else None
        assert (instrument.state, instrument.last_price) == (shelf.state, last)
        assert instrument.seats_taken == rooms.plans.seated(shelf)
        if shelf.counted and shelf.seller:
            holder = instrument.holders.get(shelf.seller) or Holder()
            assert holder.registered + holder.bought - holder.sold - holder.asked == shelf.free(shelf.seller)
    dues = {f"{each.turn} {each.name}": each.at for each in rooms.dues()}
    assert {name: at for name, at in market.agenda.due.items() if not name.startswith("7-sweep")} == dues
