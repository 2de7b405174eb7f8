"""What is owed in a market is netted and paid, as the settlement has it done."""

from exchange.kernel.net_set import NetSet
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.market.commands import ConfirmPayout
from exchange.market.facts import PayoutExecuted
from exchange.market.payouts.commands import NetPayables, ReversePayout
from exchange.market.payouts.facts import PayablesNetted
from tests.unit.market.stage import BANK, Stage, the


def netted(stage: Stage, currency: str = "CNY", run_id: str = "") -> list[NetSet]:
    """The sets that come of a run, all continuations done."""
    run = NetPayables(run_id=run_id or f"PR-0.{stage.offset}.0", currency=currency, value_date="2026-11-02")
    begun = stage.ask(POLICY_ACTOR, run)
    facts = [*begun, *stage.settle()]
    return [fact.net for fact in facts if isinstance(fact, PayablesNetted)]


def a_payment(net: NetSet, reference: str = "PO-1", bank_id: str = BANK) -> ConfirmPayout:
    """The bank has paid a set."""
    return ConfirmPayout(
        participant_id=net.participant_id,
        currency=net.currency,
        amount_minor=net.amount_minor,
        reference=reference,
        set_id=net.set_id,
        bank_id=bank_id,
    )


def paid_out(stage: Stage, participant_id: str, currency: str = "CNY", reference: str = "") -> PayoutExecuted:
    """One participant is paid all that it is owed; what a run held of others is given back."""
    paid: PayoutExecuted | None = None
    for net in netted(stage, currency):
        if net.participant_id == participant_id:
            paid = the(
                PayoutExecuted, stage.ask(POLICY_ACTOR, a_payment(net, reference or f"PO-{net.set_id}"))
            )
        elif net.amount_minor:
            stage.ask(POLICY_ACTOR, ReversePayout(set_id=net.set_id))
    assert paid is not None
    return paid


def paid_before(
    stage: Stage, participant_id: str, amount_minor: int, commission_minor: int = 0, currency: str = "CNY"
) -> None:
    """So much was paid of what a participant was owed, as journals of before there were net sets have it."""
    stage.fold(
        PayoutExecuted(
            participant_id=participant_id,
            currency=currency,
            amount_minor=amount_minor,
            bank_id=BANK,
            reference=f"PO-{len(stage.journal)}",
            commission_minor=commission_minor,
        )
    )
