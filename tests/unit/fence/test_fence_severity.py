"""What makes an answer more severe and what does not: safeguards, taints, and the order of the regimes."""

import json
from copy import deepcopy
from datetime import date
from random import Random
from typing import Any, get_args

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from exchange.fence import (
    Crossing,
    FenceDecision,
    Hop,
    LineageEntity,
    LineageGraph,
    LineageJob,
    Outcome,
    decide,
    engine,
    parse_ruleset,
)
from exchange.fence.attested import with_attested
from exchange.fence.engine import decide_plainly
from exchange.fence.regimes import REGIMES
from exchange.fence.safeguards import country
from exchange.kernel.attestation import AttestationKind, AttestationTerms
from tests.benchmarks.intents import drawn
from tests.unit.fence.cases import DAY_ONE, a_safeguard, changed, content, decided, hop_of, shipped
from tests.unit.fence.crossings import MORE_TYPES, TYPES

many = settings(max_examples=400, deadline=None)
LONG_AGO, FAR_AHEAD = date(2010, 1, 1), date(2040, 1, 1)
seeds = st.integers(0, 2**32 - 1)


def crossing_of_chance(seed: int) -> Crossing:
    """The crossing of one or two hops, sensible or not, that a seed stands for: drawn by chance it costs little."""
    return next(drawn(1, seed))


def hop_of_chance(seed: int) -> Hop:
    return crossing_of_chance(seed).hops[0]


CLEARED_BY_A_TAINT = {
    "GEN-00": "nobody said where the data was collected, and the taint says so",
    "GEN-05": "nobody knew whether there was a taint, and now it is known",
    "CN-06": "lineage and places of collection did not agree on the mainland, and now they do",
}
"""Rules whose answer a taint can take away. None of them is about what was done with the data: each asks for a fact
that was lacking, and the taint is that fact. Any other answer stays or becomes more severe."""


@st.composite
def valid_safeguards(draw: st.DrawFn, hop: Hop) -> Any:
    """One that holds for this hop at its moment: for anybody and anywhere, or for exactly these parties and places."""
    places = {
        hop.destination,
        *hop.remote_access_from,
        "CN" if hop.origin in ("CN", "CN-LG") else hop.destination,
    }
    named = tuple(sorted(str(country(place)) for place in places))
    return a_safeguard(
        draw(st.sampled_from(TYPES + MORE_TYPES)),
        id="NEW",
        exporter_id=draw(st.sampled_from((None, hop.exporter.id))),
        recipient_id=draw(st.sampled_from((None, hop.recipient.id))),
        names_destinations=draw(st.sampled_from((("ANY",), named))),
        recognised_in=(str(country(hop.recipient.place)),),
        valid_from=None,
        valid_to=None,
        **draw(st.sampled_from(({"filed_on": LONG_AGO}, {"filing_due_on": FAR_AHEAD}))),
    )


@many
@given(seeds, st.data())
def test_one_more_safeguard_that_is_valid_and_filed_in_time_is_never_more_severe(
    seed: int, data: st.DataObject
) -> None:
    hop = hop_of_chance(seed)
    more = replace(hop, safeguards=(*hop.safeguards, data.draw(valid_safeguards(hop))))
    before, after = decided(hop), decided(more)
    event(f"{before.outcome.value} -> {after.outcome.value}")
    assert after.outcome <= before.outcome


