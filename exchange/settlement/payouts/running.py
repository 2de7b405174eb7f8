"""Rules: runs, and what they propose."""

from collections.abc import Sequence
from datetime import date

from msgspec.structs import replace

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.money import AMOUNT_MAX
from exchange.kernel.net_set import digest_of
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import local_date
from exchange.settlement.parties import KEEPERS, lacking, no_such_currency, not_a_policy
from exchange.settlement.payees.state import payee_of
from exchange.settlement.payouts.commands import OpenPayoutRun, ProposePayout, SetReleaseLimit
from exchange.settlement.payouts.facts import (
    PayoutProposed,
    PayoutRunOpened,
    ReleaseLimitProposed,
    ReleaseLimitSet,
)
from exchange.settlement.reasons import Reason
from exchange.settlement.state import Settlement

ZONE = "Asia/Shanghai"
"""Where value dates are days."""
TWO_PERSONS = 2


def set_limit(settlement: Settlement, command: SetReleaseLimit, cause: Cause) -> Sequence[Fact]:
    """Say what one person may release: two have to say so where that is more than before.

    What is proposed already stays as it was proposed.
    """
    refusal = lacking(settlement, command, cause, *KEEPERS) or no_such_currency(command, command.currency)
    if refusal is not None:
        return (refusal,)
    wanted = ReleaseLimitSet(currency=command.currency, limit_minor=command.limit_minor)
    if command.limit_minor <= settlement.payouts.limits.get(command.currency, AMOUNT_MAX):
        return (wanted,)
    before = settlement.payouts.raises.get(command.currency)
    if before is None or before.limit_minor != command.limit_minor:
        return (
            ReleaseLimitProposed(
                currency=command.currency, limit_minor=command.limit_minor, by_id=cause.actor
            ),
        )
    if before.by_id == cause.actor:
        detail = f"{cause.actor} has asked for it; the second person has to be another one"
        return (refused(command, Reason.RELEASED_BY_SAME, command.currency, detail),)
    return (wanted,)


def open_run(settlement: Settlement, command: OpenPayoutRun, cause: Cause) -> Sequence[Fact]:
    """Begin a run, one for each currency and value date."""
    refusal = (
        lacking(settlement, command, cause, *KEEPERS)
        or no_such_currency(command, command.currency)
        or _unfit_day(command, cause)
    )
    if refusal is not None:
        return (refusal,)
    before = settlement.payouts.runs.get(run_name(command.currency, command.value_date))
    if before is not None:
        detail = (
            f"run {before} is that of {command.currency} for {command.value_date}; take another value date"
        )
        return (refused(command, Reason.RUN_EXISTS, before, detail),)
    return (
        PayoutRunOpened(
            run_id=derived_id("PR", cause.partition, cause.offset, 0),
            currency=command.currency,
            value_date=command.value_date,
        ),
    )


def propose(settlement: Settlement, command: ProposePayout, cause: Cause) -> Sequence[Fact]:
    """Let a net set wait for those who release it, with the account that was named when its run was opened."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    opened_with = settlement.payouts.payees_at.get(command.net.run_id)
    payee = payee_of(settlement.payees, command.net.participant_id, command.net.currency, opened_with)
    net = command.net if payee is None else replace(command.net, payee_id=payee.payee_id)
    alone = net.amount_minor <= settlement.payouts.limits.get(net.currency, 0)
    return (PayoutProposed(net=net, digest=digest_of(net), releases_needed=1 if alone else TWO_PERSONS),)


def run_name(currency: str, value_date: str) -> str:
    """What a run is the only one of."""
    return f"{currency} {value_date}"


def _unfit_day(command: OpenPayoutRun, cause: Cause) -> Refused | None:
    today = local_date(cause.at, ZONE).isoformat()
    try:
        day = date.fromisoformat(command.value_date).isoformat()
    except ValueError as error:
        return refused(command, Reason.VALUE_DATE_UNFIT, command.value_date, f"{command.value_date}: {error}")
    if day < today:
        detail = f"it is {today} in Shanghai; nothing is paid for a day that is over"
        return refused(command, Reason.VALUE_DATE_UNFIT, command.value_date, detail)
    return None
