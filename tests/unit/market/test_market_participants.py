"""A participant that is described anew: whatever a market knew of it is forgotten, and decided again."""

from typing import Any

from exchange.kernel.bases import Fact
from exchange.kernel.protocol import Refused
from exchange.market.commands import (
    BookRules,
    InstrumentTerms,
    OpenInstrument,
    RecordParticipant,
    ReplaceOrder,
)
from exchange.market.entitlements.facts import DecisionRestored, DecisionRevoked
from exchange.market.facts import EntitlementGranted, TradeMatched
from tests.unit.market.people import EXPORTER, RECIPIENT, a_buy, a_market_of_people, brought, of_people
from tests.unit.market.people import a_certificate as certificate
from tests.unit.market.stage import (
    BUYER,
    SELLER,
    Stage,
    a_bid,
    a_market,
    a_standing,
    a_use,
    an_ask,
    licence,
    pack,
    refusal,
    terms,
    the,
    traits,
)

HOST = "SE-SG-01"


def singaporean(**changed: Any) -> InstrumentTerms:
    """Persons of Singapore, for whoever is bound by a comparable law."""
    told = traits(contains_pi=True, collected_in=("SG",), persons=400, sensitive_persons=0)
    return terms(
        **{"seller_id": HOST, "stored_in": "SG", "traits": told, "source": True, "licence": licence()}
        | changed
    )


def a_buyer(**changed: Any) -> RecordParticipant:
    """The buyer in Japan, as the registry describes it now."""
    return RecordParticipant(standing=a_standing(BUYER, changed.pop("place", "JP"), "buyer", **changed))


def a_house(**changed: Any) -> Stage:
    """It is on sale, and the buyer is bound."""
    stage = a_market(cash_minor=5_000_000).told(
        RecordParticipant(standing=a_standing(HOST, "SG", "seller")),
        a_buyer(bound_by_comparable_law=True),
    )
    return stage.told(
        OpenInstrument(terms=singaporean(**{"instrument_id": "L-S", "listing_id": "L-S"} | changed))
    )


def an_order(price: int = 1_200_000) -> Any:
    use = a_use(purpose="trade", foreign_authority_request=False)
    return a_bid(price, instrument_id="L-S", use=use)


def turns(facts: list[Fact]) -> list[tuple[str, str]]:
    """What was revoked and restored, and because of what."""
    kinds = (DecisionRevoked, DecisionRestored)
    return [(type(each).__name__, each.basis) for each in facts if isinstance(each, kinds)]


def replayed(stage: Stage) -> bytes:
    again = Stage(rulesets=None)
    for fact, at in stage.journal:
        again.decider.evolve(again.market, fact, at)
    return pack(again.market)


def test_a_right_rests_on_what_its_buyer_is_now() -> None:
    stage = a_house()
    right = the(EntitlementGranted, stage.ask(BUYER, an_order()))
    stage.told(a_buyer())
    facts = stage.settle()
    assert turns(facts) == [("DecisionRevoked", "participant")]
    revoked = the(DecisionRevoked, facts)
    assert (revoked.entitlement_id, revoked.codes[0]) == (right.entitlement_id, "SG_S26")
    assert refusal(stage.ask(BUYER, an_order())).codes[0] == "SG_S26"
    stage.told(a_buyer(bound_by_comparable_law=True))
    assert turns(stage.settle()) == [("DecisionRestored", "participant")]
    assert replayed(stage) == pack(stage.market)


def test_a_buyer_that_moved_is_asked_about_where_it_is() -> None:
    stage = a_house(licence=licence(spatial=("JP",)))
    stage.ask(BUYER, an_order())
    stage.told(a_buyer(bound_by_comparable_law=True, place="US"))
    assert the(DecisionRevoked, stage.settle()).codes[0] == "LICENCE"
    stage.told(a_buyer(bound_by_comparable_law=True))
    assert turns(stage.settle()) == [("DecisionRestored", "participant")]


def test_an_order_that_stood_crossed_trades_once_its_buyer_may() -> None:
    stage = a_house(posted_price=None, seller_id=None)
    stage.told(a_buyer())
    stage.ask(HOST, an_ask(10, instrument_id="L-S"))
    stage.ask(BUYER, an_order(12))
    assert not stage.settle()
    stage.told(a_buyer(bound_by_comparable_law=True))
    assert the(TradeMatched, stage.settle()).price == 10


def test_who_is_no_seller_any_more_sells_nothing_of_what_it_asks_for() -> None:
    book = terms(posted_price=None, seller_id=None, moves_data=False, unit="licence", rules=BookRules())
    stage = a_market(book, cash_minor=10_000)
    asked = stage.ask(SELLER, an_ask(10))
    stage.told(RecordParticipant(standing=a_standing(SELLER, "CN-LG", "buyer")))
    assert not [each for each in stage.ask(BUYER, a_bid(12)) if isinstance(each, TradeMatched)]
    order_id = asked[-1].order_id  # type: ignore[attr-defined]
    changed = ReplaceOrder(order_id=order_id, quantity=1, price=9)
    assert refusal(stage.ask(SELLER, changed)).reason == "ROLE_MISSING"
    stage.told(RecordParticipant(standing=a_standing(SELLER, "CN-LG", "seller")))
    assert the(TradeMatched, stage.settle()).seller_id == SELLER


def test_another_owner_is_met_as_another_and_the_groups_are_looked_at_anew() -> None:
    stage = a_market_of_people(of_people("1"), of_people("9", seller_id="SE-CN-03"))
    brought(stage, certificate(), certificate("I-05", exporter_id="SE-CN-03"))
    for version in ("1", "9"):
        assert not isinstance(stage.ask(RECIPIENT, a_buy(version))[-1], Refused)
    stage.told(
        RecordParticipant(
            standing=a_standing("SE-CN-03", "CN-LG", "seller", beneficial_owner=f"UBO-{EXPORTER}")
        )
    )
    facts = stage.settle()
    assert {each.seller_id for each in facts if isinstance(each, DecisionRevoked)} == {EXPORTER, "SE-CN-03"}
    assert {each.codes[0] for each in facts if isinstance(each, DecisionRevoked)} == {"CN_SPLITTING"}
    stage.told(RecordParticipant(standing=a_standing("SE-CN-03", "CN-LG", "seller")))
    restored = [each for each in stage.settle() if isinstance(each, DecisionRestored)]
    assert {each.seller_id for each in restored} == {EXPORTER, "SE-CN-03"}
    assert replayed(stage) == pack(stage.market)
