"""Posting templates: what a fact means in double entry. Pure. Source: settlement.md section 2."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from exchange.kernel.bases import Fact, type_name
from exchange.kernel.errors import InvariantBroken
from exchange.market.auctions.facts import (
    AuctionSold,
    BidCommitted,
    BidReleased,
    BidRevealed,
    DepositForfeited,
)
from exchange.market.facts import (
    DepositConfirmed,
    OrderAccepted,
    OrderCancelled,
    OrderExpired,
    OrderReduced,
    OrderReplaced,
    PayoutExecuted,
    PurchaseAccepted,
    PurchaseRefunded,
    TradeMatched,
)
from exchange.market.pools.facts import (
    PoolFailed,
    ShareActivated,
    ShareCommitted,
    ShareExcluded,
    ShareWithdrawn,
)
from exchange.market.quotes.facts import AwardEnded, QuoteAwarded
from exchange.views.accounts import (
    Account,
    cash,
    custodian,
    deposits,
    escrow,
    fee_income,
    payable,
    penalties,
    reserved,
    tax,
)


class Posting(NamedTuple):
    """An amount moves between two accounts."""

    debit: Account
    credit: Account
    currency: str
    amount_minor: int


class Entry(NamedTuple):
    """What one fact moves, whole or not at all.

    Shape: `subject` is the order, the award, the trade, the share, the pool or the bank's reference that it is about;
    no posting is of 0.
    """

    subject: str
    postings: tuple[Posting, ...]


Template: TypeAlias = Callable[[Any], Entry]


def entry_of(fact: Fact) -> Entry:
    """The entry that a fact of a market brings about; without postings where it moves nothing.

    Raises: InvariantBroken if the fact's amounts do not balance.
    """
    entry = TEMPLATES[type(fact)](fact)
    postings = tuple(each for each in entry.postings if each.amount_minor)
    for each in postings:
        if each.amount_minor < 0 or each.debit == each.credit:
            raise InvariantBroken(f"the entry of {type_name(fact)} {entry.subject} cannot be posted: {each}")
    return Entry(entry.subject, postings)


def _deposit_confirmed(fact: DepositConfirmed) -> Entry:
    move = Posting(custodian(fact.bank_id), cash(fact.participant_id), fact.currency, fact.amount_minor)
    return Entry(fact.reference, (move,))


def _payout_executed(fact: PayoutExecuted) -> Entry:
    move = Posting(payable(fact.participant_id), custodian(fact.bank_id), fact.currency, fact.amount_minor)
    return Entry(fact.reference, (move,))


def _order_accepted(fact: OrderAccepted) -> Entry:
    owner = fact.participant_id
    return Entry(fact.order_id, (Posting(cash(owner), reserved(owner), fact.currency, fact.reserved_minor),))


def _order_replaced(fact: OrderReplaced) -> Entry:
    owner, more = fact.participant_id, fact.reserved_minor - fact.reserved_before_minor
    move = Posting(cash(owner), reserved(owner), fact.currency, more)
    return Entry(fact.order_id, (move if more > 0 else _released(owner, fact.currency, -more),))


def _order_ended(fact: OrderCancelled | OrderExpired | OrderReduced) -> Entry:
    return Entry(fact.order_id, (_released(fact.participant_id, fact.currency, fact.released_minor),))


def _trade_matched(fact: TradeMatched) -> Entry:
    held = Posting(reserved(fact.buyer_id), escrow(fact.trade_id), fact.currency, fact.amount_minor)
    return Entry(fact.trade_id, (held, _released(fact.buyer_id, fact.currency, fact.released_minor)))


def _released(owner: str, currency: str, amount_minor: int) -> Posting:
    return Posting(reserved(owner), cash(owner), currency, amount_minor)


def _purchase_accepted(fact: PurchaseAccepted) -> Entry:
    parts = (
        (payable(fact.seller_id), fact.seller_minor),
        (fee_income(), fact.fee_net_minor),
        (tax(fact.tax_authority, fact.tax_rate_bp), fact.fee_tax_minor),
    )
    held = escrow(fact.trade_id)
    return Entry(fact.trade_id, _split(fact, held, fact.gross_minor, fact.currency, parts))


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


def _share_committed(fact: ShareCommitted) -> Entry:
    owner = fact.participant_id
    return Entry(fact.share_id, (Posting(cash(owner), deposits(owner), fact.currency, fact.deposit_minor),))


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
        Posting(deposits(owner), backing, fact.currency, fact.deposit_minor),
        Posting(cash(owner), backing, fact.currency, fact.rest_minor),
    )
    return Entry(fact.share_id, parts)


def _bid_committed(fact: BidCommitted) -> Entry:
    owner = fact.participant_id
    return Entry(fact.bid_id, (Posting(cash(owner), deposits(owner), fact.currency, fact.deposit_minor),))


def _bid_revealed(fact: BidRevealed) -> Entry:
    owner = fact.participant_id
    counted = Posting(deposits(owner), reserved(owner), fact.currency, fact.deposit_minor)
    rest = Posting(cash(owner), reserved(owner), fact.currency, fact.held_minor)
    return Entry(fact.bid_id, (counted, rest))


def _bid_released(fact: BidReleased) -> Entry:
    owner = fact.participant_id
    deposit = Posting(deposits(owner), cash(owner), fact.currency, fact.deposit_minor)
    return Entry(fact.bid_id, (deposit, _released(owner, fact.currency, fact.reserved_minor)))


def _deposit_forfeited(fact: DepositForfeited) -> Entry:
    move = Posting(deposits(fact.participant_id), penalties(), fact.currency, fact.amount_minor)
    return Entry(fact.bid_id, (move,))


def _auction_sold(fact: AuctionSold) -> Entry:
    owner = fact.buyer_id
    return Entry(fact.bid_id, (Posting(cash(owner), reserved(owner), fact.currency, fact.reserved_minor),))


def _quote_awarded(fact: QuoteAwarded) -> Entry:
    owner = fact.buyer_id
    return Entry(fact.award_id, (Posting(cash(owner), reserved(owner), fact.currency, fact.held_minor),))


def _award_ended(fact: AwardEnded) -> Entry:
    return Entry(fact.award_id, (_released(fact.buyer_id, fact.currency, fact.released_minor),))


TEMPLATES: Mapping[type[Fact], Template] = {
    DepositConfirmed: _deposit_confirmed,
    PayoutExecuted: _payout_executed,
    OrderAccepted: _order_accepted,
    OrderReplaced: _order_replaced,
    OrderReduced: _order_ended,
    OrderExpired: _order_ended,
    OrderCancelled: _order_ended,
    TradeMatched: _trade_matched,
    PurchaseAccepted: _purchase_accepted,
    PurchaseRefunded: _purchase_refunded,
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
}
