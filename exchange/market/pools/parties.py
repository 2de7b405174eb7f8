"""Who may do what with a pool."""

from exchange.kernel.bases import Cause, Command
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.commands import InstrumentTerms, Standing
from exchange.market.parties import MAY_BUY, conflicting_assessor, takes_part
from exchange.market.pools.commands import CommitShare
from exchange.market.reasons import Reason
from exchange.market.state import Instrument, Market

_MAY_APPROVE = frozenset({"operator", "governance"})


def not_open(instrument: Instrument, command: Command) -> Refused | None:
    """The instrument is not traded at the moment, or no more."""
    if instrument.state == "open":
        return None
    detail = f"it is {instrument.state}; a pool needs it open"
    return refused(command, Reason.INSTRUMENT_NOT_OPEN, instrument.terms.instrument_id, detail)


def may_not_open(market: Market, terms: InstrumentTerms, command: Command, cause: Cause) -> Refused | None:
    """Whoever opens a pool is its seller, or an operator, and its seller may trade."""
    actor = takes_part(market, command, cause.actor)
    if isinstance(actor, Refused):
        return actor
    if cause.actor != terms.seller_id and "operator" not in actor.roles:
        detail = f"a pool of it is opened by {terms.seller_id or 'its seller'} or an operator, not by {cause.actor}"
        return refused(command, Reason.ASK_NOT_PERMITTED, terms.instrument_id, detail)
    return seller_idle(market, terms, command)


def may_not_approve(market: Market, command: Command, cause: Cause) -> Refused | None:
    """Whoever approves a pool, or refuses it, operates the exchange or governs it."""
    actor = takes_part(market, command, cause.actor)
    if isinstance(actor, Refused):
        return actor
    if _MAY_APPROVE.isdisjoint(actor.roles):
        detail = f"its roles are {', '.join(actor.roles)}; an operator or the governance says whether a pool goes on"
        return refused(command, Reason.ROLE_MISSING, cause.actor, detail)
    return None


def may_not_commit(
    market: Market, instrument: Instrument, command: CommitShare, cause: Cause
) -> Refused | None:
    """Whoever commits may buy, has not assessed it, accepts its terms, and does not sell it itself."""
    actor, terms = takes_part(market, command, cause.actor), instrument.terms
    if isinstance(actor, Refused):
        return actor
    if (assessor_id := conflicting_assessor(market, terms, actor)) is not None:
        detail = f"assessor {assessor_id} gave an opinion on {terms.product_id} and may not trade it"
        return refused(command, Reason.CONFLICT_OF_INTEREST, cause.actor, detail)
    if MAY_BUY.isdisjoint(actor.roles):
        roles, wanted = ", ".join(actor.roles), ", ".join(sorted(MAY_BUY))
        detail = f"its roles are {roles}; to commit to a share one of {wanted} is needed"
        return refused(command, Reason.ROLE_MISSING, cause.actor, detail)
    if command.licence_digest != terms.licence_digest:
        detail = (
            f"licence accepted: {command.licence_digest.hex() or 'none'}; on offer: {terms.licence_digest.hex()}."
            " Read it and name its digest"
        )
        return refused(command, Reason.LICENCE_NOT_ACCEPTED, command.pool_id, detail)
    return _sold_by_itself(market, terms, command, actor) or seller_idle(market, terms, command)


def seller_idle(market: Market, terms: InstrumentTerms, command: Command) -> Refused | None:
    """The seller is unknown here, or suspended."""
    seller = takes_part(market, command, terms.seller_id or "")
    return seller if isinstance(seller, Refused) else None


def _sold_by_itself(
    market: Market, terms: InstrumentTerms, command: CommitShare, actor: Standing
) -> Refused | None:
    seller = market.participants.get(terms.seller_id or "")
    if seller is None or seller.beneficial_owner != actor.beneficial_owner:
        return None
    detail = f"seller {terms.seller_id} and {actor.participant_id} have one owner, {actor.beneficial_owner}"
    return refused(command, Reason.BID_ON_OWN, command.pool_id, detail)
