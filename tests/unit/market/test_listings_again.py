"""Listings are asked about again: all when the rules are others, and those that wait for facts when these come."""

from typing import Any

from exchange.fence import Outcome, Ruleset, newest
from exchange.kernel.bases import Fact
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import DAY
from exchange.market.commands import AdoptRuleset, OpenInstrument
from exchange.market.destinations import again
from exchange.market.destinations.facts import ListingsAskedAgain, NoDestinationFound
from exchange.market.facts import InstrumentStateSet, OrderCancelled
from tests.unit.fence.cases import rewritten
from tests.unit.market.stage import (
    BUYER,
    Stage,
    a_bid,
    a_market,
    everyone,
    pack,
    shipped,
    terms,
    the_ruleset,
    unpack,
)


def barring(category: str) -> Ruleset:
    """The shipped ruleset, but for a rule that bars a category of data everywhere."""

    def change(written: dict[str, Any]) -> None:
        rule = next(each for each in written["rules"] if each["id"] == "GEN-01")
        barred = {**rule, "id": "GEN-90", "outcome": "DENY", "reason_code": "ALL_BARRED"}
        barred["when"] = [{"fact": "data.category", "op": "eq", "value": category}]
        written["rules"].append(barred)

    return rewritten(change)


def adopted(ruleset: Ruleset, effective_at: int) -> AdoptRuleset:
    return AdoptRuleset(
        ruleset_version=ruleset.version, ruleset_digest=ruleset.digest, effective_at=effective_at
    )


def two_rulesets(other: Ruleset) -> Stage:
    stage = Stage(rulesets={newest(shipped()).digest: newest(shipped()), other.digest: other})
    stage.told(*everyone(), the_ruleset(), OpenInstrument(terms=terms()))
    return stage.deposited(BUYER, 5_000_000)


def worked(stage: Stage) -> list[Fact]:
    """What happens by itself within the next moments."""
    facts = stage.settle()
    for _ in range(6):
        stage.at += 1_000
        facts += stage.settle()
    return facts


def of(facts: list[Fact], kind: type[Any]) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kind)]


def test_when_the_rules_bar_every_place_the_listing_is_on_sale_no_more() -> None:
    strict = barring("general")
    stage = two_rulesets(strict)
    name = terms().instrument_id
    assert stage.market.listings.said[name].outcome == Outcome.ALLOW.value
    stage.ask(POLICY_ACTOR, adopted(strict, stage.at + DAY))
    assert of(stage.settle(), NoDestinationFound) == []
    stage.at += DAY
    facts = worked(stage)
    begun, asked = of(facts, ListingsAskedAgain)
    assert (begun.begins, begun.left, asked.seen, asked.left) == (True, 1, (name,), 0)
    (nowhere,) = of(facts, NoDestinationFound)
    assert (nowhere.listing_id, nowhere.was_on_sale) == (terms().listing_id, True)
    assert "ALL_BARRED" in nowhere.destinations.codes
    assert [each.state for each in of(facts, InstrumentStateSet)] == ["closed"]
    assert (stage.market.instruments[name].state, stage.market.listings.said) == ("closed", {})
    assert (stage.market.listings.todo, of(stage.settle(), ListingsAskedAgain)) == ([], [])


def test_rules_that_say_the_same_change_nothing_and_are_recorded_as_asked() -> None:
    same = rewritten(lambda written: written.update(change_note="The same."))
    stage = two_rulesets(same)
    facts = stage.ask(POLICY_ACTOR, adopted(same, stage.at)) + worked(stage)
    *_, asked = of(facts, ListingsAskedAgain)
    assert (asked.seen, asked.changed) == ((terms().instrument_id,), ())


def test_what_became_otherwise_is_said_of_each_listing_some_at_a_time(monkeypatch: Any) -> None:
    monkeypatch.setattr(again, "STEP", 2)
    other = rewritten(
        lambda written: next(each for each in written["rules"] if each["id"] == "GEN-02").update(
            obligations=["keep_list_version"]
        )
    )
    stage = two_rulesets(other)
    for number in range(4):
        stage.told(OpenInstrument(terms=terms(instrument_id=f"L-{number}", listing_id=f"L-{number}")))
    facts = stage.ask(POLICY_ACTOR, adopted(other, stage.at)) + worked(stage)
    steps = [each for each in of(facts, ListingsAskedAgain) if not each.begins]
    assert [len(each.seen) for each in steps] == [2, 2, 1]
    changed = [each for step in steps for each in step.changed]
    assert len(changed) == 5
    assert {each.destinations.obligations for each in changed} == {("keep_list_version",)}
    assert len({each.decision_id for each in changed}) == 5
    assert {each.settles for each in changed} == {()}


def test_orders_of_a_book_that_may_sell_nowhere_end_with_it() -> None:
    strict = barring("general")
    stage = two_rulesets(strict)
    name = "L-book"
    stage.told(OpenInstrument(terms=terms(instrument_id=name, listing_id=name, posted_price=None)))
    stage.ask(BUYER, a_bid(instrument_id=name, price=5))
    facts = stage.ask(POLICY_ACTOR, adopted(strict, stage.at)) + worked(stage)
    (ended,) = of(facts, OrderCancelled)
    assert (ended.instrument_id, ended.grounds) == (name, "instrument_closed")
    assert stage.market.purses[BUYER]["CNY"].reserved == 0


def test_it_is_the_same_after_a_restart() -> None:
    stage = a_market()
    stage.ask(POLICY_ACTOR, the_ruleset(effective_at=stage.at + DAY))
    stage.at += DAY
    (begun, *_) = of(worked(stage), ListingsAskedAgain)
    assert begun.begins
    again = unpack(pack(stage.market))
    assert (pack(again), again.listings) == (pack(stage.market), stage.market.listings)
