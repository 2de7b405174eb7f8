"""A market to play on: given what was asked before, when one more is asked, then these facts."""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

import msgspec

from exchange.fence import load_rulesets, newest
from exchange.fence.ruleset import Ruleset
from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.product import DataTraits, LicenceTerms
from exchange.kernel.protocol import POLICY_ACTOR, Refused
from exchange.kernel.time import instant
from exchange.market.commands import (
    AcceptDelivery,
    AdoptRuleset,
    ConfirmDeposit,
    InstrumentTerms,
    OpenInstrument,
    PlaceOrder,
    RecordParticipant,
    Side,
    Standing,
    TimeInForce,
    Use,
)
from exchange.market.decider import decider
from exchange.market.facts import FenceDecided, TradeMatched
from exchange.market.state import Market, Purse, purse_of
from exchange.market.written import restored, written
from tests.support.traits import GENERAL

F = TypeVar("F", bound=Fact)

NOON = instant("2026-11-02T00:00:00Z")
LICENCE = bytes(range(32))
BANK = "BK-HK-01"
STAYS = TimeInForce.GOOD_TILL_CANCELLED
SELLER, BUYER, OPERATOR = "SE-CN-02", "BU-JP-01", "OP-CN-01"

_encode = msgspec.msgpack.Encoder(order="deterministic").encode


def pack(market: Market) -> bytes:
    """A market as it is written down."""
    return _encode(written(market))


def unpack(bytes_: bytes) -> Market:
    """A market as it is read."""
    market = msgspec.msgpack.decode(bytes_, type=Market)
    restored(market)
    return market


@cache
def shipped() -> dict[str, Ruleset]:
    """The rulesets of the package."""
    return dict(load_rulesets())


def a_standing(participant_id: str, place: str, *roles: str, **changed: Any) -> Standing:
    """A participant as the registry would tell of it."""
    values: dict[str, Any] = {
        "participant_id": participant_id,
        "place": place,
        "roles": roles,
        "beneficial_owner": f"UBO-{participant_id}",
        "active": True,
        "registered_zones": ("CN-LG", "CN-SH-FTZ", "CN-SH") if place == "CN-LG" else (),
        "ciio": False,
        "gba_registered": False,
        "us_covered_person": False,
        "is_intermediary": False,
        "bound_by_comparable_law": False,
    }
    return Standing(**(values | changed))


def traits(**changed: Any) -> DataTraits:
    """Berth times: general data without persons, generated in the mainland."""
    return msgspec.structs.replace(GENERAL, **changed)


def licence(**changed: Any) -> LicenceTerms:
    """A year's use in the places the tests buy from."""
    values: dict[str, Any] = {
        "title": "Corridor standard licence 1",
        "spatial": ("CN", "JP", "SG", "DE"),
        "purposes": ("transport", "trade", "sale"),
        "permitted": ("use",),
        "prohibited": ("resell",),
        "term_days": 365,
    }
    return LicenceTerms(**(values | changed))


def terms(**changed: Any) -> InstrumentTerms:
    """One month of P-07 at a posted CNY 12,000.00; a tick is a fen."""
    values: dict[str, Any] = {
        "instrument_id": "L-0.1.0",
        "market_id": "M-DATA",
        "listing_id": "L-0.1.0",
        "product_id": "P-07",
        "version": "1",
        "title": "Port-call and berth stream",
        "unit": "month",
        "currency": "CNY",
        "tick_micros": 10_000,
        "seller_id": SELLER,
        "posted_price": 1_200_000,
        "moves_data": True,
        "subscription": True,
        "stored_in": "CN",
        "traits": traits(),
        "licence": licence(),
        "licence_digest": LICENCE,
        "transaction_type": "none",
        "acceptance_days": 7,
    }
    return InstrumentTerms(**(values | changed))


def a_use(**changed: Any) -> Use:
    """Transport planning in Japan under the licence on offer."""
    values: dict[str, Any] = {"purpose": "transport", "place_of_use": "JP", "licence_digest": LICENCE}
    return Use(**(values | changed))


def a_bid(price: int = 1_200_000, quantity: int = 1, **changed: Any) -> PlaceOrder:
    """A bid for P-07."""
    values: dict[str, Any] = {"instrument_id": "L-0.1.0", "use": a_use(), "time_in_force": STAYS}
    return PlaceOrder(side=Side.BID, price=price, quantity=quantity, **(values | changed))


def an_ask(price: int, quantity: int = 1, **changed: Any) -> PlaceOrder:
    """An ask for P-07."""
    values: dict[str, Any] = {"instrument_id": "L-0.1.0", "time_in_force": STAYS}
    return PlaceOrder(side=Side.ASK, price=price, quantity=quantity, **(values | changed))


