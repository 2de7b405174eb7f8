"""What is behind product versions that were made in bond: remembered as it is said, and asked about with."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import POLICY_ACTOR, ProtocolReason
from exchange.kernel.refusals import refused
from exchange.market.book_fold import try_again
from exchange.market.fencing import Rulesets
from exchange.market.order_fold import forget_answers_of, restand_book, told_apart_by
from exchange.market.persons.anew import count_anew
from exchange.market.provenance.commands import COMMANDS, RecordProvenance
from exchange.market.provenance.facts import FACTS, ProvenanceRecorded
from exchange.market.room import Room
from exchange.market.state import Market


def record(market: Market, command: RecordProvenance, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Remember what a business zone says."""
    if cause.actor != POLICY_ACTOR:
        detail = f"the exchange itself does this when a business zone says it; {cause.actor} may not"
        return (refused(command, ProtocolReason.NOT_PERMITTED, cause.actor, detail),)
    return (ProvenanceRecorded(provenance=command.provenance),)


def _recorded(market: Market, fact: ProvenanceRecorded, at: int) -> None:
    """What the fence said of the version counts no more, and bids may be told apart by what they were not before."""
    said = fact.provenance
    about = {
        instrument_id: told_apart_by(market, each.terms)
        for instrument_id, each in market.instruments.items()
        if each.terms.product_id == said.product_id and each.terms.version == said.version
    }
    market.provenances[f"{said.seller_id} {said.product_id}/{said.version}"] = said
    for instrument_id, before in about.items():
        instrument = market.instruments[instrument_id]
        if told_apart_by(market, instrument.terms) != before:
            restand_book(market, instrument)
    forget_answers_of(market, about.keys(), "provenance")
    for instrument_id in sorted(about):
        count_anew(market, instrument_id, at)
    if about:
        try_again(market, at)


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={RecordProvenance: record},
    folds={ProvenanceRecorded: _recorded},
    due={},
)
