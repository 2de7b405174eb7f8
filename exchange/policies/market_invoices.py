"""What is invoiced and credited because of what became of purchases, and what the settlement is told of disputes."""

from collections.abc import Sequence

from exchange.kernel.bases import Command, Recorded
from exchange.kernel.protocol import POLICY_ACTOR, Refused
from exchange.market.bills.facts import BillOverdue, BillPaid, BillReopened
from exchange.market.disputes.facts import DisputeOpened, DisputeResolved
from exchange.market.facts import PurchaseAccepted
from exchange.market.fees.facts import ServiceFeeCharged
from exchange.market.purchases.facts import RefundApproved
from exchange.policies.policy import SETTLEMENT, Ask, Policy
from exchange.settlement.invoices.commands import (
    CreditSale,
    InvoiceSale,
    InvoiceServiceFee,
    NoteDispute,
    NotePayment,
)
from exchange.settlement.invoices.values import FeeTaken, PaymentState


def react(recorded: Recorded) -> Sequence[Ask]:
    """Have a sale invoiced when the last word on it is said, and credited whenever money of it goes back after that."""
    match recorded.fact:
        case PurchaseAccepted() as word if word.gross_minor:
            return _asks(*_sale(word, word.gross_minor + word.refunded_minor, word.refunded_minor))
        case DisputeResolved(stage="escrow") as word if word.left_minor:
            return _asks(*_sale(word, word.held_minor, word.buyer_minor))
        case RefundApproved() as back:
            return _asks(_credit(back, back.amount_minor, f"{back.basis} {back.reference}"))
        case DisputeOpened(stage="accepted", trade_id=trade_id):
            return _asks(NoteDispute(trade_id=trade_id, state="open"))
        case DisputeResolved(stage="accepted") as word:
            credit = (_credit(word, word.buyer_minor, "dispute"),) if word.buyer_minor else ()
            return _asks(*credit, NoteDispute(trade_id=word.trade_id, state="resolved"))
        case BillPaid() | BillReopened() | BillOverdue() as bill:
            return _asks(_payment(bill))
        case ServiceFeeCharged() as charged:
            return _asks(_service_fee(charged))
        case Refused(command="DisputeInvoice") as refusal if recorded.meta.actor == POLICY_ACTOR:
            return _asks(_not_opened(refusal))
    return ()


def _asks(*commands: Command) -> Sequence[Ask]:
    return tuple(Ask("settlement", SETTLEMENT, command) for command in commands)


def _sale(
    word: PurchaseAccepted | DisputeResolved, gross_minor: int, credited_minor: int
) -> Sequence[InvoiceSale]:
    """Nothing, of what an older market accepted: it does not say what was sold."""
    if word.sold is None:
        return ()
    sale = InvoiceSale(
        trade_id=word.trade_id,
        seller_id=word.seller_id,
        buyer_id=word.buyer_id,
        currency=word.currency,
        gross_minor=gross_minor,
        credited_minor=credited_minor,
        sold=word.sold,
        fee=_fee(word),
        grounds=word.grounds,
        supply_tax_minor=word.supply_tax_minor,
        supply=word.supply,
        on_credit=word.on_credit,
    )
    return (sale,)


def _fee(word: PurchaseAccepted | DisputeResolved) -> FeeTaken:
    return FeeTaken(net_minor=word.fee_net_minor, tax_minor=word.fee_tax_minor, tax_rate_bp=word.tax_rate_bp)


def _credit(back: RefundApproved | DisputeResolved, amount_minor: int, reference: str) -> CreditSale:
    return CreditSale(
        trade_id=back.trade_id,
        reference=reference,
        amount_minor=amount_minor,
        fee_net_minor=back.fee_net_minor,
        fee_tax_minor=back.fee_tax_minor,
        grounds=back.grounds,
        supply_tax_minor=None if back.supply is None else back.supply_tax_minor,
    )


def _payment(bill: BillPaid | BillReopened | BillOverdue) -> NotePayment:
    state: PaymentState = "overdue"
    if not isinstance(bill, BillOverdue):
        state = bill.by if isinstance(bill, BillPaid) else "reopened"
    return NotePayment(
        trade_id=bill.trade_id,
        state=state,
        amount_minor=0 if isinstance(bill, BillOverdue) else bill.amount_minor,
        left_minor=bill.left_minor,
    )


def _service_fee(charged: ServiceFeeCharged) -> InvoiceServiceFee:
    fee = FeeTaken(net_minor=charged.net_minor, tax_minor=charged.tax_minor, tax_rate_bp=charged.tax_rate_bp)
    return InvoiceServiceFee(participant_id=charged.participant_id, currency=charged.currency, fee=fee)


def _not_opened(refusal: Refused) -> NoteDispute:
    return NoteDispute(
        trade_id=refusal.subject, state="refused", reason=refusal.reason, detail=refusal.detail
    )


MARKET_INVOICES = Policy("market_invoices", "market", react)
