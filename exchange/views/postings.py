"""Posting templates: what a fact means in double entry. Pure. Source: settlement.md section 2."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from exchange.kernel.bases import Fact, type_name
from exchange.kernel.errors import InvariantBroken
from exchange.market.auctions.facts import (
    AuctionSold,
    BidCommitted,
    BidReleased,
    BidRevealed,
    DepositForfeited,
)
from exchange.market.bills.facts import BillPaid
from exchange.market.disputes.facts import DisputeOpened, DisputeResolved
from exchange.market.entitlements.facts import EntitlementEnded
from exchange.market.facts import (
    DepositConfirmed,
    OrderAccepted,
    OrderCancelled,
    OrderExpired,
    OrderReduced,
    OrderReplaced,
    PurchaseAccepted,
    PurchaseRefunded,
    TradeMatched,
)
from exchange.market.fees.facts import ServiceFeeCharged
from exchange.market.plans.facts import UnitsBought, UnitsEnded
from exchange.market.pools.facts import (
    PoolFailed,
    ShareActivated,
    ShareCommitted,
    ShareExcluded,
    ShareWithdrawn,
)
from exchange.market.purchases.facts import RefundApproved
from exchange.market.quotes.facts import AwardEnded, QuoteAwarded
from exchange.market.subscriptions.facts import PeriodBegun, SubscriptionEnded
from exchange.market.withdrawals.facts import WithdrawalPaid, WithdrawalRejected, WithdrawalRequested
from exchange.views.accounts import (
    Account,
    cash,
    clawback,
    commission,
    credit,
    custodian,
    deposits,
    disputed,
    escrow,
    fee_income,
    payable,
    penalties,
    reserved,
    service_income,
    supply_tax,
    tax,
    withdrawing,
)
from exchange.views.entry import Entry as Entry
from exchange.views.entry import Posting as Posting
from exchange.views.entry import Unpostable as Unpostable
from exchange.views.postings_coming_in import coming_in
from exchange.views.postings_ecny import ECNY_TEMPLATES
from exchange.views.postings_penalties import PENALTY_TEMPLATES
from exchange.views.postings_settlement import SETTLEMENT_TEMPLATES
from exchange.views.postings_subsidies import SUBSIDY_TEMPLATES
from exchange.views.postings_transfers import TRANSFER_TEMPLATES

Template: TypeAlias = Callable[[Any], Entry]


_Drawing: TypeAlias = (
    OrderAccepted
    | OrderReplaced
    | ShareCommitted
    | ShareActivated
    | BidCommitted
    | BidRevealed
    | AuctionSold
    | QuoteAwarded
    | UnitsBought
    | PeriodBegun
)


def entry_of(fact: Fact) -> Entry:
    """The entry that a fact of a market, or of the settlement, brings about; without postings where it moves nothing.

    Raises: InvariantBroken if the fact's amounts do not balance, or cannot be posted.
    """
    try:
        return TEMPLATES[type(fact)](fact)
    except Unpostable as error:
        raise InvariantBroken(f"the entry of {type_name(fact)} {error}") from error


def _deposit_confirmed(fact: DepositConfirmed) -> Entry:
    bank = custodian(fact.bank_id)
    return Entry(fact.reference, coming_in(fact, bank, fact.currency, fact.amount_minor))


def _order_accepted(fact: OrderAccepted) -> Entry:
    owner = fact.participant_id
    held = Posting(cash(owner), reserved(owner), fact.currency, fact.reserved_minor)
    return Entry(fact.order_id, (_drawn(owner, fact), held))


def _order_replaced(fact: OrderReplaced) -> Entry:
    owner, more = fact.participant_id, fact.reserved_minor - fact.reserved_before_minor
    move = Posting(cash(owner), reserved(owner), fact.currency, more)
    back = _released(owner, fact.currency, -more)
    return Entry(fact.order_id, (_drawn(owner, fact), move if more > 0 else back))


def _drawn(owner: str, fact: _Drawing) -> Posting:
    """What of a buyer's credit becomes cash before it is set aside."""
    return Posting(credit(owner), cash(owner), fact.currency, fact.drawn_minor)


