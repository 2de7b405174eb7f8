"""SC-09: 300 hours of Indonesian transcription, from the counter's ruling to the seller's money."""

from exchange.kernel.time import DAY
from exchange.market.commands import AcceptDelivery
from exchange.market.facts import EntitlementGranted, FenceDecided, PurchaseAccepted, TradeMatched
from exchange.market.quotes.commands import AcceptSample, RejectSample
from exchange.market.quotes.facts import QuoteAwarded, QuoteGiven, SampleAccepted, SampleRejected
from exchange.market.rulings.facts import RulingRecorded
from tests.unit.market.quoting import (
    ASKER,
    COUNTER,
    FIRST,
    SECOND,
    a_board,
    a_quote,
    a_ruling,
    a_sample,
    an_award,
    requested,
    the,
)
from tests.unit.market.stage import Stage, names, pack, refusal


def test_sc_09_to_the_cent() -> None:
    stage = a_board(moves_data=True)
    ruling = the(stage.ask(COUNTER, a_ruling()), RulingRecorded)
    stage.ask(COUNTER, a_ruling(product_id="P-04B"))
    request_id = requested(stage)
    facts = stage.ask(FIRST, a_quote(request_id))
    first, fenced = the(facts, QuoteGiven), the(facts, FenceDecided)
    second = the(stage.ask(SECOND, a_quote(request_id, SECOND, 110)), QuoteGiven)
    assert (first.amount_minor, second.amount_minor) == (1_710_000, 1_980_000)

    award = the(stage.ask(ASKER, an_award(first.quote_id)), QuoteAwarded)
    assert (award.held_minor, stage.purse(ASKER, "USD").reserved) == (1_710_000, 1_710_000)
    stage.ask(FIRST, a_sample(award.award_id, 9_300))
    rejected = the(
        stage.ask(ASKER, RejectSample(award_id=award.award_id, grounds="0.93 is less than 0.95")),
        SampleRejected,
    )
    assert (rejected.value_bp, rejected.threshold_bp, rejected.number) == (9_300, 9_500, 1)
    stage.ask(FIRST, a_sample(award.award_id, 9_600))
    facts = stage.ask(ASKER, AcceptSample(award_id=award.award_id))
    assert names(facts) == [
        "SampleAccepted",
        "TradeMatched",
        "EntitlementGranted",
        "AwardTraded",
    ]
    assert the(facts, SampleAccepted).number == 2
    trade = the(facts, TradeMatched)
    assert (trade.price, trade.quantity, trade.amount_minor) == (95, 18_000, 1_710_000)
    assert (trade.bid_id, trade.ask_id, trade.released_minor) == (award.award_id, "", 0)
    assert trade.decision is not None
    assert (trade.decision.outcome, trade.decision.ruling_ids) == ("REVIEW", (ruling.ruling_id,))
    assert trade.decision.decision_id == fenced.decision_id
    assert (fenced.outcome, fenced.deciding_codes) == ("REVIEW", ("LOCAL_LAW_REVIEW",))
    assert fenced.ruling_ids == (ruling.ruling_id,)
    assert the(facts, EntitlementGranted).unit == "minute"

    paid = the(stage.ask(ASKER, AcceptDelivery(trade_id=trade.trade_id)), PurchaseAccepted)
    assert (paid.fee_net_minor, paid.fee_tax_minor, paid.seller_minor) == (40_330, 2_420, 1_667_250)
    assert stage.purse(FIRST, "USD").payable == 1_667_250
    assert stage.purse(ASKER, "USD").cash == 3_000_000 - 1_710_000
    stage.settle()
    assert names([fact for fact, _ in stage.journal]).count("SampleRejected") == 1
    assert names([fact for fact, _ in stage.journal]).count("SampleAccepted") == 1
    assert stage.market.quoting == type(stage.market.quoting)()
    replays(stage)


def test_without_the_ruling_the_home_law_stops_the_quote() -> None:
    stage = a_board(moves_data=True)
    request_id = requested(stage)
    facts = stage.ask(FIRST, a_quote(request_id))
    assert names(facts) == ["FenceDecided", "Refused"]
    assert (refusal(facts).reason, refusal(facts).codes) == ("FENCE_REFUSED", ("LOCAL_LAW_REVIEW",))


def test_a_ruling_that_ended_meanwhile_stops_the_trade_and_lets_the_money_go() -> None:
    stage = a_board(moves_data=True)
    stage.ask(COUNTER, a_ruling(valid_until=stage.at + 3 * DAY))
    quote_id = the(stage.ask(FIRST, a_quote(requested(stage))), QuoteGiven).quote_id
    award_id = the(stage.ask(ASKER, an_award(quote_id)), QuoteAwarded).award_id
    stage.ask(FIRST, a_sample(award_id))
    stage.at += 4 * DAY
    assert refusal(stage.ask(ASKER, AcceptSample(award_id=award_id))).reason == "FENCE_REFUSED"
    stage.at += 2 * DAY
    ended = stage.settle()[-1]
    assert (ended.basis, ended.released_minor) == ("barred", 1_710_000)  # type: ignore[attr-defined]
    assert stage.purse(ASKER, "USD").cash == 3_000_000
    replays(stage)


def replays(stage: Stage) -> None:
    again = Stage()
    for fact, at in stage.journal:
        again.decider.evolve(again.market, fact, at)
    assert pack(again.market) == pack(stage.market)