@many
@given(seeds, st.sampled_from(get_args(AttestationKind)), st.data())
def test_a_party_s_word_is_never_more_severe(seed: int, kind: AttestationKind, data: st.DataObject) -> None:
    hop = hop_of_chance(seed)
    places = (*hop.remote_access_from, hop.origin if kind == "IN_TRANSIT" else hop.destination)
    word = AttestationTerms(
        attestation_id="AT-1",
        kind=kind,
        by_id=data.draw(st.sampled_from((hop.exporter.id, hop.recipient.id))),
        about="P-1/1",
        recipient_id=data.draw(st.sampled_from((None, hop.recipient.id))),
        places=tuple(place for place in places if place is not None),
        purpose=hop.purpose if kind == "ART5_BASIS" else None,  # type: ignore[arg-type]
        issuer="Somebody",
        evidence_digest=bytes(32),
        valid_from="2010-01-01",
        valid_to=None,
        tz="UTC",
    )
    bare = replace(
        hop,
        consents=(),
        art5_basis_documented=False,
        us_security_controls=False,
        in_transit_at_origin=False,
    )
    before, after = decided(bare), decided(with_attested(bare, (word,)))
    event(f"{kind}: {before.outcome.value} -> {after.outcome.value}")
    assert after.outcome <= before.outcome


def test_a_safeguard_that_is_not_filed_in_time_can_be_more_severe() -> None:
    """Why the property says "filed in time": rules.md bars who holds a standard contract and does not file it."""
    late = a_safeguard("CN-SCC", filing_due_on=DAY_ONE)
    assert decided(hop_of("T-06", safeguards=())).outcome is Outcome.FILE
    assert decided(hop_of("T-06", safeguards=(late,))).deciding_codes == ("CN_SCC_NOT_FILED",)


@st.composite
def tainted(draw: st.DrawFn, hop: Hop) -> Hop:
    """`hop` with personal information of the mainland mixed in, separable or not."""
    lineage = replace(
        hop.lineage, domestic_pi_introduced=True, separable=draw(st.sampled_from((True, False, None)))
    )
    if hop.lineage.domestic_pi_introduced is True:
        # More of what is there already cannot be taken out any more easily.
        lineage = replace(lineage, separable=hop.lineage.separable)
    return replace(hop, lineage=lineage, collected_in=tuple(dict.fromkeys((*hop.collected_in, "CN"))))


@many
@given(seeds, st.data())
def test_a_domestic_taint_is_never_milder_but_where_it_is_the_fact_that_was_lacking(
    seed: int, data: st.DataObject
) -> None:
    hop = changed(hop_of_chance(seed), data__contains_pi=True)
    unknown = data.draw(st.sampled_from((hop, hop, hop, replace(hop, collected_in=()))))
    before, after = decided(unknown), decided(data.draw(tainted(unknown)))
    event(f"{before.outcome.value} -> {after.outcome.value}")
    if after.outcome < before.outcome:
        deciding = {each.rule_id for each in before.contributions if each.outcome is before.outcome}
        assert deciding <= CLEARED_BY_A_TAINT.keys()


def graph_of_chance(chance: Random) -> LineageGraph:
    """Sources of all kinds and a chain of jobs over them, the last of which writes the target."""
    sources = [
        LineageEntity(
            id=f"S{number}",
            source=True,
            origins=tuple(chance.sample(("DE", "HK", "SG", "CN"), chance.randrange(3))),
            domestic_pi=chance.choice((False, False, True, None)),
            important=chance.choice((False, False, False, True)),
        )
        for number in range(3)
    ]
    jobs, known = [], [each.id for each in sources]
    for number in range(chance.randrange(1, 4)):
        known.append(f"W{number}")
        report = chance.random() < 0.3
        jobs.append(
            LineageJob(
                id=f"J{number}",
                inputs=tuple(chance.sample(known[:-1], chance.randrange(1, 3))),
                outputs=(known[-1],),
                keeps_separable=chance.choice((True, True, False, None)),
                anonymisation_report="passed" if report else None,
                clears=("domestic_pi",) if report else (),
            )
        )
    written = [LineageEntity(id=name, source=False) for name in known if name.startswith("W")]
    return LineageGraph(target=known[-1], entities=(*sources, *written), jobs=tuple(jobs))


def with_one_more_source(graph: LineageGraph, chance: Random) -> LineageGraph:
    """`graph` with personal information of the mainland going into one of its jobs."""
    place = chance.randrange(len(graph.jobs))
    job = replace(graph.jobs[place], inputs=(*graph.jobs[place].inputs, "MORE"))
    more = LineageEntity(id="MORE", source=True, origins=("CN",), domestic_pi=True, important=False)
    jobs = (*graph.jobs[:place], job, *graph.jobs[place + 1 :])
    return replace(graph, entities=(*graph.entities, more), jobs=jobs)


