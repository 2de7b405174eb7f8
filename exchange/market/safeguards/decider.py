"""Safeguards come to a market from the registry, which alone decides which there are."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.safeguard import SafeguardTerms
from exchange.market.book_fold import try_again
from exchange.market.fencing import Rulesets
from exchange.market.order_fold import forget_answers, restand
from exchange.market.roles import not_a_policy
from exchange.market.room import Room
from exchange.market.safeguards.commands import COMMANDS, BringSafeguard
from exchange.market.safeguards.facts import FACTS, SafeguardBrought
from exchange.market.safeguards.state import pair_of
from exchange.market.state import Market


def bring_safeguard(
    market: Market, command: BringSafeguard, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Remember a safeguard as the registry knows it now."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    return (SafeguardBrought(safeguard=command.safeguard),)


def _brought(market: Market, fact: SafeguardBrought, at: int) -> None:
    terms, safeguards = fact.safeguard, market.safeguards
    name = terms.safeguard_id
    if name not in safeguards.held:
        pair = pair_of(terms.exporter_id, terms.recipient_id)
        safeguards.by_pair.setdefault(pair, []).append(name)
        for party in _told_apart(terms):
            safeguards.by_recipient.setdefault(party, []).append(name)
    safeguards.held[name] = terms
    _look_again(market, terms, at)


def _told_apart(terms: SafeguardTerms) -> Sequence[str]:
    """Whom it names as recipient; a contract of the Greater Bay Area works in both ways."""
    both = (terms.recipient_id, terms.exporter_id) if terms.kind == "GBA-SC" else (terms.recipient_id,)
    return [each for each in both if each is not None]


def _look_again(market: Market, terms: SafeguardTerms, at: int) -> None:
    """What the fence said of its parties counts no more, and whoever it names stands otherwise."""
    named = terms.exporter_id or terms.recipient_id
    if named is not None:
        forget_answers(market, named, "safeguard")
    for party in _told_apart(terms):
        if party in market.participants:
            restand(market, party)
    try_again(market, at)


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={BringSafeguard: bring_safeguard},
    folds={SafeguardBrought: _brought},
    due={},
)
