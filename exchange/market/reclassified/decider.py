"""What a product version is comes to a market from the registry; whatever was decided by it is decided again."""

from collections.abc import Sequence

from msgspec.structs import replace

from exchange.kernel.bases import Cause, Fact
from exchange.market.book_fold import try_again
from exchange.market.commands import InstrumentTerms
from exchange.market.fencing import Rulesets
from exchange.market.order_fold import forget_answers_of, restand_book
from exchange.market.persons.anew import count_anew
from exchange.market.reclassified.commands import COMMANDS, RecordTraits
from exchange.market.reclassified.facts import FACTS, TraitsRecorded
from exchange.market.roles import not_a_policy
from exchange.market.room import Room
from exchange.market.state import Market


def record(market: Market, command: RecordTraits, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Remember what the registry says."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    return (
        TraitsRecorded(
            product_id=command.product_id,
            version=command.version,
            traits=command.traits,
            inherited=command.inherited,
            counted_in=command.counted_in,
            received_under=command.received_under,
        ),
    )


def _recorded(market: Market, fact: TraitsRecorded, at: int) -> None:
    """Its books are ordered anew, what the fence said of it counts no more, and its persons as they are known now."""
    about = {
        name
        for name, each in market.instruments.items()
        if (each.terms.product_id, each.terms.version) == (fact.product_id, fact.version)
    }
    for name in sorted(about):
        instrument = market.instruments[name]
        instrument.terms = _described(instrument.terms, fact)
        restand_book(market, instrument)
    forget_answers_of(market, about, "traits")
    for name in sorted(about):
        count_anew(market, name, at)
    if about:
        try_again(market, at)


def _described(terms: InstrumentTerms, fact: TraitsRecorded) -> InstrumentTerms:
    traits = fact.traits or terms.traits
    if fact.counted_in not in (None, terms.market_id):
        traits = replace(traits, persons=None, sensitive_persons=None)
    return replace(terms, traits=traits, inherited=fact.inherited, received_under=fact.received_under)


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={RecordTraits: record},
    folds={TraitsRecorded: _recorded},
    due={},
)
