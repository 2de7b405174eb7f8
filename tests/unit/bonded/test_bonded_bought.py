"""Data in a zone that is a product version of the exchange: it is never milder than that, and follows it."""

from typing import Any

import pytest
from msgspec.structs import replace

from exchange.bonded.bought.commands import (
    RecordProductCarried,
    RecordProductReceived,
    RecordProductRegistered,
    RecordProductTraits,
)
from exchange.bonded.bought.describing import DESCRIBED_MAX
from exchange.bonded.commands import RegisterSource
from exchange.bonded.facts import (
    ConsignmentHeld,
    CrossingDecided,
    DecisionRevoked,
    EgressApproved,
    EgressHeld,
    SourceReclassified,
    SourceRegistered,
    TaintsRecomputed,
)
from exchange.kernel.bases import Cause
from exchange.kernel.protocol import Refused
from tests.support.stage import size_bytes
from tests.unit.bonded.stage import (
    EXCHANGE,
    OTHER,
    PLATES,
    PROCESSOR,
    SELLER,
    ZONE,
    ZoneStage,
    a_count,
    a_product,
    a_proposal,
    a_start,
    a_zone,
    an_export,
    digest,
    items,
    traits,
)

NOBODY = traits(contains_pi=False, collected_in=("CN",), persons=0)
BOUGHT = "hub://CN/product/P-07/1"


def told(told: Any = None, *inherited: Any, version: str = "1") -> RecordProductTraits:
    """What the registry's policy says of P-07."""
    return RecordProductTraits(
        product_id="P-07", version=version, traits=told, inherited=inherited, grounds="A find."
    )


def a_zone_that_knows_of_it() -> ZoneStage:
    """Two versions of P-07 are registered."""
    stage = a_zone()
    for version in ("1", "2"):
        stage.given(EXCHANGE, RecordProductRegistered(product_id="P-07", version=version))
    return stage


def of(facts: Any, kind: Any) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kind)]


def follows(stage: ZoneStage, command: RecordProductTraits) -> list[Any]:
    """What comes of it by itself."""
    stage.given(EXCHANGE, command)
    facts = stage.settled()
    assert stage.replayed() == stage.partition.written_down() == stage.reloaded()
    return facts


def a_join(stage: ZoneStage, source_id: str) -> str:
    """A consignment from Germany and the source are joined into a product: its output."""
    name = stage.admitted()
    (output,) = stage.made(
        a_start(items(name, 0, 99), source_ids=(source_id,)), a_product(items(name, 0, 99))
    )
    return output


def carried(stage: ZoneStage, output_id: str) -> Any:
    return stage.state.job_runs[stage.state.outputs[output_id].job_run_id].carried


def test_a_source_follows_the_product_version_that_it_is_of_and_so_does_all_that_was_made_of_it() -> None:
    stage = a_zone_that_knows_of_it()
    source_id = stage.source(traits=NOBODY, made_from=BOUGHT)
    other = stage.source(traits=NOBODY, made_from="hub://CN/product/P-07/2")
    output = a_join(stage, source_id)
    assert not carried(stage, output).domestic_pi
    named = replace(PLATES, field_ids=("F-1",))
    facts = follows(stage, told(named))
    (found,) = of(facts, SourceReclassified)
    assert (found.source_id, found.traits, found.by_id) == (source_id, named, EXCHANGE)
    assert found.grounds == "It is of P-07/1. A find."
    assert of(facts, TaintsRecomputed)[-1].changed
    assert carried(stage, output).domestic_pi
    assert stage.state.origins[other].traits == NOBODY
    follows(stage, told(NOBODY))
    assert not carried(stage, output).domestic_pi


def test_what_is_found_of_its_upstream_is_carried_until_somebody_has_looked() -> None:
    stage = a_zone_that_knows_of_it()
    source_id = stage.source(traits=NOBODY, made_from=BOUGHT)
    output = a_join(stage, source_id)
    follows(stage, told(None, "domestic", "important", "personal"))
    now = carried(stage, output)
    assert (now.domestic_pi, now.important, now.complete) == (True, True, False)
    assert stage.state.origins[source_id].traits == NOBODY
    later = stage.gave(
        SourceRegistered,
        PROCESSOR,
        RegisterSource(zone_id=ZONE, title="More", sha256=digest("more"), traits=NOBODY, made_from=BOUGHT),
    )
    assert (later.carried.domestic_pi, later.carried.complete) == (True, False)
    follows(stage, told(NOBODY))
    now = carried(stage, output)
    assert (now.domestic_pi, now.important, now.complete) == (False, False, True)


