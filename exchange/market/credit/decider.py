"""Credit limits as a room of the market. What is drawn, the fact says that holds it; what is repaid, a deposit's."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import ProtocolReason
from exchange.kernel.refusals import refused
from exchange.market.bills.state import whose
from exchange.market.credit.commands import COMMANDS, SetCreditLimit
from exchange.market.credit.facts import FACTS, CreditLimitSet
from exchange.market.facts import Reason
from exchange.market.fencing import Rulesets
from exchange.market.funds import no_such_currency
from exchange.market.purchases.parties import operates
from exchange.market.purses import purse_at
from exchange.market.room import Room
from exchange.market.state import Market, purse_of
from exchange.market.subscriptions.fold import pay_again


def set_credit_limit(
    market: Market, command: SetCreditLimit, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Say how much may be drawn from now on; a lower limit stops new draws and calls nothing back."""
    if not operates(market, cause):
        detail = f"only an operator gives credit, {cause.actor} is none"
        return (refused(command, ProtocolReason.NOT_PERMITTED, command.participant_id, detail),)
    if command.participant_id not in market.participants:
        detail = f"{command.participant_id} is not known to this market; check the name"
        return (refused(command, Reason.PARTICIPANT_UNKNOWN, command.participant_id, detail),)
    if (refusal := no_such_currency(command, command.currency)) is not None:
        return (refusal,)
    return (
        CreditLimitSet(
            participant_id=command.participant_id,
            currency=command.currency,
            limit_minor=command.limit_minor,
            owed_minor=purse_of(market, command.participant_id, command.currency).owed,
            days=command.days,
        ),
    )


def credit_limit_set(market: Market, fact: CreditLimitSet, at: int) -> None:
    """More credit is as good as money that has come."""
    purse = purse_at(market, fact.participant_id, fact.currency)
    before, purse.credit_limit = purse.credit_limit, fact.limit_minor
    market.bills.days[whose(fact.participant_id, fact.currency)] = fact.days
    if fact.limit_minor > before:
        pay_again(market, fact.participant_id, at)


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={SetCreditLimit: set_credit_limit},
    folds={CreditLimitSet: credit_limit_set},
    due={},
)
