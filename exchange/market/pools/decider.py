"""The room of pools, as the market's decider takes it in."""

from exchange.market.pools import activating, closing, committing, opening
from exchange.market.pools.commands import (
    COMMANDS,
    ApprovePool,
    CommitShare,
    OpenPool,
    RefusePool,
    WithdrawShare,
)
from exchange.market.pools.facts import FACTS
from exchange.market.pools.fold import ACTIVATE, CLOSE, FOLDS, OVERDUE
from exchange.market.room import Room

ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={
        OpenPool: opening.open_pool,
        CommitShare: committing.commit_share,
        WithdrawShare: committing.withdraw_share,
        ApprovePool: closing.approve_pool,
        RefusePool: closing.refuse_pool,
    },
    folds=FOLDS,
    due={CLOSE: closing.close, OVERDUE: closing.overdue, ACTIVATE: activating.activate},
)
