"""Supply tax as a room of the market. What of a sale is tax, the sale's own facts say."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import ProtocolReason
from exchange.kernel.refusals import refused
from exchange.kernel.time import iso
from exchange.market.facts import Reason
from exchange.market.fees.schedules import SCHEDULES_MAX
from exchange.market.fencing import Rulesets
from exchange.market.purchases.parties import operates
from exchange.market.room import Room
from exchange.market.state import Market
from exchange.market.supply.commands import COMMANDS, SetSupplyTax
from exchange.market.supply.facts import FACTS, SupplyTaxSet
from exchange.market.supply.state import SupplySchedule


def set_supply_tax(market: Market, command: SetSupplyTax, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Collect by another schedule from its time on; what was traded or set aside before keeps its own."""
    if not operates(market, cause):
        detail = f"only an operator says what the exchange collects, {cause.actor} is none"
        return (refused(command, ProtocolReason.NOT_PERMITTED, command.authority, detail),)
    valid_from = cause.at if command.valid_from is None else command.valid_from
    known = market.supply.get(command.authority, [])
    earliest = max(cause.at, known[-1].valid_from if known else 0)
    if valid_from < earliest:
        detail = f"it would be in force from {iso(valid_from)}; name {iso(earliest)} or later"
        return (refused(command, Reason.SCHEDULE_EARLIER, iso(valid_from), detail),)
    if sum(each.valid_from > cause.at for each in known) >= SCHEDULES_MAX:
        detail = f"{SCHEDULES_MAX} schedules are to come already; set this one once some of them are in force"
        return (refused(command, Reason.SCHEDULES_TOO_MANY, iso(valid_from), detail),)
    return (
        SupplyTaxSet(
            authority=command.authority,
            rate_bp=command.rate_bp,
            prices=command.prices,
            valid_from=valid_from,
        ),
    )


def supply_tax_set(market: Market, fact: SupplyTaxSet, at: int) -> None:
    """Remember it; those that can never decide again are forgotten."""
    schedules = market.supply.setdefault(fact.authority, [])
    schedules.append(
        SupplySchedule(
            authority=fact.authority, rate_bp=fact.rate_bp, prices=fact.prices, valid_from=fact.valid_from
        )
    )
    in_force = [place for place, each in enumerate(schedules) if each.valid_from <= at]
    if in_force:
        del schedules[: in_force[-1]]


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={SetSupplyTax: set_supply_tax},
    folds={SupplyTaxSet: supply_tax_set},
    due={},
)
