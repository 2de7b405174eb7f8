"""Policies: a fact of one context asks for commands in another. Pure; the only code that knows two contexts."""

from exchange.policies.bonded_bonded import BONDED_BONDED
from exchange.policies.bonded_market import BONDED_MARKET
from exchange.policies.bonded_registry import BONDED_REGISTRY
from exchange.policies.delivery_market import DELIVERY_MARKET
from exchange.policies.market_bonded import MARKET_BONDED
from exchange.policies.market_delivery import MARKET_DELIVERY
from exchange.policies.market_invoices import MARKET_INVOICES
from exchange.policies.market_market import MARKET_MARKET
from exchange.policies.market_registry import MARKET_REGISTRY
from exchange.policies.market_settlement import MARKET_SETTLEMENT
from exchange.policies.policy import Ask, Policy, asked_for, asked_of, source_in
from exchange.policies.registry_bonded import REGISTRY_BONDED
from exchange.policies.registry_delivery import REGISTRY_DELIVERY
from exchange.policies.registry_market import REGISTRY_MARKET
from exchange.policies.registry_rulings import REGISTRY_RULINGS
from exchange.policies.registry_safeguards import REGISTRY_SAFEGUARDS
from exchange.policies.registry_settlement import REGISTRY_SETTLEMENT
from exchange.policies.registry_told import REGISTRY_TOLD
from exchange.policies.settlement_disputes import SETTLEMENT_DISPUTES
from exchange.policies.settlement_market import SETTLEMENT_MARKET
from exchange.policies.settlement_movements import SETTLEMENT_MOVEMENTS

__all__ = ["POLICIES", "Ask", "Policy", "asked_for", "asked_of", "source_in"]

POLICIES: tuple[Policy, ...] = (
    REGISTRY_DELIVERY,
    REGISTRY_MARKET,
    MARKET_DELIVERY,
    MARKET_MARKET,
    DELIVERY_MARKET,
    REGISTRY_BONDED,
    BONDED_MARKET,
    MARKET_REGISTRY,
    BONDED_REGISTRY,
    BONDED_BONDED,
    MARKET_BONDED,
    REGISTRY_RULINGS,
    REGISTRY_SAFEGUARDS,
    REGISTRY_SETTLEMENT,
    SETTLEMENT_MARKET,
    MARKET_SETTLEMENT,
    SETTLEMENT_MOVEMENTS,
    MARKET_INVOICES,
    SETTLEMENT_DISPUTES,
    REGISTRY_TOLD,
)
"""All policies, in the order in which they answer one fact: the delivery knows a product before it can be bought."""
