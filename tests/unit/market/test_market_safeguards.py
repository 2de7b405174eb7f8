"""Safeguards in a market: which crossings they are shown to, whom they tell apart, and when they end."""

from typing import Any

import pytest
from msgspec.structs import replace

from exchange.fence import read_crossing
from exchange.fence.listed import REFS_MAX
from exchange.fence.recorded import shown
from exchange.kernel.lists import ListEntry, ListTerms
from exchange.kernel.safeguard import SAFEGUARDS_MAX, SafeguardTerms
from exchange.kernel.time import instant
from exchange.market import order_fold
from exchange.market.commands import OpenInstrument, RecordParticipant, Side, TimeInForce
from exchange.market.facts import FenceDecided, OrderAccepted, TradeMatched
from exchange.market.lists.commands import BringList
from exchange.market.persons.commands import BringPersons
from exchange.market.safeguards.commands import BringSafeguard
from exchange.market.safeguards.state import between
from exchange.market.weighing import weight
from tests.unit.market.people import (
    EXPORTER,
    RECIPIENT,
    a_buy,
    a_certificate,
    a_contract,
    a_market_of_people,
    a_union,
    brought,
    of_people,
)
from tests.unit.market.stage import (
    NOON,
    SELLER,
    Stage,
    a_standing,
    an_ask,
    decided_last,
    names,
    pack,
    refusal,
    the,
)


def shown_to(stage: Stage, exporter_id: str = EXPORTER, recipient_id: str = RECIPIENT) -> list[str]:
    """The safeguards that a crossing between two would be decided with."""
    return [each.id for each in shown(between(stage.market.safeguards, exporter_id, recipient_id), stage.at)]


def fenced(stage: Stage, **changed: Any) -> FenceDecided:
    return decided_last(stage, RECIPIENT, a_buy(**changed))


def test_only_the_exchange_itself_brings_safeguards_and_persons() -> None:
    stage = a_market_of_people()
    for command in (BringSafeguard(safeguard=a_certificate()), BringPersons(united=a_union("1", persons=5))):
        assert refusal(stage.ask(EXPORTER, command)).reason == "NOT_PERMITTED"


def test_without_a_safeguard_persons_do_not_leave_and_with_one_they_do() -> None:
    stage = a_market_of_people()
    said = refusal(stage.ask(RECIPIENT, a_buy()))
    assert (said.reason, said.codes) == ("FENCE_REFUSED", ("CN_ART8_FILE",))
    brought(stage, a_certificate())
    facts = stage.ask(RECIPIENT, a_buy())
    decided = the(FenceDecided, facts)
    assert (decided.outcome, decided.satisfied_by) == ("ALLOW_COND", ("I-04",))
    assert names(facts)[-1] == "EntitlementGranted"


@pytest.mark.parametrize(
    ("changed", "note"),
    [
        ({"status": "revoked"}, "INSTRUMENT_REVOKED"),
        ({"scope_changed": True}, "SCOPE_CHANGED"),
        ({"names_destinations": ("JP",)}, "INSTRUMENT_MISMATCH"),
        ({"valid_to": "2026-11-01"}, "INSTRUMENT_EXPIRED"),
    ],
)
def test_once_a_safeguard_stands_otherwise_it_counts_no_more(changed: dict[str, Any], note: str) -> None:
    stage = brought(a_market_of_people(), a_certificate())
    assert "TradeMatched" in names(stage.ask(RECIPIENT, a_buy()))
    brought(stage, replace(a_certificate(), **changed))
    decided = fenced(stage)
    assert (decided.outcome, decided.note_codes) == ("FILE", (note,))


def test_a_safeguard_of_others_is_shown_to_nobody_else() -> None:
    stage = brought(
        a_market_of_people(),
        a_contract("S-1"),
        a_contract("S-2", recipient_id="BU-JP-01"),
        a_certificate("S-3", exporter_id=SELLER),
        a_certificate("S-4", kind="CBPR", exporter_id=None, recipient_id=RECIPIENT),
        a_contract("S-5", exporter_id=RECIPIENT, recipient_id=EXPORTER),
        a_contract("S-6", kind="GBA-SC", exporter_id=RECIPIENT, recipient_id=EXPORTER),
    )
    assert shown_to(stage) == ["S-1", "S-4", "S-6"]
    assert shown_to(stage, recipient_id="BU-JP-01") == ["S-2"]


def test_a_decision_is_made_with_so_many_at_most_and_rather_with_those_that_have_not_ended() -> None:
    ended = [a_certificate(f"A-{number:02}", valid_to="2026-03-01") for number in range(SAFEGUARDS_MAX)]
    stage = brought(a_market_of_people(), *ended, a_certificate("Z-1"))
    found = shown_to(stage)
    assert len(found) == SAFEGUARDS_MAX
    assert found[-1] == "Z-1"


def test_an_unfiled_contract_counts_until_its_due_date_and_again_once_it_is_filed() -> None:
    unfiled = a_contract(filed_on=None, valid_from="2026-11-02", filing_due_on="2026-11-16")
    stage = brought(a_market_of_people(), unfiled)
    assert fenced(stage).holds_until == instant("2026-11-16T16:00:00Z")
    stage.at = instant("2026-11-16T16:00:00Z")
    decided = fenced(stage)
    assert (decided.outcome, decided.deciding_codes) == ("DENY", ("CN_SCC_NOT_FILED",))
    brought(stage, replace(unfiled, filed_on="2026-11-17"))
    assert fenced(stage).outcome == "ALLOW_COND"


