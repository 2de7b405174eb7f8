"""What bars a purchase of an instrument that has one seller, and that a purse is short: said once for all rooms."""

from typing import NamedTuple

from exchange.kernel.bases import Command
from exchange.kernel.money import format_minor
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.commands import InstrumentTerms, Standing, Use
from exchange.market.parties import MAY_BUY, conflicting_assessor
from exchange.market.purses import may_reserve
from exchange.market.reasons import Reason
from exchange.market.state import Instrument, Market, purse_of


class Bar(NamedTuple):
    """Why something may not be bought now. Shape: `until` is when the fence may answer otherwise."""

    reason: Reason
    subject: str
    detail: str
    codes: tuple[str, ...] = ()
    until: int | None = None


def said(command: Command, bar: Bar) -> Refused:
    """The refusal of a command for what bars it."""
    return refused(command, bar.reason, bar.subject, bar.detail, bar.codes)


def seller_of(market: Market, terms: InstrumentTerms) -> Standing:
    """The one seller of an instrument: it is known, since it sells by an auction or a plan."""
    assert terms.seller_id is not None
    return market.participants[terms.seller_id]


def bar(market: Market, terms: InstrumentTerms, buyer: Standing) -> Bar | None:
    """Why a participant may not buy this of its seller now, whatever it would do with it; the first of several."""
    who, seller = buyer.participant_id, seller_of(market, terms)
    if not buyer.active:
        detail = f"{who} is suspended; once reinstated it may trade again"
        return Bar(Reason.PARTICIPANT_SUSPENDED, who, detail)
    if (assessor_id := conflicting_assessor(market, terms, buyer)) is not None:
        detail = f"assessor {assessor_id} gave an opinion on {terms.product_id} and may not trade it"
        return Bar(Reason.CONFLICT_OF_INTEREST, who, detail)
    if MAY_BUY.isdisjoint(buyer.roles):
        roles, wanted = ", ".join(buyer.roles), ", ".join(sorted(MAY_BUY))
        return Bar(Reason.ROLE_MISSING, who, f"its roles are {roles}; to buy one of {wanted} is needed")
    if seller.beneficial_owner == buyer.beneficial_owner:
        detail = f"seller {seller.participant_id} and {who} have one owner, {buyer.beneficial_owner}"
        return Bar(Reason.BID_ON_OWN, terms.instrument_id, detail)
    if not seller.active:
        detail = f"its seller {seller.participant_id} is suspended; until it is reinstated nothing can be bought of it"
        return Bar(Reason.PARTICIPANT_SUSPENDED, seller.participant_id, detail)
    return None


def not_on_offer(instrument: Instrument, use: Use) -> Bar | None:
    """That an instrument is not open, or that another licence is on offer than the one accepted."""
    terms = instrument.terms
    if instrument.state != "open":
        detail = f"it is {instrument.state}; it is sold while it is open"
        return Bar(Reason.INSTRUMENT_NOT_OPEN, terms.instrument_id, detail)
    if (use.licence_digest or b"") != terms.licence_digest:
        accepted = "none" if use.licence_digest is None else use.licence_digest.hex()
        detail = f"licence accepted: {accepted}; on offer: {terms.licence_digest.hex()}. Read it and name its digest"
        return Bar(Reason.LICENCE_NOT_ACCEPTED, terms.instrument_id, detail)
    return None


def short(market: Market, participant_id: str, currency: str, needed_minor: int) -> Bar | None:
    """That a purse has less than is needed, in cash and in what is left of its credit."""
    free = may_reserve(purse_of(market, participant_id, currency))
    if free >= needed_minor:
        return None
    needed, has = format_minor(needed_minor, currency), format_minor(free, currency)
    detail = f"it needs {needed}, the purse has {has} free; deposit the rest or cancel orders"
    return Bar(Reason.FUNDS_INSUFFICIENT, participant_id, detail)
