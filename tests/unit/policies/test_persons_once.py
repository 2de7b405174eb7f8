"""Persons behind a bonded product count once, over what its zone let out and what markets sold of it."""

from typing import Any

import pytest

from exchange.bonded import commands as bonded_asked
from exchange.bonded.facts import CrossingDecided
from exchange.bonded.persons.facts import PersonsCounted
from exchange.fence import read_crossing
from exchange.kernel.bases import Command, FactMeta, Recorded
from exchange.kernel.persons import UnitedPersons, VersionName
from exchange.kernel.protocol import Refused
from exchange.market.commands import RecordParticipant
from exchange.market.facts import FenceDecided, TradeMatched
from exchange.market.persons.commands import BringExport, BringPersons
from exchange.market.persons.facts import ExportBrought, SoldFromBond
from exchange.market.persons.running import sold_in
from exchange.policies.bonded_market import BONDED_MARKET
from exchange.policies.market_bonded import MARKET_BONDED
from tests.unit.bonded.stage import (
    EXCHANGE,
    PROCESSOR,
    SELLER,
    a_count,
    a_product,
    a_start,
    an_export,
    items,
    traits,
)
from tests.unit.market.stage import a_standing, sold_abroad
from tests.unit.policies.test_bonded_market import (
    FRAMES,
    INSTRUMENT,
    Both,
    OpenInstrument,
    a_bid,
    a_use,
    terms,
)

META = FactMeta(seq=0, claim=0, cause=0, index=0, last=0, command_id="c", actor="exchange", at=0)


class Once(Both):
    """Both, and what the market says reaches the zone too."""

    heard = 0

    def all(self) -> None:
        """What either has said since."""
        for _ in range(3):
            self.market.settle()
            fresh, self.heard = self.market.journal[self.heard :], len(self.market.journal)
            for fact, _ in fresh:
                for ask in MARKET_BONDED.react(Recorded(META, fact)):
                    self.zone.given(EXCHANGE, ask.command)
            self.hear()


def made(both: Once, version: str, first: int, *sources: str) -> str:
    """Frames of one consignment, with number plates, as a version on sale."""
    zone = both.zone
    name = next(iter(zone.state.consignments), None) or zone.admitted()
    start = a_start(items(name, first, first + 99), source_ids=sources, keeps_separable=True)
    (output,) = zone.made(start, a_product(items(name, first, first + 99)))
    zone.given(PROCESSOR, bonded_asked.OfferOutput(output_id=output, product_id="P-01", version=version))
    zone.given(PROCESSOR, a_count(name, 9_900 - first))
    if version != "1.0":
        changed: dict[str, Any] = {
            "version": version,
            "instrument_id": f"L-{version}",
            "listing_id": f"L-{version}",
        }
        both.market.told(OpenInstrument(terms=terms(**(FRAMES | changed))))
    both.all()
    return output


def sold(both: Once, version: str = "1.0") -> FenceDecided:
    """A version, sold to Germany; what the fence was asked."""
    instrument = INSTRUMENT if version == "1.0" else f"L-{version}"
    use = a_use(purpose="sale", place_of_use="DE", foreign_authority_request=False)
    facts = both.market.ask(SELLER, a_bid(4_800_000, instrument_id=instrument, use=use))
    assert any(isinstance(each, TradeMatched) for each in facts), facts
    both.all()
    return next(each for each in facts if isinstance(each, FenceDecided))


def counts(decided: FenceDecided | CrossingDecided) -> tuple[int | None, int | None]:
    """Of the mainland and of elsewhere, as a decision counted them."""
    found = read_crossing(decided.crossing).hops[0].counts
    return found.pi_count_cum, found.foreign_count_cum


def exported(both: Once, output: str) -> CrossingDecided:
    return both.zone.gave(CrossingDecided, PROCESSOR, an_export(output))


def test_what_a_market_sold_counts_in_its_zone() -> None:
    both = Once()
    first, other = both.zone.source(), both.zone.source()
    made(both, "1.0", 0, first)
    again, strange = made(both, "1.1", 100, first), made(both, "1.2", 200, other)
    sold(both)
    assert exported(both, again).reason_codes[-1] == "CN_ART5_LT100K"
    assert exported(both, strange).reason_codes[-1] == "COUNTS_MISSING"
    assert both.zone.replayed() == both.zone.partition.written_down()


def test_what_a_zone_let_out_counts_in_the_markets() -> None:
    both = Once()
    first, other = both.zone.source(), both.zone.source()
    out = made(both, "1.0", 0, first)
    made(both, "1.1", 100, first)
    made(both, "1.2", 200, other)
    both.zone.requested(an_export(out))
    both.all()
    assert counts(sold(both, "1.1")) == (50_000, 800_000)
    use = a_use(purpose="sale", place_of_use="DE", foreign_authority_request=False)
    (no,) = [
        each
        for each in both.market.ask(SELLER, a_bid(4_800_000, instrument_id="L-1.2", use=use))
        if isinstance(each, Refused)
    ]
    assert "COUNTS_MISSING" in no.codes


def test_the_same_output_let_out_and_sold_counts_once() -> None:
    both = Once()
    output = made(both, "1.0", 0, both.zone.source())
    both.zone.requested(an_export(output))
    both.all()
    before = sold_abroad(both.market, PROCESSOR)
    assert sorted(before.values()) == [(0, 0, 800_000), (50_000, 0, 0)]
    assert counts(sold(both)) == (50_000, 800_000)
    assert sold_abroad(both.market, PROCESSOR) == before


