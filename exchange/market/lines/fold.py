"""How each fact of a line changes a market. No rule is here."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from exchange.kernel.bases import Fact
from exchange.kernel.time import HOUR
from exchange.market.agenda import schedule, settle
from exchange.market.lines import facts as happened
from exchange.market.lines.following import CREDIT, LAST_WORD, forget_term, forget_terms
from exchange.market.lines.hours import REPORTED_WITHIN, TERM_MAX, hours_from, terms_with
from exchange.market.lines.state import Owed, PhysicalLine, route_name, term_name
from exchange.market.room import Fold
from exchange.market.state import Market

ROUTE_ENDS: Final = "line-route-ends"
"""The time of a way round is over; the subject is its name."""
_Said: TypeAlias = happened.LineCredited | happened.LineCreditDeferred | happened.LineCreditLapsed


def recorded(market: Market, fact: happened.LineRecorded, at: int) -> None:
    line = market.lines.lines.get(fact.link_id)
    for name in () if line is None else line.recorded.sold_as:
        del market.lines.sold_as[name]
    market.lines.sold_as |= dict.fromkeys(fact.sold_as, fact.link_id)
    if line is None:
        market.lines.lines[fact.link_id] = PhysicalLine(fact)
    else:
        line.recorded = fact


def measured(market: Market, fact: happened.LineMeasured, at: int) -> None:
    line, hours = market.lines.lines[fact.link_id], hours_from(fact.from_at, fact.hours)
    oldest = (at - TERM_MAX - REPORTED_WITHIN) // HOUR
    line.measured = {hour for hour in line.measured if hour >= oldest}.union(hours)
    line.worse = {hour for hour in line.worse if hour >= oldest}.difference(hours)
    if fact.broken:
        line.worse.update(hours)
    forget_terms(market, fact.link_id, at)


def breached(market: Market, fact: happened.LineBreached, at: int) -> None:
    for term in terms_with(market.lines, fact.link_id, hours_from(fact.from_at, fact.hours)):
        name = term_name(term.link_id, term.starts_at, term.ends_at)
        schedule(market.agenda, term.ends_at + REPORTED_WITHIN, CREDIT, name)


def credited(market: Market, fact: happened.LineCredited, at: int) -> None:
    """The money is the refund's."""
    _said(market, fact)


def deferred(market: Market, fact: happened.LineCreditDeferred, at: int) -> None:
    _said(market, fact)
    market.lines.owed[fact.trade_id] = Owed(
        fact.entitlement_id, fact.link_id, fact.starts_at, fact.ends_at, fact.hours, fact.term_hours
    )


def lapsed(market: Market, fact: happened.LineCreditLapsed, at: int) -> None:
    _said(market, fact)


def _said(market: Market, fact: _Said) -> None:
    """What a right gets credit for is settled, or waits; with the last right of a term that is over."""
    lines, name = market.lines, term_name(fact.link_id, fact.starts_at, fact.ends_at)
    settle(market.agenda, LAST_WORD, fact.trade_id)
    if lines.owed.pop(fact.trade_id, None) is not None:
        return
    term = lines.terms[name]
    del term.rights[fact.trade_id]
    if not term.rights:
        settle(market.agenda, CREDIT, name)
        forget_term(market, name)


def rerouted(market: Market, fact: happened.LineRerouted, at: int) -> None:
    name = route_name(fact.instrument_id, fact.link_id)
    market.lines.rerouted[name] = fact.route_id
    schedule(market.agenda, fact.until, ROUTE_ENDS, name)


def barred(market: Market, fact: happened.RerouteBarred, at: int) -> None:
    """Nothing is decided by it: what was refused is not there."""


def reroute_ended(market: Market, fact: happened.RerouteEnded, at: int) -> None:
    name = route_name(fact.instrument_id, fact.link_id)
    del market.lines.rerouted[name]
    settle(market.agenda, ROUTE_ENDS, name)


FOLDS: Mapping[type[Fact], Fold] = {
    happened.LineRecorded: recorded,
    happened.LineMeasured: measured,
    happened.LineBreached: breached,
    happened.LineCredited: credited,
    happened.LineCreditDeferred: deferred,
    happened.LineCreditLapsed: lapsed,
    happened.LineRerouted: rerouted,
    happened.RerouteBarred: barred,
    happened.RerouteEnded: reroute_ended,
}
"""What each fact does."""
