"""Money whose owner was found later, as a room of the market; its fact is that of every deposit."""

from exchange.market.deposits import commands as asked
from exchange.market.deposits.crediting import credit_deposit
from exchange.market.room import Room

ROOM = Room(
    commands=asked.COMMANDS,
    facts=(),
    answers={asked.CreditDeposit: credit_deposit},
    folds={},
    due={},
)