def _order_ended(fact: OrderCancelled | OrderExpired | OrderReduced) -> Entry:
    return Entry(fact.order_id, (_released(fact.participant_id, fact.currency, fact.released_minor),))


def _trade_matched(fact: TradeMatched) -> Entry:
    held = Posting(reserved(fact.buyer_id), escrow(fact.trade_id), fact.currency, fact.amount_minor)
    return Entry(fact.trade_id, (held, _released(fact.buyer_id, fact.currency, fact.released_minor)))


def _released(owner: str, currency: str, amount_minor: int) -> Posting:
    return Posting(reserved(owner), cash(owner), currency, amount_minor)


def _purchase_accepted(fact: PurchaseAccepted) -> Entry:
    held, back = escrow(fact.trade_id), fact.refunded_minor
    postings = _split(fact, held, fact.gross_minor, fact.currency, _sold(fact))
    if back:
        postings += (Posting(held, cash(fact.buyer_id), fact.currency, back),)
    return Entry(fact.trade_id, postings)


def _sold(fact: PurchaseAccepted | DisputeResolved) -> tuple[tuple[Account, int], ...]:
    """What is accepted goes to the seller and a broker, first for what they owe, to the exchange and to its tax."""
    return (
        (payable(fact.seller_id), fact.seller_minor - fact.recovered_minor),
        (clawback(fact.seller_id), fact.recovered_minor),
        (fee_income(), fact.fee_net_minor),
        (tax(fact.tax_authority, fact.tax_rate_bp), fact.fee_tax_minor),
        (commission(fact.broker_id), fact.commission_minor - fact.commission_recovered_minor),
        (clawback(fact.broker_id), fact.commission_recovered_minor),
        *_collected(fact),
    )


def _collected(
    fact: PurchaseAccepted | DisputeResolved | RefundApproved,
) -> tuple[tuple[Account, int], ...]:
    """The seller's own tax, where the exchange collects it."""
    return () if fact.supply is None else ((supply_tax(fact.supply), fact.supply_tax_minor),)


def _split(
    fact: Fact, debit: Account, whole_minor: int, currency: str, parts: Sequence[tuple[Account, int]]
) -> tuple[Posting, ...]:
    given = sum(amount for _, amount in parts)
    if given != whole_minor:
        raise InvariantBroken(
            f"the entry of {type_name(fact)} does not balance: {debit.code} {debit.party} gives"
            f" {whole_minor} {currency}, its parts come to {given}"
        )
    return tuple(Posting(debit, credit, currency, amount) for credit, amount in parts)


def _purchase_refunded(fact: PurchaseRefunded) -> Entry:
    move = Posting(escrow(fact.trade_id), cash(fact.buyer_id), fact.currency, fact.amount_minor)
    return Entry(fact.trade_id, (move,))


def _refund_approved(fact: RefundApproved) -> Entry:
    parts = (
        (payable(fact.seller_id), fact.payable_minor),
        (clawback(fact.seller_id), fact.clawback_minor),
        (commission(fact.broker_id), fact.commission_minor),
        (clawback(fact.broker_id), fact.commission_clawback_minor),
        *_fee_back(fact),
    )
    return Entry(fact.trade_id, _gathered(fact, parts, fact.amount_minor))


def _dispute_opened(fact: DisputeOpened) -> Entry:
    source = escrow(fact.trade_id) if fact.stage == "escrow" else payable(fact.seller_id)
    return Entry(fact.trade_id, (Posting(source, disputed(fact.trade_id), fact.currency, fact.held_minor),))


def _dispute_resolved(fact: DisputeResolved) -> Entry:
    held = disputed(fact.trade_id)
    if fact.stage == "escrow":
        parts = ((cash(fact.buyer_id), fact.buyer_minor), *_sold(fact))
        return Entry(fact.trade_id, _split(fact, held, fact.held_minor, fact.currency, parts))
    owner, recovered = fact.seller_id, fact.recovered_minor
    kept = Posting(held, payable(owner), fact.currency, fact.seller_minor - recovered)
    owed = Posting(held, clawback(owner), fact.currency, recovered)
    given = ((held, fact.held_minor - fact.seller_minor), *_fee_back(fact))
    return Entry(fact.trade_id, (kept, owed, *_gathered(fact, given, fact.buyer_minor)))


