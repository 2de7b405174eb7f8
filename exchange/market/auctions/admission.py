"""Who may bid in an auction: asked when a bid is committed, and once more when it would win."""

from typing import NamedTuple

from exchange.kernel.bases import Cause, Command
from exchange.kernel.money import format_minor
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.commands import InstrumentTerms, Standing, Use
from exchange.market.facts import Reason
from exchange.market.parties import MAY_BUY, conflicting_assessor, unknown_participant
from exchange.market.state import Instrument, Market, purse_of


class Bar(NamedTuple):
    """Why a participant may not buy."""

    reason: Reason
    subject: str
    detail: str


def bar(market: Market, terms: InstrumentTerms, buyer: Standing) -> Bar | None:
    """Why a participant may not buy this of its seller now, whatever it would do with it; the first of several."""
    who = buyer.participant_id
    if not buyer.active:
        return Bar(
            Reason.PARTICIPANT_SUSPENDED, who, f"{who} is suspended; once reinstated it may trade again"
        )
    if (assessor_id := conflicting_assessor(market, terms, buyer)) is not None:
        detail = f"assessor {assessor_id} gave an opinion on {terms.product_id} and may not trade it"
        return Bar(Reason.CONFLICT_OF_INTEREST, who, detail)
    if MAY_BUY.isdisjoint(buyer.roles):
        detail = (
            f"its roles are {', '.join(buyer.roles)}; to bid one of {', '.join(sorted(MAY_BUY))} is needed"
        )
        return Bar(Reason.ROLE_MISSING, who, detail)
    seller = seller_of(market, terms)
    if seller.beneficial_owner == buyer.beneficial_owner:
        detail = f"seller {seller.participant_id} and {who} have one owner, {buyer.beneficial_owner}"
        return Bar(Reason.BID_ON_OWN, terms.instrument_id, detail)
    if not seller.active:
        detail = f"its seller {seller.participant_id} is suspended; until it is reinstated nothing can be bought of it"
        return Bar(Reason.PARTICIPANT_SUSPENDED, seller.participant_id, detail)
    return None


def seller_of(market: Market, terms: InstrumentTerms) -> Standing:
    """Who sells an instrument that is auctioned: it has one seller, who was known when the auction opened."""
    assert terms.seller_id is not None
    return market.participants[terms.seller_id]


def entry_refusal(
    market: Market, instrument: Instrument, command: Command, use: Use, cause: Cause
) -> Refused | None:
    """Why a bid may not be made at all, before the fence is asked."""
    terms = instrument.terms
    actor = market.participants.get(cause.actor)
    if actor is None:
        return unknown_participant(command, cause.actor)
    if (barred := bar(market, terms, actor)) is not None:
        return refused(command, barred.reason, barred.subject, barred.detail)
    if instrument.state != "open":
        detail = f"it is {instrument.state}; bids are taken while it is open"
        return refused(command, Reason.INSTRUMENT_NOT_OPEN, terms.instrument_id, detail)
    if use.licence_digest != terms.licence_digest:
        accepted = "none" if use.licence_digest is None else use.licence_digest.hex()
        detail = f"licence accepted: {accepted}; on offer: {terms.licence_digest.hex()}. Read it and name its digest"
        return refused(command, Reason.LICENCE_NOT_ACCEPTED, terms.instrument_id, detail)
    return None


def unfunded(
    market: Market, command: Command, currency: str, needed_minor: int, cause: Cause
) -> Refused | None:
    """That the actor's purse has less free than is needed, if so."""
    cash = purse_of(market, cause.actor, currency).cash
    if cash >= needed_minor:
        return None
    needed, has = format_minor(needed_minor, currency), format_minor(cash, currency)
    detail = f"it needs {needed}, the purse has {has} free; deposit the rest or cancel orders"
    return refused(command, Reason.FUNDS_INSUFFICIENT, cause.actor, detail)
