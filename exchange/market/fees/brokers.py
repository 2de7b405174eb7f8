"""Who earns a commission on what a seller sells."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.market.commands import Standing
from exchange.market.facts import Reason
from exchange.market.fees.commands import AppointBroker
from exchange.market.fees.facts import BrokerAppointed
from exchange.market.fencing import Rulesets
from exchange.market.parties import unknown_instrument, unknown_participant
from exchange.market.state import Market


def appoint_broker(
    market: Market, command: AppointBroker, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Let a broker earn a part of the actor's sales of an instrument."""
    seller = _seller(market, command, cause)
    if isinstance(seller, Refused):
        return (seller,)
    if command.broker_id is not None:
        refusal = _unfit(market, command, command.broker_id, seller)
        if refusal is not None:
            return (refusal,)
    return (
        BrokerAppointed(
            seller_id=cause.actor,
            instrument_id=command.instrument_id,
            broker_id=command.broker_id,
            commission_bp=0 if command.broker_id is None else command.commission_bp,
        ),
    )


def _seller(market: Market, command: AppointBroker, cause: Cause) -> Standing | Refused:
    instrument = market.instruments.get(command.instrument_id)
    if instrument is None:
        return unknown_instrument(command, command.instrument_id)
    seller = market.participants.get(cause.actor)
    if seller is None:
        return unknown_participant(command, cause.actor)
    if "seller" not in seller.roles:
        detail = f"roles {', '.join(seller.roles)}; only a seller appoints a broker for what it sells"
        return refused(command, Reason.ROLE_MISSING, cause.actor, detail)
    if instrument.terms.seller_id not in (None, cause.actor):
        detail = f"only {instrument.terms.seller_id} sells it, {cause.actor} does not"
        return refused(command, ProtocolReason.NOT_PERMITTED, command.instrument_id, detail)
    return seller


def _unfit(market: Market, command: AppointBroker, broker_id: str, seller: Standing) -> Refused | None:
    broker = market.participants.get(broker_id)
    if broker is None:
        detail = f"{broker_id} is not known to this market; check the name"
        return refused(command, Reason.PARTICIPANT_UNKNOWN, broker_id, detail)
    if not broker.active:
        detail = f"{broker_id} is suspended; appoint another"
        return refused(command, Reason.PARTICIPANT_SUSPENDED, broker_id, detail)
    if "broker" not in broker.roles:
        detail = f"roles {', '.join(broker.roles)}; it was not admitted as a broker"
        return refused(command, Reason.ROLE_MISSING, broker_id, detail)
    if broker.beneficial_owner == seller.beneficial_owner:
        detail = f"{broker_id} and {seller.participant_id} have one owner, {seller.beneficial_owner}; appoint another"
        return refused(command, Reason.BROKER_IS_SELLER, broker_id, detail)
    return None