def _fee_back(fact: RefundApproved | DisputeResolved) -> tuple[tuple[Account, int], ...]:
    return (
        (fee_income(), fact.fee_net_minor),
        (tax(fact.tax_authority, fact.tax_rate_bp), fact.fee_tax_minor),
        *_collected(fact),
    )


def _gathered(
    fact: RefundApproved | DisputeResolved, parts: Sequence[tuple[Account, int]], whole_minor: int
) -> tuple[Posting, ...]:
    """What a buyer gets back, from all who give a part of it."""
    given = sum(amount for _, amount in parts)
    if given != whole_minor:
        raise InvariantBroken(
            f"the entry of {type_name(fact)} does not balance: {fact.buyer_id} gets {whole_minor} {fact.currency},"
            f" its parts come to {given}"
        )
    return tuple(Posting(debit, cash(fact.buyer_id), fact.currency, amount) for debit, amount in parts)


def _withdrawal_requested(fact: WithdrawalRequested) -> Entry:
    owner = fact.participant_id
    return Entry(
        fact.withdrawal_id, (Posting(cash(owner), withdrawing(owner), fact.currency, fact.amount_minor),)
    )


def _withdrawal_paid(fact: WithdrawalPaid) -> Entry:
    move = Posting(
        withdrawing(fact.participant_id), custodian(fact.bank_id), fact.currency, fact.amount_minor
    )
    return Entry(fact.reference, (move,))


def _withdrawal_rejected(fact: WithdrawalRejected) -> Entry:
    owner = fact.participant_id
    return Entry(
        fact.withdrawal_id, (Posting(withdrawing(owner), cash(owner), fact.currency, fact.amount_minor),)
    )


def _service_fee_charged(fact: ServiceFeeCharged) -> Entry:
    owner = cash(fact.participant_id)
    parts = (
        (service_income(), fact.net_minor),
        (tax(fact.tax_authority, fact.tax_rate_bp), fact.tax_minor),
    )
    return Entry(fact.participant_id, _split(fact, owner, fact.amount_minor, fact.currency, parts))


def _share_committed(fact: ShareCommitted) -> Entry:
    owner = fact.participant_id
    held = Posting(cash(owner), deposits(owner), fact.currency, fact.deposit_minor)
    return Entry(fact.share_id, (_drawn(owner, fact), held))


def _deposit_ended(fact: ShareWithdrawn | ShareExcluded) -> Entry:
    held = deposits(fact.participant_id)
    returned = Posting(held, cash(fact.participant_id), fact.currency, fact.returned_minor)
    forfeited = Posting(held, penalties(), fact.currency, fact.forfeited_minor)
    return Entry(fact.share_id, (returned, forfeited))


def _pool_failed(fact: PoolFailed) -> Entry:
    back = (
        Posting(deposits(each.participant_id), cash(each.participant_id), fact.currency, each.amount_minor)
        for each in fact.returned
    )
    return Entry(fact.pool_id, tuple(back))


def _share_activated(fact: ShareActivated) -> Entry:
    owner, backing = fact.participant_id, reserved(fact.participant_id)
    parts = (
        _drawn(owner, fact),
        Posting(deposits(owner), backing, fact.currency, fact.deposit_minor),
        Posting(cash(owner), backing, fact.currency, fact.rest_minor),
    )
    return Entry(fact.share_id, parts)


def _bid_committed(fact: BidCommitted) -> Entry:
    owner = fact.participant_id
    held = Posting(cash(owner), deposits(owner), fact.currency, fact.deposit_minor)
    return Entry(fact.bid_id, (_drawn(owner, fact), held))


def _bid_revealed(fact: BidRevealed) -> Entry:
    owner = fact.participant_id
    counted = Posting(deposits(owner), reserved(owner), fact.currency, fact.deposit_minor)
    rest = Posting(cash(owner), reserved(owner), fact.currency, fact.held_minor)
    return Entry(fact.bid_id, (_drawn(owner, fact), counted, rest))