def in_bond(*carried: Any) -> RecordProductCarried:
    """What the zone that made P-07 says that it carries."""
    return RecordProductCarried(product_id="P-07", version="1", carried=carried, grounds="Its zone says so.")


@pytest.mark.parametrize(
    ("found", "missing"),
    [
        (("domestic",), "data.contains_pi"),
        (("personal",), "data.contains_pi"),
        (("us",), "data.us_class"),
    ],
)
@pytest.mark.parametrize("by", [told, in_bond])
def test_what_is_found_and_nobody_has_looked_for_keeps_in_what_was_made_of_data_about_nobody(
    by: Any, found: Any, missing: str
) -> None:
    stage = a_zone_that_knows_of_it()
    source_id = stage.source(traits=NOBODY, made_from=BOUGHT)
    name = stage.admitted(traits=traits(contains_pi=False, persons=0))
    (output,) = stage.made(
        a_start(items(name, 0, 99), source_ids=(source_id,)), a_product(items(name, 0, 99))
    )
    stage.given(PROCESSOR, a_count(name, 9_900))
    egress = stage.requested(an_export(output))
    assert stage.state.egresses[egress].phase == "approved"
    facts = follows(stage, by(*found) if by is in_bond else by(None, *found))
    assert of(facts, DecisionRevoked)
    assert of(facts, EgressHeld)
    decided = of(facts, CrossingDecided)[-1]
    assert decided.outcome == "REVIEW"
    assert missing in decided.missing
    assert of(follows(stage, in_bond() if by is in_bond else told(NOBODY)), EgressApproved)


def test_what_the_zone_that_made_it_says_is_news_once_and_only_where_a_description_does_not_say_so() -> None:
    stage = a_zone_that_knows_of_it()
    plain, plates = (stage.source(traits=each, made_from=BOUGHT) for each in (NOBODY, PLATES))
    follows(stage, in_bond("domestic", "personal"))
    assert stage.state.origins[plain].carried.unsaid == ("domestic", "personal")
    assert stage.state.origins[plates].carried.unsaid == ()
    assert of(follows(stage, in_bond("domestic", "personal")), SourceReclassified) == []
    later = stage.source(traits=NOBODY, made_from=BOUGHT)
    assert stage.state.origins[later].carried.unsaid == ("domestic", "personal")
    (fact,) = stage.ask(PROCESSOR, in_bond())
    assert isinstance(fact, Refused)


def test_how_many_persons_have_left_is_not_known_once_more_are_found_in_it() -> None:
    stage = a_zone_that_knows_of_it()
    name = stage.admitted(handbook_no="HB-1", traits=replace(PLATES, persons=5), made_from=BOUGHT)
    (output,) = stage.made(a_start(items(name, 0, 99), keeps_separable=True), a_product(items(name, 0, 99)))
    stage.given(PROCESSOR, a_count(name, 9_900))
    export = an_export(output, purpose="other")
    (decided,) = of(stage.ask(PROCESSOR, export), CrossingDecided)
    assert '"pi_count_cum":5' in decided.crossing
    follows(stage, told(None, "personal"))
    (decided,) = of(stage.ask(PROCESSOR, export), CrossingDecided)
    assert '"pi_count_cum":null' in decided.crossing


def test_a_consignment_that_was_let_in_as_something_else_is_put_to_people_again() -> None:
    stage = a_zone_that_knows_of_it()
    name = stage.admitted(made_from="hub://DE/product/P-07/1")
    facts = follows(stage, told(traits(collected_in=("DE", "VN"))))
    assert [(each.subject, each.stage, each.ground) for each in of(facts, DecisionRevoked)] == [
        (name, "admitted", "reclassified")
    ]
    assert of(facts, ConsignmentHeld)[-1].consignment_id == name


