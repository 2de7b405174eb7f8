"""Which rights there are to a line, until what they get credit for is settled. Only folds call this."""

from typing import Final

from exchange.kernel.time import HOUR
from exchange.market.agenda import due_at, schedule
from exchange.market.facts import EntitlementGranted
from exchange.market.lines.hours import REPORTED_WITHIN, TERM_MAX, worse_hours
from exchange.market.lines.state import Term, term_name
from exchange.market.state import Instrument, Market

CREDIT: Final = "line-credit"
"""A term is over, and nothing of it can be measured any more; the subject is the term's name."""
LAST_WORD: Final = "line-last-word"
"""The last word on a purchase is said for which credit is owed; the subject is the trade."""
_TIDIED_ALWAYS, _TIDIED_EVERY = 64, 256


def follow_line(market: Market, instrument: Instrument, fact: EntitlementGranted, at: int) -> None:
    """A right to a line begins, if that is what was sold, and for no longer than hours are remembered."""
    rules, lines = instrument.terms.rules, market.lines
    place = rules.delivery_place or lines.sold_as.get(instrument.terms.instrument_id, "")
    link_id = lines.pooled.pop(fact.trade_id, place)
    starts_at, ends_at = fact.starts_at, fact.ends_at
    if rules.window_from is not None and rules.window_until is not None:
        starts_at, ends_at = rules.window_from, rules.window_until
    if not (link_id and HOUR <= ends_at - starts_at <= TERM_MAX):
        return
    name = term_name(link_id, starts_at, ends_at)
    term = lines.terms.get(name)
    if term is None:
        _tidy(market, link_id, at)
        term = lines.terms[name] = Term(link_id, starts_at, ends_at)
        lines.of_line.setdefault(link_id, []).append(name)
        if worse_hours(lines, link_id, starts_at, ends_at):
            schedule(market.agenda, ends_at + REPORTED_WITHIN, CREDIT, name)
    term.rights[fact.trade_id] = fact.entitlement_id


def _tidy(market: Market, link_id: str, at: int) -> None:
    """Forget what is over; of many terms, where each right begins at a time of its own, once in a while."""
    terms = len(market.lines.of_line.get(link_id, ()))
    if terms <= _TIDIED_ALWAYS or terms % _TIDIED_EVERY == 0:
        forget_terms(market, link_id, at)


def forget_terms(market: Market, link_id: str, at: int) -> None:
    """Forget the terms of a line that are over for good without an hour that was worse than promised."""
    lines = market.lines
    for name in tuple(lines.of_line.get(link_id, ())):
        over = lines.terms[name].ends_at + REPORTED_WITHIN <= at
        if over and due_at(market.agenda, CREDIT, name) is None:
            forget_term(market, name)


def forget_term(market: Market, name: str) -> None:
    """Nothing more is to be said of the rights of a term."""
    lines = market.lines
    link_id = lines.terms.pop(name).link_id
    lines.of_line[link_id].remove(name)
    if not lines.of_line[link_id]:
        del lines.of_line[link_id]


def last_word(market: Market, trade_id: str, at: int) -> None:
    """The last word on a purchase is said: what it gets credit for is due."""
    if trade_id in market.lines.owed:
        schedule(market.agenda, at, LAST_WORD, trade_id)
