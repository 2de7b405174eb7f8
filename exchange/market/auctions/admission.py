"""Who may bid in an auction at all, before the fence is asked."""

from exchange.kernel.bases import Cause, Command
from exchange.kernel.protocol import Refused
from exchange.market.bars import bar, not_on_offer, said, short
from exchange.market.commands import Use
from exchange.market.parties import unknown_participant
from exchange.market.state import Instrument, Market


def entry_refusal(
    market: Market, instrument: Instrument, command: Command, use: Use, cause: Cause
) -> Refused | None:
    """Why a bid may not be made."""
    actor = market.participants.get(cause.actor)
    if actor is None:
        return unknown_participant(command, cause.actor)
    barred = bar(market, instrument.terms, actor) or not_on_offer(instrument, use)
    return None if barred is None else said(command, barred)


def unfunded(
    market: Market, command: Command, currency: str, needed_minor: int, cause: Cause
) -> Refused | None:
    """That the actor's purse has less free than is needed, if so."""
    barred = short(market, cause.actor, currency, needed_minor)
    return None if barred is None else said(command, barred)