@pytest.mark.parametrize("described", [NOBODY, replace(PLATES, category="general", collected_in=("DE",))])
def test_what_is_of_a_re_classified_version_is_described_no_milder(described: Any) -> None:
    stage = a_zone()
    stage.given(EXCHANGE, told(replace(PLATES, category="important")))
    register = RegisterSource(
        zone_id=ZONE, title="Plates", sha256=digest("x"), traits=described, made_from=BOUGHT
    )
    (fact,) = stage.ask(PROCESSOR, register)
    assert isinstance(fact, Refused)
    assert (fact.reason, fact.subject) == ("TRAITS_OUTDATED", "Plates")
    (fact,) = stage.ask(SELLER, a_proposal(traits=described, made_from=BOUGHT))
    assert isinstance(fact, Refused)
    assert (fact.reason, fact.subject) == ("TRAITS_OUTDATED", a_proposal().handbook_no)
    a_part = replace(PLATES, category="important", persons=5, sector="harbours")
    assert stage.source(traits=a_part, made_from=BOUGHT)


def test_what_is_of_a_version_is_described_no_milder_than_that_was_registered() -> None:
    stage = a_zone()
    stage.given(EXCHANGE, RecordProductRegistered(product_id="P-07", version="1", traits=PLATES))
    register = RegisterSource(
        zone_id=ZONE, title="Plates", sha256=digest("x"), traits=NOBODY, made_from=BOUGHT
    )
    (fact,) = stage.ask(PROCESSOR, register)
    assert isinstance(fact, Refused)
    assert (fact.reason, fact.subject) == ("TRAITS_OUTDATED", "Plates")
    assert "contains_pi" in fact.detail
    part = stage.source(traits=replace(PLATES, persons=5), made_from=BOUGHT)
    follows(stage, told(None, "important"))
    assert stage.state.origins[part].traits.persons == 5
    stage.given(EXCHANGE, told(NOBODY))
    assert stage.source(traits=NOBODY, made_from=BOUGHT)


def test_many_are_re_classified_a_few_at_a_time() -> None:
    stage = a_zone_that_knows_of_it()
    for _ in range(DESCRIBED_MAX + 1):
        stage.source(traits=NOBODY, made_from=BOUGHT)
    stage.given(EXCHANGE, told(PLATES))
    step = stage.decider.expire(stage.state, Cause("bonded", 0, 99, EXCHANGE, "t", stage.at))
    assert len(of(step, SourceReclassified)) == DESCRIBED_MAX
    assert size_bytes(tuple(step)) < 64 * 1024
    assert len(of(stage.settled(), SourceReclassified)) == DESCRIBED_MAX + 1


def test_only_the_exchange_brings_it() -> None:
    (fact,) = a_zone().ask(PROCESSOR, told(NOBODY))
    assert isinstance(fact, Refused)
    assert fact.reason == "NOT_PERMITTED"


def received(*kinds: Any, by: str = SELLER) -> RecordProductReceived:
    """Under what somebody has P-07."""
    return RecordProductReceived(participant_id=by, product_id="P-07", version="1", received_under=kinds)


BOUND = RecordProductRegistered(product_id="P-07", version="1", received_under=("GBA-SC",))
FREE = RecordProductRegistered(product_id="P-07", version="1")


@pytest.mark.parametrize(
    ("known", "bars"),
    [
        ((BOUND,), True),
        ((FREE, received("GBA-SC")), True),
        ((FREE, told(None)), False),
        ((FREE, received("GBA-SC", by=OTHER)), False),
    ],
)
def test_what_was_received_in_the_greater_bay_area_does_not_come_in(known: Any, bars: bool) -> None:
    stage = a_zone()
    stage.given(EXCHANGE, *known)
    (decided,) = of(stage.ask(PROCESSOR, a_proposal(made_from=BOUGHT)), CrossingDecided)
    assert decided.admitted is not bars
    assert ("GBA_SCOPE" in decided.deciding_codes) is bars


def test_what_is_found_to_have_been_received_there_leaves_no_more() -> None:
    stage = a_zone_that_knows_of_it()
    source_id = stage.source(traits=NOBODY, made_from=BOUGHT)
    name = stage.admitted()
    (output,) = stage.made(
        a_start(items(name, 0, 99), source_ids=(source_id,)), a_product(items(name, 0, 99))
    )
    stage.given(PROCESSOR, a_count(name, 9_900))
    egress = stage.requested(an_export(output))
    assert stage.state.egresses[egress].phase == "approved"
    facts = follows(stage, received("GBA-SC", by=PROCESSOR))
    assert stage.state.egresses[egress].phase == "held"
    assert "GBA_SCOPE" in of(facts, CrossingDecided)[-1].deciding_codes
    assert of(follows(stage, received("GBA-SC", by=PROCESSOR)), SourceReclassified) == []
