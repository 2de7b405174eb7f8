"""Which commands, facts and reasons each context knows, its own and the common ones."""

from enum import StrEnum
from types import ModuleType

from exchange.bonded import commands as bonded_commands
from exchange.bonded import facts as bonded_facts
from exchange.bonded.reasons import Reason as BondedReason
from exchange.delivery import commands as delivery_commands
from exchange.delivery import facts as delivery_facts
from exchange.delivery.reasons import Reason as DeliveryReason
from exchange.kernel import protocol
from exchange.kernel.bases import Command, Fact
from exchange.kernel.errors import Misuse
from exchange.kernel.reasons import Why
from exchange.market import vocabulary as market_words
from exchange.market.reasons import Reason as MarketReason
from exchange.registry import vocabulary as registry_words
from exchange.registry.reasons import Reason as RegistryReason
from exchange.settlement import vocabulary as settlement_words
from exchange.settlement.reasons import Reason as SettlementReason

KERNEL = "kernel"
"""Where the commands and facts that every context has are filed."""

_WORDS: dict[str, tuple[ModuleType, ModuleType]] = {
    "registry": (registry_words, registry_words),
    "market": (market_words, market_words),
    "delivery": (delivery_commands, delivery_facts),
    "bonded": (bonded_commands, bonded_facts),
    "settlement": (settlement_words, settlement_words),
}

CONTEXTS: tuple[str, ...] = tuple(_WORDS)

REASONS: dict[str, type[Why]] = {
    "registry": RegistryReason,
    "market": MarketReason,
    "delivery": DeliveryReason,
    "bonded": BondedReason,
    "settlement": SettlementReason,
}
"""Why each context may refuse, besides what every context may refuse for."""


def commands(context: str) -> tuple[type[Command], ...]:
    """What may be asked of a context, its own commands first.

    Raises: Misuse if there is no such context.
    """
    own: tuple[type[Command], ...] = _words(context)[0].COMMANDS
    return own + protocol.COMMANDS


def facts(context: str) -> tuple[type[Fact], ...]:
    """What may have happened in a context, its own facts first.

    Raises: Misuse if there is no such context.
    """
    own: tuple[type[Fact], ...] = _words(context)[1].FACTS
    return own + protocol.FACTS


def reasons(context: str) -> frozenset[str]:
    """Every reason for which a context refuses a command or passes it over."""
    own: type[StrEnum] = REASONS[context]
    return frozenset(
        each.value for kind in (own, protocol.ProtocolReason, protocol.PassReason) for each in kind
    )


def reason_of(context: str, word: str) -> Why | None:
    """A reason by its word on the wire; None if this version does not know it."""
    own: type[Why] = REASONS.get(context, protocol.ProtocolReason)
    return own.__members__.get(word) or protocol.ProtocolReason.__members__.get(word)


def _words(context: str) -> tuple[ModuleType, ModuleType]:
    words = _WORDS.get(context)
    if words is None:
        raise Misuse(f"context {context!r} is unknown; use one of {', '.join(CONTEXTS)}")
    return words
