"""What the settlement asks of the markets, which own the money: to exchange, to net, to pay and to undo."""

from collections.abc import Sequence

from exchange.kernel.bases import Recorded
from exchange.market.commands import ConfirmPayout
from exchange.market.deposits.commands import CreditDeposit
from exchange.market.fx.commands import ExchangeMoney
from exchange.market.payouts.commands import NetPayables, RestorePayables, ReversePayout
from exchange.market.shares.commands import PayRevenueShare
from exchange.market.subsidies.commands import PaySubsidy
from exchange.policies.policy import Ask, Policy
from exchange.settlement.fx.facts import FxAsked
from exchange.settlement.payouts.facts import PaymentReturned, PayoutPaid, PayoutReversed, PayoutRunOpened
from exchange.settlement.shares.facts import GuaranteeClaimed, RevenueShareReported
from exchange.settlement.subsidies.facts import SubsidyClaimed
from exchange.settlement.suspense.facts import SuspenseCredited


def react(recorded: Recorded) -> Sequence[Ask]:
    """Ask the market that holds the money; of a run, every market."""
    match recorded.fact:
        case FxAsked() as asked:
            return (Ask("market", asked.market_id, _exchange(asked)),)
        case PayoutRunOpened(run_id=run_id, currency=currency, value_date=day):
            return (Ask("market", None, NetPayables(run_id=run_id, currency=currency, value_date=day)),)
        case PayoutPaid() as paid:
            return (Ask("market", paid.partition, _confirm(paid)),)
        case SubsidyClaimed() as claim:
            return (Ask("market", claim.market_id, _subsidy(claim)),)
        case PaymentReturned() as back:
            return (Ask("market", back.partition, _restore(back)),)
        case SuspenseCredited() as credited:
            return (Ask("market", credited.market_id, _credit(credited)),)
        case PayoutReversed(set_id=set_id, partition=partition):
            return (Ask("market", partition, ReversePayout(set_id=set_id)),)
        case GuaranteeClaimed() | RevenueShareReported() as claim if claim.amount_minor:
            return (Ask("market", claim.market_id, _share(claim)),)
    return ()


def _exchange(asked: FxAsked) -> ExchangeMoney:
    return ExchangeMoney(
        conversion_id=asked.conversion_id,
        quote_id=asked.quote_id,
        participant_id=asked.participant_id,
        bank_id=asked.bank_id,
        base_currency=asked.base_currency,
        sell_currency=asked.sell_currency,
        sold_minor=asked.sold_minor,
        buy_currency=asked.buy_currency,
        bought_minor=asked.bought_minor,
        side=asked.side,
        rate=asked.rate,
        source=asked.source,
        expires_at=asked.expires_at,
    )


def _confirm(paid: PayoutPaid) -> ConfirmPayout:
    return ConfirmPayout(
        participant_id=paid.participant_id,
        currency=paid.currency,
        amount_minor=paid.amount_minor,
        reference=paid.reference,
        set_id=paid.set_id,
        bank_id=paid.bank_id,
    )


def _subsidy(claim: SubsidyClaimed) -> PaySubsidy:
    return PaySubsidy(
        claim_id=claim.claim_id,
        programme_id=claim.programme_id,
        participant_id=claim.participant_id,
        currency=claim.currency,
        amount_minor=claim.amount_minor,
        period=claim.period,
        used_minor=claim.used_minor,
    )


def _restore(back: PaymentReturned) -> RestorePayables:
    return RestorePayables(set_id=back.set_id, bank_id=back.bank_id, reference=back.reference)


def _credit(credited: SuspenseCredited) -> CreditDeposit:
    return CreditDeposit(
        line_id=credited.line_id,
        participant_id=credited.participant_id,
        currency=credited.currency,
        amount_minor=credited.amount_minor,
        bank_id=credited.bank_id,
        reference=credited.reference,
    )


def _share(claim: GuaranteeClaimed | RevenueShareReported) -> PayRevenueShare:
    return PayRevenueShare(
        claim_id=claim.claim_id,
        agreement_id=claim.agreement_id,
        payer_id=claim.payer_id,
        currency=claim.currency,
        amount_minor=claim.amount_minor,
        parts=claim.parts,
    )


SETTLEMENT_MARKET = Policy("settlement_market", "settlement", react)
