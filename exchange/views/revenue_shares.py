"""Who shares in whose revenue, and what came of it."""

from collections.abc import Iterable

from exchange.settlement.shares import facts as happened
from exchange.settlement.vocabulary import FACTS as SETTLEMENT_FACTS
from exchange.store import Change, Insert, Row, Update
from exchange.views.columns import as_json, count, table, text
from exchange.views.view import COMMON_IGNORED, Handler, Here, View

REVENUE_AGREEMENTS = table(
    "revenue_agreements",
    "Licensees that share their net revenue with those who have a part in a product",
    count("seq", key=True),
    text("agreement_id"),
    text("product_id"),
    text("market_id"),
    text("payer_id"),
    text("currency"),
    count("share_bp", comment="of net revenue, in basis points"),
    count("guarantee_minor"),
    text("beneficiaries", comment="JSON array"),
    count("at"),
    indexes=[("agreement_id",), ("payer_id",)],
)

REVENUE_SHARES = table(
    "revenue_shares",
    "Guarantees and shares of reported revenue, and how each was split",
    text("claim_id", key=True),
    count("seq"),
    text("agreement_id"),
    text("period", null=True, comment="null: the guarantee"),
    text("payer_id"),
    text("currency"),
    count("revenue_minor", null=True, comment="reported net revenue; null: the guarantee"),
    count("earned_minor", null=True),
    count("recouped_minor", null=True, comment="paid before as guarantee"),
    count("amount_minor"),
    text("parts", comment="JSON array: who gets how much"),
    text("state", comment="claimed, settled, nothing_due or returned"),
    text("reason", null=True, comment="why a market did not pay it"),
    text("detail", null=True),
    count("at"),
    count("closed_at", null=True),
    indexes=[("agreement_id",)],
)


def _agreed(here: Here, fact: happened.RevenueShareAgreed) -> Iterable[Change]:
    yield Insert(
        REVENUE_AGREEMENTS,
        {
            "seq": here.seq,
            "agreement_id": fact.agreement_id,
            "product_id": fact.product_id,
            "market_id": fact.market_id,
            "payer_id": fact.payer_id,
            "currency": fact.currency,
            "share_bp": fact.share_bp,
            "guarantee_minor": fact.guarantee_minor,
            "beneficiaries": as_json(fact.beneficiaries),
            "at": here.at,
        },
    )


def _guarantee(here: Here, fact: happened.GuaranteeClaimed) -> Iterable[Change]:
    of_revenue: Row = {"period": None, "revenue_minor": None, "earned_minor": None, "recouped_minor": None}
    yield _claim(here, fact, of_revenue)


def _reported(here: Here, fact: happened.RevenueShareReported) -> Iterable[Change]:
    of_revenue: Row = {
        "period": fact.period,
        "revenue_minor": fact.revenue_minor,
        "earned_minor": fact.earned_minor,
        "recouped_minor": fact.recouped_minor,
    }
    yield _claim(here, fact, of_revenue)


def _claim(
    here: Here, fact: happened.GuaranteeClaimed | happened.RevenueShareReported, of_revenue: Row
) -> Change:
    return Insert(
        REVENUE_SHARES,
        {
            "claim_id": fact.claim_id,
            "seq": here.seq,
            "agreement_id": fact.agreement_id,
            "payer_id": fact.payer_id,
            "currency": fact.currency,
            "amount_minor": fact.amount_minor,
            "parts": as_json(fact.parts),
            "state": "claimed" if fact.amount_minor else "nothing_due",
            "reason": None,
            "detail": None,
            "at": here.at,
            "closed_at": None,
            **of_revenue,
        },
    )


def _settled(here: Here, fact: happened.ShareSettled) -> Iterable[Change]:
    yield Update(REVENUE_SHARES, {"claim_id": fact.claim_id}, {"state": "settled", "closed_at": here.at})


def _returned(here: Here, fact: happened.ShareReturned) -> Iterable[Change]:
    values: Row = {"state": "returned", "reason": fact.reason, "detail": fact.detail, "closed_at": here.at}
    yield Update(REVENUE_SHARES, {"claim_id": fact.claim_id}, values)


_HANDLERS: dict[type, Handler] = {
    happened.RevenueShareAgreed: _agreed,
    happened.GuaranteeClaimed: _guarantee,
    happened.RevenueShareReported: _reported,
    happened.ShareSettled: _settled,
    happened.ShareReturned: _returned,
}

REVENUE_SHARES_VIEW = View(
    name="revenue_shares",
    contexts=("settlement",),
    tables=(REVENUE_AGREEMENTS, REVENUE_SHARES),
    handlers=_HANDLERS,
    # The other rooms of the settlement have views of their own.
    ignores=COMMON_IGNORED | (frozenset(SETTLEMENT_FACTS) - _HANDLERS.keys()),
)