def test_an_answer_ends_with_the_safeguard_that_it_rests_on() -> None:
    """SC-14: the certificate of a recipient ends at midnight of its issuer's time zone."""
    identities = of_people(
        instrument_id="L-20.1",
        seller_id=EXPORTER,
        stored_in="SG",
        persons=40,
        told={"collected_in": ("SG",), "sensitive_persons": 0},
    )
    certificate = a_certificate(
        "I-10",
        kind="CBPR",
        exporter_id=None,
        recipient_id="BU-JP-01",
        recognised_in=("JP",),
        valid_from="2025-12-16",
        valid_to="2026-12-15",
        tz="Asia/Singapore",
    )
    stage = brought(a_market_of_people(identities), certificate).deposited("BU-JP-01", 1_000)
    use = replace(a_buy().use, place_of_use="JP")
    decided = the(FenceDecided, stage.ask("BU-JP-01", a_buy(use=use)))
    assert (decided.outcome, decided.deciding_codes) == ("ALLOW_COND", ("SG_CERT",))
    assert decided.holds_until == instant("2026-12-15T16:00:00Z")
    stage.at = instant("2026-12-15T16:00:00Z")
    lapsed = decided_last(stage, "BU-JP-01", a_buy(use=use))
    assert (lapsed.outcome, lapsed.deciding_codes) == ("DENY", ("SG_S26",))
    assert lapsed.note_codes == ("INSTRUMENT_EXPIRED",)


def two_bids(*told: SafeguardTerms) -> Stage:
    """P-20 in a book that anyone may sell in; two buyers in Singapore bid."""
    stage = a_market_of_people(of_people(seller_id=None, posted_price=None))
    stage.told(RecordParticipant(standing=a_standing("BU-SG-02", "SG", "buyer")))
    brought(stage, *told).deposited("BU-SG-02", 1_000)
    for buyer in ("BU-SG-02", RECIPIENT):
        stage.ask(buyer, a_buy(time_in_force=TimeInForce.GOOD_TILL_CANCELLED))
    return stage


def a_book() -> Stage:
    """Two buyers bid, then the exporter asks."""
    stage = two_bids()
    stage.ask(EXPORTER, an_ask(10, instrument_id="L-20.1"))
    return stage


def test_in_a_book_whoever_a_safeguard_names_is_told_from_those_who_came_earlier() -> None:
    stage = a_book()
    assert [order.side for order in stage.market.orders.values()] == [Side.BID, Side.BID, Side.ASK]
    brought(stage, a_contract())
    assert the(TradeMatched, stage.settle()).buyer_id == RECIPIENT
    assert stage.settle() == []
    brought(stage, a_certificate())
    stage.ask(EXPORTER, an_ask(10, instrument_id="L-20.1"))
    assert the(TradeMatched, [each for each, _ in stage.journal[-4:]]).buyer_id == "BU-SG-02"


def test_a_bid_that_is_refused_though_its_ladder_is_not_is_noted_as_crossed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A bug: safeguards tell nobody apart. What is left of the ask is tried again, and no worker stops."""
    monkeypatch.setattr(order_fold, "told_apart_by", lambda *given: (False, False))
    stage = two_bids(a_contract(recipient_id="BU-SG-02"))
    facts = stage.ask(EXPORTER, an_ask(10, 2, instrument_id="L-20.1"))
    assert the(TradeMatched, facts).buyer_id == "BU-SG-02"
    accepted = the(OrderAccepted, facts)
    assert (accepted.crosses, accepted.retry_at) == (True, instant("2026-12-31T16:00:00Z"))
    assert "TradeMatched" not in names(stage.settle())


def test_what_was_brought_is_remembered_alike_by_whoever_reads_the_journal() -> None:
    stage = brought(a_book(), a_contract(), a_certificate(), a_union("1", "2", persons=9_900))
    stage.settle()
    again = Stage()
    for fact, at in stage.journal:
        again.decider.evolve(again.market, fact, at)
    assert pack(again.market) == pack(stage.market)
    assert stage.at == NOON


def test_a_safeguard_known_before_its_parties_are_counts_once_they_come() -> None:
    stage = brought(a_market_of_people(), a_contract(recipient_id="BU-SG-09"))
    stage.told(RecordParticipant(standing=a_standing("BU-SG-09", "SG", "buyer")))
    stage.told(OpenInstrument(terms=of_people("9")))
    stage.deposited("BU-SG-09", 1_000)
    assert "TradeMatched" in names(stage.ask("BU-SG-09", a_buy("9")))


def test_the_largest_safeguards_and_lists_leave_room_in_an_outcome() -> None:
    countries = tuple(f"{first}{second}" for first in "AB" for second in "ABCDEFGHIJ")
    large = [
        a_certificate(f"{number:080}", names_destinations=(*countries[:19], "SG"), recognised_in=countries)
        for number in range(SAFEGUARDS_MAX)
    ]
    zones = ("CN-LG", *(f"{number:060}" for number in range(9)))
    entry = ListEntry(sector="healthcare", scenario_id="SH-7", field_ids=("f",))
    lists = [
        BringList(
            terms=ListTerms(
                list_id=f"{number:080}",
                kind="FTZ-NEG",
                version="v" * 60,
                zone_scope=zones,
                valid_from="2026-01-01",
                valid_to="2026-10-01",
                tz="Asia/Shanghai",
                entries=(entry,),
            )
        )
        for number in range(REFS_MAX + 3)
    ]
    fields = tuple(f"f{'x' * 90}{number}" for number in range(100))
    terms = of_people(told={"scenario_ids": ("SH-7",), "field_ids": fields})
    stage = brought(a_market_of_people(terms), *large).told(*lists)
    decided = fenced(stage, use=replace(a_buy().use, scenario_id="SH-7"))
    (hop,) = read_crossing(decided.crossing).hops
    assert (len(hop.safeguards), len(hop.list_refs)) == (SAFEGUARDS_MAX, REFS_MAX)
    assert weight(decided) < 64 * 1024
