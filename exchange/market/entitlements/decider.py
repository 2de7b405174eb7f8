"""The room of running entitlements, as the market's decider takes it in."""

from exchange.market.entitlements.commands import COMMANDS, EndEntitlement
from exchange.market.entitlements.deciding import answers_end, redecide
from exchange.market.entitlements.ending import end_entitlement, end_of_term
from exchange.market.entitlements.facts import FACTS
from exchange.market.entitlements.fold import FOLDS
from exchange.market.entitlements.following import ANSWERS_END, ENTITLEMENT_END, REDECIDE
from exchange.market.room import Room

ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={EndEntitlement: end_entitlement},
    folds=FOLDS,
    due={ANSWERS_END: answers_end, REDECIDE: redecide, ENTITLEMENT_END: end_of_term},
)
