"""The largest that may be asked fits an outcome."""

import msgspec

from exchange.bonded import commands as asked
from exchange.bonded.facts import CrossingDecided, ProvenancesRestated
from exchange.bonded.fencing import CONSIGNMENTS_MAX
from exchange.bonded.provenance import RESTATED_MAX
from exchange.bonded.routes import LINKS_MAX
from exchange.bonded.values import ItemRange
from exchange.kernel.bases import Cause, Fact, Recorded
from exchange.kernel.safeguard import SAFEGUARDS_MAX
from streams.codec import codec_for
from tests.support.stage import size_bytes, sound
from tests.unit.bonded.stage import (
    EXCHANGE,
    KEYS,
    OPERATOR,
    PROCESSOR,
    SELLER,
    ZoneStage,
    a_lot,
    a_party,
    a_product,
    a_start,
    a_zone,
    scc,
    traits,
)

OUTCOME_BYTES_MAX = 256 * 1024
BIG = "PR-BIG-" + "0" * 73
ZONES = tuple("Z" * 190 for _ in range(18))


def a_full_zone() -> tuple[ZoneStage, list[str]]:
    """As many consignments behind one output as may be, of the longest descriptions, parties and safeguards."""
    stage = a_zone()
    KEYS[BIG] = KEYS[PROCESSOR]
    stage.given(EXCHANGE, a_party(BIG, "CN-LG", "processor", registered_zones=ZONES))
    countries = tuple(f"{first}{second}" for first in "ABCD" for second in "ABCDE")
    for number in range(SAFEGUARDS_MAX):
        terms = scc(
            f"I-{number}-" + "0" * 70,
            recipient=BIG,
            names_destinations=(*countries[:19], "CN"),
            recognised_in=countries,
            valid_to="2027-12-31" if number else "2026-01-02",
            status="active" if number < 2 else "revoked",
        )
        stage.given(EXCHANGE, asked.RecordSafeguard(safeguard=terms))
    described = traits(field_ids=tuple("f" * 27 for _ in range(85)), sector="s" * 150)
    names = [
        stage.admitted_by(
            BIG,
            f"HB-{number}",
            lots=tuple(a_lot(200, f"L-{lot}", 1) for lot in range(100)),
            return_list=("DE", *countries[:19]),
            traits=described,
        )
        for number in range(CONSIGNMENTS_MAX)
    ]
    return stage, names


def written_bytes(stage: ZoneStage, facts: tuple[Fact, ...]) -> int:
    """What an outcome really takes in the journal."""
    meta = stage.journal[-1].meta
    return sum(len(codec_for("bonded").encode_fact(Recorded(meta, fact))) for fact in facts)


def test_the_largest_job_and_the_largest_request_fit_an_outcome() -> None:
    stage, names = a_full_zone()
    ranges = tuple(
        ItemRange(consignment_id=name, lot=f"L-{lot}", first=2 * lot, last=2 * lot)
        for name in names
        for lot in range(25)
    )
    facts = stage.ask(BIG, a_start(ranges))
    assert isinstance(facts[0], CrossingDecided)
    assert facts[0].admitted, facts[-1]
    assert size_bytes(facts) < OUTCOME_BYTES_MAX
    assert all(sound(fact) for fact in facts)
    (job_run_id,) = stage.state.job_runs
    made = tuple(
        msgspec.structs.replace(a_product(ranges, "P" * 199 + str(number % 10))) for number in range(20)
    )
    completed = stage.ask(BIG, asked.CompleteJobRun(job_run_id=job_run_id, made=made))
    outputs = sorted(stage.state.outputs)[:10]
    assert written_bytes(stage, completed) < OUTCOME_BYTES_MAX
    export = asked.RequestExport(
        output_ids=tuple(outputs),
        recipient_id=SELLER,
        destination="DE",
        link_ids=("LK-DE",),
        purpose="sale",
        remote_access_from=("DE",) * 50,
    )
    requested = stage.ask(BIG, export)
    assert isinstance(requested[0], CrossingDecided)
    assert size_bytes(requested) < OUTCOME_BYTES_MAX
    assert all(sound(fact) for fact in (*completed, *requested))


def test_what_is_said_of_the_largest_products_fits_an_outcome_and_a_question_to_every_market() -> None:
    stage, names = a_full_zone()
    countries = sorted(
        {place for name in names for place in stage.state.consignments[name].proposed.return_list}
    )
    for country in countries:
        here = "CN-LG"
        for step in range(LINKS_MAX):
            there = country if step == LINKS_MAX - 1 else f"{country[0]}{'VWXYZQRST'[step]}"
            if (here, there) != (there, here):
                link = asked.RecordLink(
                    link_id=f"LK-{country}-{step}-{'0' * 70}",
                    places=(here, there),
                    kind="dedicated",
                    state="in_service",
                )
                stage.given(OPERATOR, link)
            here = there
    ranges = tuple(ItemRange(consignment_id=name, lot="L-1", first=0, last=0) for name in names)
    outputs = stage.made(a_start(ranges), *(a_product(ranges, f"P-{n}") for n in range(4)), actor=BIG)
    for number, output in enumerate(outputs):
        offer = asked.OfferOutput(output_id=output, product_id="P" * 60, version=f"{number}{'0' * 19}")
        stage.given(BIG, offer)
    stage.given(
        OPERATOR, asked.RecordLink(link_id="LK-DE", places=("CN-LG", "DE"), kind="dedicated", state="down")
    )
    cause = Cause("bonded", 0, stage.offset + 1, EXCHANGE, "tick", stage.at)
    step = tuple(stage.decider.expire(stage.state, cause))
    assert written_bytes(stage, step) < OUTCOME_BYTES_MAX
    (fact,) = step
    assert isinstance(fact, ProvenancesRestated)
    assert len(fact.seen) == RESTATED_MAX
    routes = stage.state.on_sale[outputs[0]].routes
    assert len(routes) >= 20
    assert all(sound(each) for each in step)
