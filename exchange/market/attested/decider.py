"""Attestations come to a market from the registry, which alone decides which there are."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.market.attested.commands import COMMANDS, BringAttestation
from exchange.market.attested.facts import FACTS, AttestationBrought
from exchange.market.attested.state import keep
from exchange.market.book_fold import try_again
from exchange.market.fencing import Rulesets
from exchange.market.order_fold import forget_answers, forget_answers_of, restand
from exchange.market.persons.counting import version_name
from exchange.market.roles import not_a_policy
from exchange.market.room import Room
from exchange.market.state import Market


def bring(market: Market, command: BringAttestation, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Remember an attestation as the registry knows it now."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    return (AttestationBrought(attestation=command.attestation),)


def _brought(market: Market, fact: AttestationBrought, at: int) -> None:
    """What the fence said of what it is about counts no more, and whoever it names stands otherwise."""
    terms = fact.attestation
    keep(market.attestations, terms)
    if terms.about:
        about = {name for name, each in market.instruments.items() if version_name(each.terms) == terms.about}
        forget_answers_of(market, about, "attestation")
    else:
        forget_answers(market, terms.by_id, "attestation")
    if terms.recipient_id in market.participants:
        restand(market, terms.recipient_id)
    try_again(market, at)


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={BringAttestation: bring},
    folds={AttestationBrought: _brought},
    due={},
)
