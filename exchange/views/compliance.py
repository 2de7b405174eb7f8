"""What the fence decided, and under which rulesets."""

from collections.abc import Iterable

from exchange.bonded.facts import FACTS as BONDED_FACTS
from exchange.bonded.facts import CrossingDecided, ZoneRulesetAdopted
from exchange.market.auctions.facts import FACTS as AUCTION_FACTS
from exchange.market.disputes.facts import FACTS as DISPUTE_FACTS
from exchange.market.entitlements.facts import (
    DecisionRestored,
    DecisionRevoked,
    EntitlementEnded,
    RedecidingAdvanced,
    RedecidingBegun,
)
from exchange.market.facts import (
    DepositConfirmed,
    EntitlementGranted,
    FenceDecided,
    InstrumentOpened,
    InstrumentStateSet,
    ParticipantRecorded,
    PayoutExecuted,
    PurchaseAccepted,
    PurchaseRefunded,
    RulesetAdopted,
    StandingRecorded,
    TradeMatched,
)
from exchange.market.lines.facts import FACTS as LINE_FACTS
from exchange.market.pools.facts import FACTS as POOL_FACTS
from exchange.market.purchases.facts import FACTS as PURCHASE_FACTS
from exchange.market.quotes.facts import FACTS as QUOTES_FACTS
from exchange.market.rulings.facts import CaseConcluded, CasePurchasesEnded, RulingEnded, RulingRecorded
from exchange.registry.barring.facts import ListingBarred
from exchange.registry.body.facts import FACTS as BODY_FACTS
from exchange.registry.cases.facts import FACTS as CASE_FACTS
from exchange.registry.facts import (
    ListingPublished,
    ListingResumed,
    ListingSuspended,
    ListingWithdrawn,
    OpinionFiled,
    ParticipantAdmitted,
    ParticipantReinstated,
    ParticipantSuspended,
    ProductDrafted,
    ProductRegistered,
    RulesetActivated,
)
from exchange.store import Change, Insert, Row, Update
from exchange.views import redecisions
from exchange.views.columns import as_json_list, count, table, text
from exchange.views.described import FACTS as DESCRIBED
from exchange.views.dues import MONEY_FACTS
from exchange.views.groups import BOOK_WORK, BROUGHT, HELD, ORDER_MONEY, PLAN_WORK
from exchange.views.redecisions import REDECISIONS
from exchange.views.view import COMMON_IGNORED, Here, View

FENCE_DECISIONS = table(
    "fence_decisions",
    "What the fence decided of each proposed crossing, for or against",
    text("decision_id", key=True),
    count("partition"),
    count("seq"),
    text("instrument_id"),
    text("product_id"),
    text("seller_id"),
    text("buyer_id"),
    text("outcome", comment="ALLOW, ALLOW_COND, FILE, ASSESS, REVIEW or DENY"),
    text("reason_codes", comment="JSON array"),
    text("deciding_codes", comment="JSON array"),
    text("note_codes", comment="JSON array"),
    text("obligations", comment="JSON array"),
    text("satisfied_by", comment="JSON array of safeguards"),
    text("ruleset_version"),
    text("ruleset_digest"),
    text("inputs_digest"),
    count("holds_until", null=True, comment="the earliest moment at which an input changes by itself"),
    text("crossing", comment="canonical JSON of what was decided"),
    text("decision", comment="canonical JSON of the answer"),
    text("ruling_ids", null=True, comment="JSON array of the rulings by which a REVIEW counts as admitted"),
    count("at"),
    indexes=[("buyer_id",), ("product_id",), ("outcome",)],
)

RULESETS = table(
    "rulesets",
    "Which ruleset was activated, and adopted by which market partition",
    text("context", key=True, comment="registry: activated; market: adopted"),
    count("partition", key=True),
    count("seq", key=True),
    text("ruleset_version"),
    text("ruleset_digest"),
    count("effective_at"),
    text("approved_by", null=True, comment="JSON array of the members of the management body who signed"),
    count("at"),
    clustered=True,
)


COUNTER_RULINGS = table(
    "counter_rulings",
    "What the counter let pass of a REVIEW",
    text("ruling_id", key=True),
    count("partition"),
    count("seq"),
    text("codes", comment="JSON array of the reason codes that are lifted"),
    text("product_id", null=True, comment="the product it is about"),
    text("instrument_id", null=True, comment="or the instrument"),
    text("buyer_id", null=True, comment="the buyer it is for; none: any"),
    text("panel", comment="JSON array of those who ruled"),
    text("grounds"),
    text("reference", comment="the counter's case"),
    text("by_id", comment="who brought it here"),
    text("state", comment="in_force or ended"),
    text("basis", null=True, comment="why it ended: time, or it was withdrawn"),
    text("end_grounds", null=True),
    count("valid_until_at"),
    count("at"),
    count("ended_at", null=True),
    indexes=[("product_id",), ("instrument_id",)],
)


def _decided(here: Here, fact: FenceDecided) -> Iterable[Change]:
    yield _decision(here, fact, fact.instrument_id, fact.product_id, fact.seller_id, fact.buyer_id)