def _bid_released(fact: BidReleased) -> Entry:
    owner = fact.participant_id
    deposit = Posting(deposits(owner), cash(owner), fact.currency, fact.deposit_minor)
    return Entry(fact.bid_id, (deposit, _released(owner, fact.currency, fact.reserved_minor)))


def _deposit_forfeited(fact: DepositForfeited) -> Entry:
    move = Posting(deposits(fact.participant_id), penalties(), fact.currency, fact.amount_minor)
    return Entry(fact.bid_id, (move,))


def _auction_sold(fact: AuctionSold) -> Entry:
    owner = fact.buyer_id
    held = Posting(cash(owner), reserved(owner), fact.currency, fact.reserved_minor)
    return Entry(fact.bid_id, (_drawn(owner, fact), held))


def _quote_awarded(fact: QuoteAwarded) -> Entry:
    owner = fact.buyer_id
    held = Posting(cash(owner), reserved(owner), fact.currency, fact.held_minor)
    return Entry(fact.award_id, (_drawn(owner, fact), held))


def _award_ended(fact: AwardEnded) -> Entry:
    return Entry(fact.award_id, (_released(fact.buyer_id, fact.currency, fact.released_minor),))


def _held_for_trade(fact: UnitsBought | PeriodBegun) -> Entry:
    owner = fact.buyer_id
    held = Posting(cash(owner), reserved(owner), fact.currency, fact.amount_minor)
    return Entry(fact.hold_id, (_drawn(owner, fact), held))


def _bill_paid(fact: BillPaid) -> Entry:
    """What came in or was netted has paid credit already, in the entry of that."""
    owner = fact.buyer_id
    amount = 0 if fact.by == "repayment" else fact.amount_minor
    return Entry(fact.trade_id, (Posting(cash(owner), credit(owner), fact.currency, amount),))


def _given_back(fact: UnitsEnded | SubscriptionEnded | EntitlementEnded) -> Entry:
    move = Posting(escrow(fact.trade_id), cash(fact.buyer_id), fact.currency, fact.refunded_minor)
    return Entry(fact.trade_id, (move,))


TEMPLATES: Mapping[type[Fact], Template] = {
    **SETTLEMENT_TEMPLATES,
    **TRANSFER_TEMPLATES,
    **ECNY_TEMPLATES,
    **PENALTY_TEMPLATES,
    **SUBSIDY_TEMPLATES,
    DepositConfirmed: _deposit_confirmed,
    OrderAccepted: _order_accepted,
    OrderReplaced: _order_replaced,
    OrderReduced: _order_ended,
    OrderExpired: _order_ended,
    OrderCancelled: _order_ended,
    TradeMatched: _trade_matched,
    PurchaseAccepted: _purchase_accepted,
    PurchaseRefunded: _purchase_refunded,
    RefundApproved: _refund_approved,
    DisputeOpened: _dispute_opened,
    DisputeResolved: _dispute_resolved,
    WithdrawalRequested: _withdrawal_requested,
    WithdrawalPaid: _withdrawal_paid,
    WithdrawalRejected: _withdrawal_rejected,
    ServiceFeeCharged: _service_fee_charged,
    ShareCommitted: _share_committed,
    ShareWithdrawn: _deposit_ended,
    ShareExcluded: _deposit_ended,
    PoolFailed: _pool_failed,
    ShareActivated: _share_activated,
    BidCommitted: _bid_committed,
    BidRevealed: _bid_revealed,
    BidReleased: _bid_released,
    DepositForfeited: _deposit_forfeited,
    AuctionSold: _auction_sold,
    QuoteAwarded: _quote_awarded,
    AwardEnded: _award_ended,
    UnitsBought: _held_for_trade,
    PeriodBegun: _held_for_trade,
    BillPaid: _bill_paid,
    UnitsEnded: _given_back,
    SubscriptionEnded: _given_back,
    EntitlementEnded: _given_back,
}
