"""The room of price plans, as the market's decider takes it in."""

from exchange.market.plans import buying, metering, planning
from exchange.market.plans.commands import (
    COMMANDS,
    AnnouncePrice,
    BuyUnits,
    RecordUsage,
    SetPricePlan,
    SetTopUp,
)
from exchange.market.plans.ending import end_units
from exchange.market.plans.facts import FACTS
from exchange.market.plans.fold import FOLDS, UNITS_END
from exchange.market.room import Room

ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={
        SetPricePlan: planning.set_price_plan,
        AnnouncePrice: planning.announce_price,
        BuyUnits: buying.buy_units,
        RecordUsage: metering.record_usage,
        SetTopUp: metering.set_top_up,
    },
    folds=FOLDS,
    due={UNITS_END: end_units},
)
