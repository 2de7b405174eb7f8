"""Kinds of facts that a view takes in or leaves out together."""

from exchange.kernel.bases import Fact
from exchange.market.attested.facts import FACTS as ATTESTATIONS_BROUGHT
from exchange.market.destinations.facts import ListingsAskedAgain, NoDestinationFound
from exchange.market.ecny.facts import FACTS as ECNY_FACTS
from exchange.market.entitlements.facts import FACTS as ENTITLEMENT_FACTS
from exchange.market.facts import (
    AuctionPriced,
    BookSwept,
    CancellingBegun,
    CapacityRegistered,
    OrderAccepted,
    OrderCancelled,
    OrderExpired,
    OrderReduced,
    OrderReplaced,
    OrdersCancelled,
)
from exchange.market.fx.facts import FACTS as FX_FACTS
from exchange.market.lists.facts import FACTS as LISTS_BROUGHT
from exchange.market.payouts.facts import FACTS as PAYOUT_FACTS
from exchange.market.penalties.facts import FACTS as PENALTY_FACTS
from exchange.market.persons.facts import FACTS as PERSONS_BROUGHT
from exchange.market.plans.facts import FACTS as PLAN_FACTS
from exchange.market.provenance.facts import ProvenanceRecorded
from exchange.market.purchases.facts import AsksBacked, LotsReturned
from exchange.market.reclassified.facts import FACTS as TRAITS_BROUGHT
from exchange.market.safeguards.facts import FACTS as SAFEGUARDS_BROUGHT
from exchange.market.seats.facts import FACTS as SEATS_FACTS
from exchange.market.shares.facts import FACTS as SHARE_FACTS
from exchange.market.subscriptions.facts import FACTS as SUBSCRIPTION_FACTS
from exchange.market.subsidies.facts import FACTS as SUBSIDY_FACTS
from exchange.market.transfers.facts import FACTS as TRANSFER_FACTS
from exchange.registry.attesting.facts import FACTS as ATTESTATION_FACTS
from exchange.registry.lists.facts import FACTS as LIST_FACTS
from exchange.registry.persons.facts import FACTS as PERSONS_FACTS
from exchange.registry.safeguards.facts import FACTS as SAFEGUARD_FACTS

ORDER_MONEY: frozenset[type[Fact]] = frozenset(
    (OrderAccepted, OrderReplaced, OrderReduced, OrderExpired, OrderCancelled)
)
"""What becomes of an order, and of what is reserved for it."""
BOOK_WORK: frozenset[type[Fact]] = frozenset(
    (
        *(
            AuctionPriced,
            BookSwept,
            CancellingBegun,
            CapacityRegistered,
            OrdersCancelled,
            LotsReturned,
            AsksBacked,
        ),
        ProvenanceRecorded,
        NoDestinationFound,
        ListingsAskedAgain,
    )
)
"""What a book does, what becomes of its lots, and what it is told of them, without any one order's money moving."""
REDECIDED: frozenset[type[Fact]] = frozenset(ENTITLEMENT_FACTS)
"""What becomes of rights that run when the fence answers otherwise."""
PLAN_WORK: frozenset[type[Fact]] = frozenset((*PLAN_FACTS, *SUBSCRIPTION_FACTS, *SEATS_FACTS))
"""What becomes of price plans, of units bought by them, of subscriptions and of seats; their trades are trades."""
SETTLED: frozenset[type[Fact]] = frozenset(
    (*FX_FACTS, *PAYOUT_FACTS, *SHARE_FACTS, *TRANSFER_FACTS, *ECNY_FACTS, *PENALTY_FACTS, *SUBSIDY_FACTS)
)
"""What a market does with money beside trades: as the settlement asks, between markets, as e-CNY, as penalties."""
BROUGHT: frozenset[type[Fact]] = frozenset(
    (*SAFEGUARDS_BROUGHT, *PERSONS_BROUGHT, *LISTS_BROUGHT, *TRAITS_BROUGHT, *ATTESTATIONS_BROUGHT)
)
"""What a market came to know of safeguards, attestations, lists, persons and products; the registry's facts say it."""
HELD: frozenset[type[Fact]] = frozenset((*SAFEGUARD_FACTS, *PERSONS_FACTS, *LIST_FACTS, *ATTESTATION_FACTS))
"""Which safeguards are held, what lists say, how persons are counted, and whose word stands."""
