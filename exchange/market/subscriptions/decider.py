"""The room of subscriptions, as the market's decider takes it in."""

from exchange.market.room import Room
from exchange.market.subscriptions.commands import COMMANDS, CancelSubscription, Subscribe
from exchange.market.subscriptions.ending import cancel_subscription
from exchange.market.subscriptions.facts import FACTS
from exchange.market.subscriptions.fold import FOLDS, RENEWAL
from exchange.market.subscriptions.renewing import renew
from exchange.market.subscriptions.starting import subscribe

ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={Subscribe: subscribe, CancelSubscription: cancel_subscription},
    folds=FOLDS,
    due={RENEWAL: renew},
)