@many
@given(seeds)
def test_one_more_domestic_source_behind_the_data_is_never_milder(seed: int) -> None:
    chance = Random(seed)
    graph = graph_of_chance(chance)
    hop = changed(hop_of_chance(seed), data__contains_pi=True)
    before = decided(replace(hop, lineage_graph=graph))
    after = decided(replace(hop, lineage_graph=with_one_more_source(graph, chance)))
    event(f"{before.outcome.value} -> {after.outcome.value}")
    if after.outcome < before.outcome:
        deciding = {each.rule_id for each in before.contributions if each.outcome is before.outcome}
        assert deciding <= CLEARED_BY_A_TAINT.keys()


FOREIGN = {"collected_in": ("HK",)}
BOTH = {"collected_in": ("HK", "CN")}


@pytest.mark.parametrize(
    ("rule", "before"),
    [
        ("GEN-00", {"collected_in": ()}),
        ("GEN-05", BOTH | {"lineage__domestic_pi_introduced": None}),
        ("CN-06", BOTH | {"lineage__domestic_pi_introduced": False}),
    ],
)
def test_the_exceptions_are_those_that_are_listed(rule: str, before: dict[str, Any]) -> None:
    clean = hop_of("T-05", counts__pi_count_cum=1, lineage__complete=True, **before)
    mixed = changed(clean, **BOTH, lineage__domestic_pi_introduced=True, lineage__separable=True)
    assert rule in {each.rule_id for each in decided(clean).contributions}
    assert rule in CLEARED_BY_A_TAINT
    assert decided(mixed).outcome < decided(clean).outcome


def test_every_exception_is_shown() -> None:
    assert len(CLEARED_BY_A_TAINT) == 3


def test_a_taint_where_nothing_was_lacking_is_more_severe_or_splits_the_delivery() -> None:
    clean = hop_of("T-05", counts__pi_count_cum=1, lineage__complete=True, **FOREIGN)
    clean = changed(clean, lineage__domestic_pi_introduced=False)
    split = changed(clean, **BOTH, lineage__domestic_pi_introduced=True, lineage__separable=True)
    merged = changed(split, lineage__separable=False)
    codes = [decided(each).reason_codes for each in (clean, split, merged)]
    assert codes == [
        ("CN_ART4_TRANSIT",),
        ("CN_ART4_SPLIT", "CN_ART5_LT100K"),
        ("CN_ART4_UNPROVEN",),
    ]


def unordered(decision: FenceDecision) -> FenceDecision:
    """A decision without the order in which it was come by, and without the ruleset's digest."""
    said = sorted(
        decision.contributions,
        key=lambda each: (each.hop_no, each.rule_id, each.reason_code, each.safeguards),
    )
    return replace(decision, contributions=tuple(said), ruleset_digest="")


@many
@given(seeds, st.permutations(list(REGIMES)))
def test_the_order_in_which_regimes_are_tried_does_not_matter(seed: int, order: list[Any]) -> None:
    crossing = crossing_of_chance(seed)
    whole = decide(crossing, shipped())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "REGIMES", tuple(order))
        assert unordered(decide_plainly(crossing, shipped())) == unordered(whole)


@settings(max_examples=5, deadline=None)
@given(seeds, st.permutations(list(REGIMES)))
def test_the_order_in_which_a_file_writes_its_regimes_does_not_matter(seed: int, order: list[Any]) -> None:
    written = deepcopy(content())
    written["rules"].sort(key=lambda rule: order.index(rule["regime"]))
    shuffled = parse_ruleset(json.dumps(written, default=str))
    for crossing in drawn(50, seed):
        assert unordered(decide(crossing, shuffled)) == unordered(decide(crossing, shipped()))