class Stage:
    """A market that is asked one command after another, each at the next offset.

    Shape: `journal` holds every fact with its time, `market` what they fold to.
    """

    def __init__(self, at: int = NOON, rulesets: dict[str, Ruleset] | None = None) -> None:
        self.decider = decider(shipped() if rulesets is None else rulesets)
        self.market: Market = self.decider.initial(0)
        self.journal: list[tuple[Fact, int]] = []
        self.at = at
        self.offset = 0

    def ask(self, actor: str, command: Command) -> list[Fact]:
        """Deadlines first, then decide and fold; the facts of the command alone."""
        self.settle()
        before = pack(self.market)
        facts = self.decider.decide(self.market, command, self.cause(actor))
        assert pack(self.market) == before, "decide changed the state"
        assert facts, "every command has at least one fact"
        self.take(facts)
        self.offset += 1
        return list(facts)

    def ask_without_deadlines(self, actor: str, command: Command) -> list[Fact]:
        """As one leader sees it whose continuations have not run yet."""
        facts = self.decider.decide(self.market, command, self.cause(actor))
        self.take(facts)
        self.offset += 1
        return list(facts)

    def expire(self) -> list[Fact]:
        """One continuation."""
        facts = self.decider.expire(self.market, self.cause(POLICY_ACTOR))
        assert facts, "a deadline has at least one fact"
        self.take(facts)
        return list(facts)

    def settle(self) -> list[Fact]:
        """Every deadline that is due, as continuations apply them."""
        facts: list[Fact] = []
        while (due := self.decider.next_deadline(self.market)) is not None and due <= self.at:
            facts += self.expire()
        return facts

    def told(self, *commands: Command) -> "Stage":
        """Let policies say this."""
        for command in commands:
            facts = self.ask(POLICY_ACTOR, command)
            assert not any(isinstance(fact, Refused) for fact in facts), facts
        return self

    def deposited(self, participant_id: str, amount_minor: int, currency: str = "CNY") -> "Stage":
        """Let the bank confirm a deposit."""
        deposit = ConfirmDeposit(
            participant_id=participant_id,
            currency=currency,
            amount_minor=amount_minor,
            reference=f"D-{self.offset}",
        )
        assert not isinstance(self.ask(BANK, deposit)[0], Refused)
        return self

    def purse(self, participant_id: str, currency: str = "CNY") -> Purse:
        """What a participant has."""
        return purse_of(self.market, participant_id, currency)

    def cause(self, actor: str) -> Cause:
        """What the next command of an actor would be decided as."""
        return Cause("market", 0, self.offset, actor, f"c-{self.offset}", self.at)

    def take(self, facts: Sequence[Fact]) -> None:
        """Fold an outcome, and look at what it leaves."""
        self.decider.watch(self.market, self.at)
        for fact in facts:
            self.fold(fact)
        self.decider.audit(self.market, facts)

    def fold(self, fact: Fact) -> None:
        """Fold one fact."""
        if not isinstance(fact, Refused):
            self.decider.evolve(self.market, fact, self.at)
            self.journal.append((fact, self.at))


def everyone() -> tuple[RecordParticipant, ...]:
    """The participants the tests need."""
    return tuple(
        RecordParticipant(standing=standing)
        for standing in (
            a_standing(OPERATOR, "CN-LG", "operator"),
            a_standing(BANK, "HK", "custodian"),
            a_standing(SELLER, "CN-LG", "seller"),
            a_standing("SE-CN-03", "CN-LG", "seller"),
            a_standing("SE-US-01", "US", "seller"),
            a_standing(BUYER, "JP", "buyer"),
            a_standing("BU-SG-01", "SG", "buyer"),
            a_standing("BU-CN-01", "CN", "buyer"),
            a_standing("AS-CN-01", "CN", "assessor"),
        )
    )


def the_ruleset(effective_at: int = 0) -> AdoptRuleset:
    """The one ruleset of the package, in force from the beginning."""
    ruleset = newest(shipped())
    return AdoptRuleset(
        ruleset_version=ruleset.version, ruleset_digest=ruleset.digest, effective_at=effective_at
    )


def a_market(*instruments: InstrumentTerms, cash_minor: int = 5_000_000) -> Stage:
    """Everyone known, a ruleset in force, the buyer's purse filled, P-07 or `instruments` on sale."""
    stage = Stage().told(*everyone(), the_ruleset())
    stage.told(*(OpenInstrument(terms=each) for each in instruments or (terms(),)))
    return stage.deposited(BUYER, cash_minor) if cash_minor else stage


def sold_abroad(stage: Stage, exporter_id: str) -> dict[str, tuple[int | None, ...]]:
    """The persons of each product version that an exporter has sold out of the mainland."""
    exported = stage.market.persons.exported.get(exporter_id)
    versions = {} if exported is None else exported.versions
    return {name: tuple(each.numbers) for name, each in versions.items()}


def a_purchase(quantity: int = 1) -> tuple[Stage, str]:
    """Months of P-07 bought at CNY 12,000.00 each, the money in escrow; and the trade's id."""
    stage = a_market(cash_minor=1_200_000 * quantity)
    return stage, the(TradeMatched, stage.ask(BUYER, a_bid(quantity=quantity))).trade_id


def a_sale(quantity: int = 1) -> tuple[Stage, str]:
    """As `a_purchase`, accepted by its buyer."""
    stage, trade_id = a_purchase(quantity)
    stage.ask(BUYER, AcceptDelivery(trade_id=trade_id))
    return stage, trade_id


def decided_last(stage: Stage, buyer_id: str, order: PlaceOrder) -> FenceDecided:
    """What the fence says of a buyer when it asks: newly, or when it was last asked about a right that runs."""
    stage.ask(buyer_id, order)
    found = (fact for fact, _ in reversed(stage.journal) if isinstance(fact, FenceDecided))
    asked = (order.instrument_id, buyer_id)
    return next(fact for fact in found if (fact.instrument_id, fact.buyer_id) == asked)


def the(kind: type[F], facts: Sequence[Fact]) -> F:
    """The one fact of a kind."""
    (found,) = (fact for fact in facts if isinstance(fact, kind))
    return found


def refusal(facts: Sequence[Fact]) -> Refused:
    """The refusal that ends an outcome."""
    last = facts[-1]
    assert isinstance(last, Refused), facts
    return last


def names(facts: Sequence[Fact]) -> list[str]:
    """What kinds of facts an outcome holds."""
    return [type(fact).__name__ for fact in facts]
