"""Everything that may be asked of a market and that happens in one: of its books, and of each room."""

from exchange.kernel.bases import Command, Fact
from exchange.market import commands, facts
from exchange.market.attested.decider import ROOM as ATTESTED
from exchange.market.auctions.decider import ROOM as AUCTIONS
from exchange.market.bills.decider import ROOM as BILLS
from exchange.market.credit.decider import ROOM as CREDIT
from exchange.market.deposits.decider import ROOM as DEPOSITS
from exchange.market.destinations.decider import ROOM as DESTINATIONS
from exchange.market.disputes.decider import ROOM as DISPUTES
from exchange.market.ecny.decider import ROOM as ECNY
from exchange.market.entitlements.decider import ROOM as ENTITLEMENTS
from exchange.market.fees.decider import ROOM as FEES
from exchange.market.fx.decider import ROOM as FX
from exchange.market.lines.decider import ROOM as LINES
from exchange.market.lists.decider import ROOM as LISTS
from exchange.market.payouts.decider import ROOM as PAYOUTS
from exchange.market.penalties.decider import ROOM as PENALTIES
from exchange.market.persons.decider import ROOM as PERSONS
from exchange.market.plans.decider import ROOM as PLANS
from exchange.market.pools.decider import ROOM as POOLS
from exchange.market.provenance.decider import ROOM as PROVENANCE
from exchange.market.purchases.decider import ROOM as PURCHASES
from exchange.market.quotes.decider import ROOM as QUOTES
from exchange.market.reclassified.decider import ROOM as RECLASSIFIED
from exchange.market.room import Room
from exchange.market.rulings.decider import ROOM as RULINGS
from exchange.market.safeguards.decider import ROOM as SAFEGUARDS
from exchange.market.seats.decider import ROOM as SEATS
from exchange.market.shares.decider import ROOM as SHARES
from exchange.market.subscriptions.decider import ROOM as SUBSCRIPTIONS
from exchange.market.subsidies.decider import ROOM as SUBSIDIES
from exchange.market.supply.decider import ROOM as SUPPLY
from exchange.market.transfers.decider import ROOM as TRANSFERS
from exchange.market.withdrawals.decider import ROOM as WITHDRAWALS

ROOMS: tuple[Room, ...] = (
    PURCHASES,
    DISPUTES,
    PENALTIES,
    WITHDRAWALS,
    DEPOSITS,
    TRANSFERS,
    ECNY,
    FX,
    PAYOUTS,
    SHARES,
    SUBSIDIES,
    FEES,
    SUPPLY,
    CREDIT,
    BILLS,
    POOLS,
    LINES,
    AUCTIONS,
    RULINGS,
    DESTINATIONS,
    QUOTES,
    PLANS,
    SUBSCRIPTIONS,
    SEATS,
    SAFEGUARDS,
    PERSONS,
    LISTS,
    RECLASSIFIED,
    ENTITLEMENTS,
    PROVENANCE,
    ATTESTED,
)
"""The ways to trade beside the book of orders, and what follows from trades."""

COMMANDS: tuple[type[Command], ...] = (
    *commands.COMMANDS,
    *(command for room in ROOMS for command in room.commands),
)
FACTS: tuple[type[Fact], ...] = (*facts.FACTS, *(fact for room in ROOMS for fact in room.facts))
