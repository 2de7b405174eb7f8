"""Subsidies as a room of the market, which owns the purses."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.refusals import refused
from exchange.market.coming_in import comes_in
from exchange.market.fencing import Rulesets
from exchange.market.funds import overfull
from exchange.market.purses import till_at
from exchange.market.reasons import Reason
from exchange.market.roles import not_a_policy
from exchange.market.room import Room
from exchange.market.setting_off import set_off
from exchange.market.state import Market, purse_of
from exchange.market.subsidies.commands import COMMANDS, PaySubsidy
from exchange.market.subsidies.facts import FACTS, SubsidyApplied


def pay_subsidy(market: Market, command: PaySubsidy, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Pay it. Shape: a refusal names the claim, so that the settlement can take it back."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    who, currency = command.participant_id, command.currency
    if who not in market.participants:
        detail = f"{who} is not known to this market and has no purse here"
        return (refused(command, Reason.PARTICIPANT_UNKNOWN, command.claim_id, detail),)
    if (full := overfull(market, who, currency, command.amount_minor)) is not None:
        return (refused(command, Reason.BALANCE_TOO_LARGE, command.claim_id, full[1]),)
    owed = set_off(purse_of(market, who, currency), command.amount_minor)
    return (
        SubsidyApplied(
            claim_id=command.claim_id,
            programme_id=command.programme_id,
            participant_id=who,
            currency=currency,
            amount_minor=command.amount_minor,
            period=command.period,
            used_minor=command.used_minor,
            repaid_minor=owed.repaid_minor,
            recovered_minor=owed.recovered_minor,
        ),
    )


def subsidy_applied(market: Market, fact: SubsidyApplied, at: int) -> None:
    """It comes from the programme's fund, which lies in no market."""
    comes_in(market, fact, fact.currency, fact.amount_minor, at)
    till_at(market, fact.currency).moved += fact.amount_minor


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={PaySubsidy: pay_subsidy},
    folds={SubsidyApplied: subsidy_applied},
    due={},
)