def test_versions_of_one_consignment_hold_the_same_persons() -> None:
    both = Once()
    made(both, "1.0", 0)
    made(both, "1.1", 100)
    sold(both)
    assert counts(sold(both, "1.1")) == (0, 800_000)
    assert list(sold_abroad(both.market, PROCESSOR).values()) == [(0, 0, 800_000)]


def test_what_origins_hold_together_is_declared_of_the_versions_by_which_they_left() -> None:
    both = Once()
    made(both, "1.0", 0, both.zone.source())
    made(both, "1.1", 100, both.zone.source())
    versions = tuple(VersionName(product_id="P-01", version=each) for each in ("1.0", "1.1"))
    united = UnitedPersons(
        declaration_id="PD-1",
        exporter_id=PROCESSOR,
        year=2026,
        versions=versions,
        persons=60_000,
        sensitive_persons=0,
        foreign_persons=800_000,
    )
    both.market.told(BringPersons(united=united))
    sold(both)
    assert counts(sold(both, "1.1")) == (60_000, 800_000)


def test_a_sale_is_told_once_and_every_other_market_hears_of_it_from_the_zone() -> None:
    both = Once()
    output = made(both, "1.0", 0)
    sold(both)
    both.bid()
    both.all()
    told = [fact for fact, _ in both.market.journal if isinstance(fact, SoldFromBond)]
    assert [(each.output_id, each.zone_id, each.year) for each in told] == [(output, "BZ-2", 2026)]
    counted = [each for each in both.zone.journal if isinstance(each.fact, PersonsCounted)]
    ((ask,),) = [BONDED_MARKET.react(each) for each in counted]
    assert (ask.context, ask.key) == ("market", None)
    assert isinstance(ask.command, BringExport)
    assert (ask.command.by, ask.command.owner) == (("P-01/1.0",), f"UBO-{SELLER}")
    assert both.market.market.persons.untold == {}


def test_a_sale_to_another_group_is_told_too_and_no_sale_to_the_same_twice() -> None:
    both = Once()
    made(both, "1.0", 0)
    use = a_use(purpose="sale", place_of_use="DE", foreign_authority_request=False)
    for owner in (f"UBO-{SELLER}", "UBO-ELSE", "UBO-ELSE"):
        both.market.told(
            RecordParticipant(standing=a_standing(SELLER, "DE", "buyer", beneficial_owner=owner))
        )
        facts = both.market.ask(SELLER, a_bid(4_800_000, instrument_id=INSTRUMENT, use=use))
        assert any(isinstance(each, TradeMatched) for each in facts)
        both.all()
    told = [fact.owner for fact, _ in both.market.journal if isinstance(fact, SoldFromBond)]
    assert told == [f"UBO-{SELLER}", "UBO-ELSE"]
    received = both.zone.state.received
    assert sorted(received) == ["UBO-ELSE 2026", f"UBO-{SELLER} 2026"]
    assert received["UBO-ELSE 2026"] == received[f"UBO-{SELLER} 2026"]
    assert both.market.market.persons.untold == {}
    assert both.zone.replayed() == both.zone.partition.written_down()


def test_a_stream_of_it_that_outlasts_the_year_carries_its_origins_into_the_next() -> None:
    both = Once(unit="month")
    made(both, "1.0", 0)
    use = a_use(purpose="sale", place_of_use="DE", foreign_authority_request=False)
    bid = a_bid(4_800_000, instrument_id=INSTRUMENT, use=use, quantity=3)
    assert any(isinstance(each, TradeMatched) for each in both.market.ask(SELLER, bid))
    (found,) = sold_in(both.market.market.persons, PROCESSOR, 2027).values()
    assert (tuple(found.numbers), found.by) == ((0, 0, 800_000), ["P-01/1.0"])


def test_what_nobody_is_behind_is_told_to_no_market() -> None:
    both = Once()
    name = both.zone.admitted(traits=traits(contains_pi=False, persons=0))
    (output,) = both.zone.made(a_start(items(name, 0, 9)), a_product())
    both.zone.given(PROCESSOR, a_count(name, 9_990))
    both.zone.requested(an_export(output))
    (counted,) = [each for each in both.zone.journal if isinstance(each.fact, PersonsCounted)]
    assert BONDED_MARKET.react(counted) == ()


def test_persons_of_a_year_that_is_over_change_nothing() -> None:
    both = Once()
    made(both, "1.0", 0)
    sold(both)
    before = sold_abroad(both.market, PROCESSOR)
    (old,) = [fact for fact, _ in both.market.journal if isinstance(fact, ExportBrought)]
    late = BringExport(exporter_id=PROCESSOR, year=2025, owner="UBO-9", by=("X",), persons=old.persons)
    both.market.told(late)
    assert sold_abroad(both.market, PROCESSOR) == before


@pytest.mark.parametrize("actor", [PROCESSOR, "OP-CN-01"])
def test_nobody_but_the_exchange_brings_what_was_let_out(actor: str) -> None:
    both = Once()
    command: Command = BringExport(exporter_id=PROCESSOR, year=2026, owner="UBO-9", by=(), persons=())
    (no,) = both.market.ask(actor, command)
    assert isinstance(no, Refused)
    assert no.reason == "NOT_PERMITTED"