def _crossed(here: Here, fact: CrossingDecided) -> Iterable[Change]:
    """Bonded data crosses the fence outside any market: what it is about stands in the product's place."""
    yield _decision(here, fact, "", fact.subject, fact.exporter_id, fact.recipient_id)


def _decision(
    here: Here,
    fact: FenceDecided | CrossingDecided,
    instrument_id: str,
    product_id: str,
    seller_id: str,
    buyer_id: str,
) -> Insert:
    return Insert(
        FENCE_DECISIONS,
        {
            "decision_id": fact.decision_id,
            "partition": here.partition,
            "seq": here.seq,
            "instrument_id": instrument_id,
            "product_id": product_id,
            "seller_id": seller_id,
            "buyer_id": buyer_id,
            "outcome": fact.outcome,
            "reason_codes": as_json_list(fact.reason_codes),
            "deciding_codes": as_json_list(fact.deciding_codes),
            "note_codes": as_json_list(fact.note_codes),
            "obligations": as_json_list(fact.obligations),
            "satisfied_by": as_json_list(fact.satisfied_by),
            "ruleset_version": fact.ruleset_version,
            "ruleset_digest": fact.ruleset_digest,
            "inputs_digest": fact.inputs_digest,
            "holds_until": fact.holds_until,
            "crossing": fact.crossing,
            "decision": fact.decision,
            "ruling_ids": as_json_list(fact.ruling_ids) if fact.ruling_ids else None,
            "at": here.at,
        },
    )


def _ruleset(here: Here, fact: RulesetActivated | RulesetAdopted | ZoneRulesetAdopted) -> Iterable[Change]:
    yield Insert(
        RULESETS,
        {
            "context": here.context,
            "partition": here.partition,
            "seq": here.seq,
            "ruleset_version": fact.ruleset_version,
            "ruleset_digest": fact.ruleset_digest,
            "effective_at": fact.effective_at,
            "approved_by": _approved_by(fact),
            "at": here.at,
        },
    )


def _approved_by(fact: RulesetActivated | RulesetAdopted | ZoneRulesetAdopted) -> str | None:
    if not isinstance(fact, RulesetActivated) or not fact.approvals:
        return None
    return as_json_list(tuple(each.member for each in fact.approvals))


def _ruled(here: Here, fact: RulingRecorded) -> Iterable[Change]:
    yield Insert(
        COUNTER_RULINGS,
        {
            "ruling_id": fact.ruling_id,
            "partition": here.partition,
            "seq": here.seq,
            "codes": as_json_list(fact.codes),
            "product_id": fact.product_id,
            "instrument_id": fact.instrument_id,
            "buyer_id": fact.buyer_id,
            "panel": as_json_list(fact.panel),
            "grounds": fact.grounds,
            "reference": fact.reference,
            "by_id": fact.by_id,
            "state": "in_force",
            "basis": None,
            "end_grounds": None,
            "valid_until_at": fact.valid_until,
            "at": here.at,
            "ended_at": None,
        },
    )


def _ruling_ended(here: Here, fact: RulingEnded) -> Iterable[Change]:
    values: Row = {"state": "ended", "basis": fact.basis, "end_grounds": fact.grounds, "ended_at": here.at}
    yield Update(COUNTER_RULINGS, {"ruling_id": fact.ruling_id}, values)


COMPLIANCE = View(
    name="compliance",
    contexts=("registry", "market", "bonded"),
    tables=(FENCE_DECISIONS, RULESETS, COUNTER_RULINGS, REDECISIONS),
    handlers={
        FenceDecided: _decided,
        RulesetActivated: _ruleset,
        RulesetAdopted: _ruleset,
        CrossingDecided: _crossed,
        ZoneRulesetAdopted: _ruleset,
        RulingRecorded: _ruled,
        RulingEnded: _ruling_ended,
        DecisionRevoked: redecisions.revoked,
        DecisionRestored: redecisions.restored,
        EntitlementEnded: redecisions.ended,
    },
    # Who takes part and what is on offer is the catalogue's; what was traded on an answer is market data.
    ignores=COMMON_IGNORED.union(AUCTION_FACTS, POOL_FACTS, LINE_FACTS, QUOTES_FACTS)
    | MONEY_FACTS
    | frozenset((*PURCHASE_FACTS, *DISPUTE_FACTS, *CASE_FACTS, *BODY_FACTS))
    | (frozenset(BONDED_FACTS) - {CrossingDecided, ZoneRulesetAdopted})
    | ORDER_MONEY
    | BOOK_WORK
    | PLAN_WORK
    | BROUGHT
    | HELD
    | DESCRIBED
    | {
        CaseConcluded,
        CasePurchasesEnded,
        ParticipantAdmitted,
        ParticipantSuspended,
        ParticipantReinstated,
        ProductDrafted,
        OpinionFiled,
        ProductRegistered,
        ListingPublished,
        ListingSuspended,
        ListingResumed,
        ListingWithdrawn,
        ListingBarred,
        ParticipantRecorded,
        StandingRecorded,
        InstrumentOpened,
        InstrumentStateSet,
        RedecidingBegun,
        RedecidingAdvanced,
        DepositConfirmed,
        PayoutExecuted,
        TradeMatched,
        EntitlementGranted,
        PurchaseAccepted,
        PurchaseRefunded,
    },
)
