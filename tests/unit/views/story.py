"""Journals to project: one purchase from admission to payout, and what can go otherwise, as facts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from exchange.delivery import facts as delivery
from exchange.kernel.bases import Fact, FactMeta, Outcome, Recorded
from exchange.kernel.fields import Field, FieldSource
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.kernel.product import LicenceTerms, PricePlan, Upstream
from exchange.kernel.protocol import (
    ClockShifted,
    InputUnreadable,
    Passed,
    PassedRun,
    PassReason,
    Refused,
    Repeated,
)
from exchange.kernel.time import MINUTE, instant
from exchange.market import facts as market
from exchange.market.commands import InstrumentTerms, Side, Standing, TimeInForce, Use
from exchange.market.destinations.values import Destinations
from exchange.market.pools.facts import PoolThresholdReached
from exchange.registry import facts as registry
from exchange.registry.commands import Role
from exchange.store import VIEWS_READER, Store, save
from exchange.views import VIEWS, project_batch
from tests.support.traits import GENERAL
from tests.unit.views.auction_story import an_unsold_auction
from tests.unit.views.line_story import a_line
from tests.unit.views.pool_story import POOLER, a_share, an_opened_pool
from tests.unit.views.quotes_story import a_request, a_ruling_of_the_counter

START = instant("2026-11-02T00:00:00Z")
SELLER, BUYER, ASSESSOR, BANK, OPERATOR = "SE-CN-02", "BU-JP-01", "AS-CN-01", "BK-HK-01", "OP-CN-01"
PRODUCT, VERSION, LISTING, INSTRUMENT = "P-07", "1.0", "L-0.5.0", "L-0.5.0"
TRADE, ORDER, ENTITLEMENT, DECISION = "T-0.20.0", "O-0.20.0", "E-0.20.0", "D-0.20.0"
DIGEST = bytes(range(32))
HEX = DIGEST.hex()

LICENCE = LicenceTerms(
    title="Monthly use",
    spatial=("CN", "JP"),
    purposes=("transport",),
    permitted=("analyse",),
    prohibited=("resell",),
    term_days=30,
)
UPSTREAM = Upstream(name="port-office/berths", version="2026", licence="open", job="clean")
FIELDS = (
    Field(name="berth", data_type="string"),
    Field(
        name="ship",
        data_type="string",
        made_from=(FieldSource(of=UPSTREAM.name, field="imo", way="transformation", masked=True),),
    ),
    Field(name="issue", made_from=()),
)


@dataclass
class Journal:
    """One partition of a context's journal, being written."""

    context: str
    partition: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    seq: int = 0

    def add(self, *facts: Fact, command_id: str = "", actor: str = "someone") -> None:
        """Append one outcome, a minute after the last one."""
        cause = len(self.outcomes)
        at = START + cause * MINUTE
        outcome = tuple(
            Recorded(
                FactMeta(
                    seq=self.seq + index,
                    claim=0,
                    cause=cause,
                    index=index,
                    last=len(facts) - 1,
                    command_id=command_id or f"{self.context}-{cause}",
                    actor=actor,
                    at=at,
                ),
                fact,
            )
            for index, fact in enumerate(facts)
        )
        self.outcomes.append(outcome)
        self.seq += len(facts)


def at(cause: int) -> int:
    """When the command at this offset of any journal of a story was decided."""
    return START + cause * MINUTE


def a_participant(participant_id: str, *roles: Role, place: str = "CN") -> registry.ParticipantAdmitted:
    return registry.ParticipantAdmitted(
        participant_id=participant_id,
        display_name=f"The {participant_id}",
        place=place,
        roles=roles,
        beneficial_owner=f"UBO-{participant_id}",
        currency="CNY",
        registered_zones=(),
        ciio=False,
        gba_registered=False,
        us_covered_person=False,
        is_intermediary=False,
        bound_by_comparable_law=False,
        commitment_digest=DIGEST,
        public_key=DIGEST,
        signature=DIGEST * 2,
    )


def a_draft(**changed: Any) -> registry.ProductDrafted:
    values: dict[str, Any] = {
        "product_id": PRODUCT,
        "version": VERSION,
        "seller_id": SELLER,
        "title": "Berth times",
        "description": "Who lies where, and until when.",
        "product_type": "stream",
        "protection": "open",
        "stored_in": "CN",
        "languages": ("en",),
        "traits": GENERAL,
        "licence": LICENCE,
        "upstream": (UPSTREAM,),
        "package_digest": DIGEST,
        "fields": FIELDS,
    }
    return registry.ProductDrafted(**(values | changed))


def an_opinion(kind: str, passed: bool = True) -> registry.OpinionFiled:
    return registry.OpinionFiled(
        product_id=PRODUCT,
        version=VERSION,
        kind=kind,
        passed=passed,
        assessor_id=ASSESSOR,
        report_digest=DIGEST,
        statement="Sound.",
    )


def a_listing(**changed: Any) -> registry.ListingPublished:
    values: dict[str, Any] = {
        "listing_id": LISTING,
        "product_id": PRODUCT,
        "version": VERSION,
        "seller_id": SELLER,
        "market_id": "main",
        "certificate_id": "C-0.4.0",
        "title": "Berth times",
        "product_type": "stream",
        "protection": "open",
        "stored_in": "CN",
        "traits": GENERAL,
        "licence": LICENCE,
        "licence_digest": DIGEST,
        "upstream": (UPSTREAM,),
        "fields": FIELDS,
        "price": PricePlan(
            model="subscription", price_minor=1_200_000, currency="CNY", unit="month", book="posted"
        ),
        "transaction_type": "none",
        "acceptance_days": 7,
    }
    fields = registry.ListingPublished.__struct_fields__
    if "assessor_ids" in fields:
        values["assessor_ids"] = (ASSESSOR,)
    return registry.ListingPublished(**(values | changed))


def an_instrument(**changed: Any) -> market.InstrumentOpened:
    values: dict[str, Any] = {
        "instrument_id": INSTRUMENT,
        "market_id": "main",
        "listing_id": LISTING,
        "product_id": PRODUCT,
        "version": VERSION,
        "title": "Berth times",
        "unit": "month",
        "currency": "CNY",
        "tick_micros": 10_000,
        "seller_id": SELLER,
        "posted_price": 1_200_000,
        "moves_data": True,
        "subscription": True,
        "stored_in": "CN",
        "traits": GENERAL,
        "licence": LICENCE,
        "licence_digest": DIGEST,
        "transaction_type": "none",
        "acceptance_days": 7,
    }
    terms = InstrumentTerms(**(values | changed))
    return market.InstrumentOpened(terms=terms, destinations=some_destinations())


def some_destinations(**changed: Any) -> Destinations:
    """Open to buyers in Japan, who are the first to be asked about."""
    values: dict[str, Any] = {
        "verdict": "open",
        "destination": "JP",
        "purpose": "transport",
        "outcome": "ALLOW",
        "codes": ("CN_ART3",),
        "missing": (),
        "obligations": (),
        "safeguards": (),
        "ruleset_version": "2026.11.0",
        "ruleset_digest": HEX,
        "inputs_digest": HEX,
    }
    return Destinations(**(values | changed))


def a_standing(participant_id: str) -> Standing:
    return Standing(
        participant_id=participant_id,
        place="CN",
        roles=("buyer",),
        beneficial_owner=f"UBO-{participant_id}",
        active=True,
        registered_zones=(),
        ciio=False,
        gba_registered=False,
        us_covered_person=False,
        is_intermediary=False,
        bound_by_comparable_law=False,
    )


def a_deposit(
    participant_id: str = BUYER, amount_minor: int = 2_000_000, currency: str = "CNY", bank_id: str = BANK
) -> Fact:
    return market.DepositConfirmed(
        participant_id=participant_id,
        currency=currency,
        amount_minor=amount_minor,
        bank_id=bank_id,
        reference=f"wire-{participant_id}-{currency}",
    )


def a_decision(decision_id: str = DECISION, outcome: str = "ALLOW", **changed: Any) -> market.FenceDecided:
    values: dict[str, Any] = {
        "decision_id": decision_id,
        "instrument_id": INSTRUMENT,
        "product_id": PRODUCT,
        "seller_id": SELLER,
        "buyer_id": BUYER,
        "outcome": outcome,
        "reason_codes": ("CN_ART3",),
        "deciding_codes": ("CN_ART3",),
        "note_codes": (),
        "obligations": (),
        "satisfied_by": (),
        "ruleset_version": "2026-11-02",
        "ruleset_digest": HEX,
        "inputs_digest": HEX,
        "holds_until": None,
        "crossing": '{"hops":[]}',
        "decision": '{"outcome":"ALLOW"}',
    }
    return market.FenceDecided(**(values | changed))


def an_order(order_id: str = ORDER, **changed: Any) -> market.OrderAccepted:
    values: dict[str, Any] = {
        "order_id": order_id,
        "instrument_id": INSTRUMENT,
        "participant_id": BUYER,
        "side": Side.BID,
        "quantity": 1,
        "price": 1_250_000,
        "currency": "CNY",
        "reserved_minor": 1_250_000,
        "use": Use(purpose="transport", place_of_use="JP", licence_digest=DIGEST),
        "reference": "my first",
        "time_in_force": TimeInForce.GOOD_TILL_CANCELLED,
    }
    return market.OrderAccepted(**(values | changed))


def a_cancellation(order_id: str = ORDER, quantity_left: int = 1, released_minor: int = 1_250_000) -> Fact:
    return market.OrderCancelled(
        order_id=order_id,
        instrument_id=INSTRUMENT,
        participant_id=BUYER,
        quantity_left=quantity_left,
        currency="CNY",
        released_minor=released_minor,
        grounds="asked",
    )


def a_trade(trade_id: str = TRADE, bid_id: str = ORDER, **changed: Any) -> market.TradeMatched:
    values: dict[str, Any] = {
        "trade_id": trade_id,
        "instrument_id": INSTRUMENT,
        "listing_id": LISTING,
        "product_id": PRODUCT,
        "version": VERSION,
        "bid_id": bid_id,
        "ask_id": "",
        "buyer_id": BUYER,
        "seller_id": SELLER,
        "taker": Side.BID,
        "price": 1_200_000,
        "quantity": 1,
        "currency": "CNY",
        "amount_minor": 1_200_000,
        "released_minor": 50_000,
        "decision": market.DecisionSummary(
            decision_id=DECISION,
            outcome="ALLOW",
            codes=("CN_ART3",),
            ruleset_version="2026-11-02",
            ruleset_digest=HEX,
        ),
    }
    return market.TradeMatched(**(values | changed))


def a_grant(entitlement_id: str = ENTITLEMENT, trade_id: str = TRADE) -> market.EntitlementGranted:
    return market.EntitlementGranted(
        entitlement_id=entitlement_id,
        trade_id=trade_id,
        market_id="main",
        product_id=PRODUCT,
        version=VERSION,
        listing_id=LISTING,
        seller_id=SELLER,
        buyer_id=BUYER,
        quantity=1,
        unit="month",
        licence_digest=DIGEST,
        obligations=("keep a record",),
        starts_at=START,
        ends_at=START + 30 * 24 * 60 * MINUTE,
        acceptance_days=7,
    )


def an_acceptance(trade_id: str = TRADE, entitlement_id: str = ENTITLEMENT, **changed: Any) -> Fact:
    values: dict[str, Any] = {
        "trade_id": trade_id,
        "entitlement_id": entitlement_id,
        "product_id": PRODUCT,
        "buyer_id": BUYER,
        "seller_id": SELLER,
        "currency": "CNY",
        "gross_minor": 1_200_000,
        "seller_minor": 1_170_000,
        "fee_net_minor": 28_302,
        "fee_tax_minor": 1_698,
        "tax_authority": "CN",
        "tax_rate_bp": 600,
        "basis": "evidence",
    }
    return market.PurchaseAccepted(**(values | changed))


def a_refund(trade_id: str, entitlement_id: str, amount_minor: int = 1_200_000) -> Fact:
    return market.PurchaseRefunded(
        trade_id=trade_id,
        entitlement_id=entitlement_id,
        product_id=PRODUCT,
        buyer_id=BUYER,
        seller_id=SELLER,
        currency="CNY",
        amount_minor=amount_minor,
        basis="seller",
        grounds="sold out",
    )


def a_payout(amount_minor: int = 1_170_000) -> Fact:
    return market.PayoutExecuted(
        participant_id=SELLER, currency="CNY", amount_minor=amount_minor, bank_id=BANK, reference="pay-1"
    )


def a_refusal(detail: str = "no funds", codes: tuple[str, ...] = ()) -> Refused:
    return Refused(
        command="PlaceOrder", reason="FENCE_REFUSED", subject=INSTRUMENT, detail=detail, codes=codes
    )


def a_range(first: int, last: int) -> delivery.RangePublished:
    return delivery.RangePublished(
        product_id=PRODUCT,
        version=VERSION,
        seller_id=SELLER,
        stored_in="CN",
        first=first,
        last=last,
        count=last - first + 1,
        size_bytes=10 * (last - first + 1),
        digest=DIGEST,
        first_offset=first + 1,
        last_offset=last + 1,
        stream_claim=0,
        epoch=0,
    )


def an_opening(entitlement_id: str = ENTITLEMENT, trade_id: str = TRADE) -> delivery.EntitlementOpened:
    return delivery.EntitlementOpened(
        entitlement_id=entitlement_id,
        trade_id=trade_id,
        market_id="main",
        product_id=PRODUCT,
        version=VERSION,
        seller_id=SELLER,
        buyer_id=BUYER,
        from_seq=0,
        starts_at=START,
        ends_at=START + 30 * 24 * 60 * MINUTE,
        acceptance_days=7,
    )


def a_receipt(first: int, last: int, entitlement_id: str = ENTITLEMENT) -> delivery.RangeReceived:
    return delivery.RangeReceived(
        entitlement_id=entitlement_id,
        product_id=PRODUCT,
        buyer_id=BUYER,
        first=first,
        last=last,
        count=last - first + 1,
        digest=DIGEST,
    )


def a_difference(first: int, last: int, entitlement_id: str = ENTITLEMENT) -> delivery.DigestsDiffered:
    return delivery.DigestsDiffered(
        entitlement_id=entitlement_id,
        product_id=PRODUCT,
        buyer_id=BUYER,
        seller_id=SELLER,
        first=first,
        last=last,
        first_offset=first + 1,
        last_offset=last + 1,
        seller_count=last - first + 1,
        seller_digest=DIGEST,
        buyer_count=last - first,
        buyer_digest=DIGEST[::-1],
    )


def a_ruling(first: int, last: int, right: str = "seller") -> delivery.RangeRuled:
    return delivery.RangeRuled(
        entitlement_id=ENTITLEMENT,
        product_id=PRODUCT,
        first=first,
        last=last,
        count=last - first + 1,
        digest=DIGEST,
        right=right,
    )


def registry_journal() -> Journal:
    journal = Journal("registry")
    journal.add(a_participant(OPERATOR, Role.OPERATOR, Role.COUNTER))
    for who, role, place in (
        (SELLER, Role.SELLER, "CN"),
        (BUYER, Role.BUYER, "JP"),
        (ASSESSOR, Role.ASSESSOR, "CN"),
    ):
        journal.add(a_participant(who, role, place=place))
    journal.add(
        registry.RulesetActivated(ruleset_version="2026-11-02", ruleset_digest=HEX, effective_at=START)
    )
    journal.add(a_draft())
    journal.add(an_opinion("compliance"))
    journal.add(an_opinion("quality"))
    journal.add(
        registry.ProductRegistered(
            product_id=PRODUCT, version=VERSION, certificate_id="C-0.4.0", package_digest=DIGEST
        )
    )
    journal.add(a_listing())
    journal.add(registry.ListingSuspended(listing_id=LISTING, market_id="main", grounds="a check"))
    journal.add(registry.ListingResumed(listing_id=LISTING, market_id="main"))
    journal.add(registry.ParticipantSuspended(participant_id=ASSESSOR, grounds="a\0conflict"))
    journal.add(registry.ParticipantReinstated(participant_id=ASSESSOR))
    journal.add(a_draft(version="2.0", title="漢字 Berths\0🜨"))
    journal.add(Refused(command="DraftProduct", reason="PRODUCT_EXISTS", subject=PRODUCT, detail="it exists"))
    return journal


def market_journal(partition: int = 0) -> Journal:
    journal = Journal("market", partition)
    mine = f"{partition}."
    entitlement, trade, order, decision = (f"{kind}-{mine}20.0" for kind in "ETOD")
    instrument = f"L-{mine}5.0"
    journal.add(market.ParticipantRecorded(standing=a_standing(BUYER)))
    journal.add(market.StandingRecorded(participant_id=BUYER, active=True))
    journal.add(market.RulesetAdopted(ruleset_version="2026-11-02", ruleset_digest=HEX, effective_at=START))
    journal.add(an_instrument(instrument_id=instrument))
    journal.add(a_deposit())
    journal.add(a_deposit(currency="USD", amount_minor=3_000_000))
    here = {"instrument_id": instrument}
    journal.add(
        a_decision(decision, **here),
        an_order(order, **here),
        a_trade(trade, order, **here),
        a_grant(entitlement, trade),
        command_id="buy",
        actor=BUYER,
    )
    journal.add(
        a_decision(f"D-{mine}21.0", "DENY", **here),
        a_refusal("DENY", ("US_DSP_PROHIBITED",)),
        command_id="buy-more",
        actor=BUYER,
    )
    journal.add(Repeated(first=6), command_id="buy", actor=BUYER)
    journal.add(
        Passed(
            runs=(
                PassedRun(first=3, last=5, count=3, reason=PassReason.NOTHING_DUE),
                PassedRun(first=6, last=6, count=1, reason=PassReason.POLICY_REPEAT),
            )
        )
    )
    journal.add(InputUnreadable(reason="SCHEMA_UNKNOWN", detail="id 99\0", size_bytes=7, digest=DIGEST[:16]))
    journal.add(ClockShifted(shift_us=5))
    bid, other = f"O-{mine}30.0", f"T-{mine}30.0"
    journal.add(
        an_order(bid, quantity=3, price=200_000, reserved_minor=600_000, **here),
        a_trade(
            other,
            bid,
            quantity=1,
            price=190_000,
            amount_minor=190_000,
            released_minor=10_000,
            decision=None,
            **here,
        ),
        a_grant(f"E-{mine}30.0", other),
    )
    journal.add(a_cancellation(bid, 2, 400_000))
    journal.add(a_refund(other, f"E-{mine}30.0", 190_000))
    journal.add(market.InstrumentStateSet(instrument_id=instrument, state="halted"))
    journal.add(an_acceptance(trade, entitlement))
    journal.add(a_payout())
    resting = f"O-{mine}40.0"
    journal.add(an_order(resting, quantity=4, price=100, reserved_minor=400, **here))
    journal.add(
        market.CapacityRegistered(instrument_id=instrument, participant_id=SELLER, quantity=40),
        market.AuctionPriced(instrument_id=instrument, price=190_000, volume=3, imbalance=-1),
    )
    for outcome in an_unsold_auction(partition):
        journal.add(*outcome)
    pool, share = f"PL-{mine}50.0", f"SH-{mine}51.0"
    journal.add(a_deposit(participant_id=POOLER, bank_id="BK-SG-01"))
    journal.add(an_opened_pool(pool, START))
    journal.add(a_share(share, pool), PoolThresholdReached(pool_id=pool, total_mbps=50, threshold_mbps=40))
    journal.add(*a_line(mine, START))
    journal.add(a_ruling_of_the_counter(mine, PRODUCT))
    for fact in a_request(mine, BUYER, SELLER, instrument):
        journal.add(fact)
    return journal


def delivery_journal(partition: int = 0) -> Journal:
    journal = Journal("delivery", partition)
    journal.add(
        delivery.ProductRecorded(
            product_id=PRODUCT,
            version=VERSION,
            listing_id=LISTING,
            seller_id=SELLER,
            product_type="stream",
            protection="open",
            stored_in="CN",
            title="Berth times",
        )
    )
    journal.add(an_opening())
    journal.add(a_range(0, 99))
    journal.add(a_range(100, 149))
    journal.add(a_receipt(0, 99))
    journal.add(
        delivery.GapReported(entitlement_id=ENTITLEMENT, product_id=PRODUCT, first=120, last=130),
        actor=BUYER,
    )
    journal.add(a_difference(100, 149))
    journal.add(a_ruling(100, 149))
    journal.add(
        delivery.PublicationCompleted(
            product_id=PRODUCT, through=149, entitlement_ids=(ENTITLEMENT,), basis="seller"
        ),
    )
    journal.add(
        delivery.DeliveryObjected(entitlement_id=ENTITLEMENT, product_id=PRODUCT, grounds="too\0late")
    )
    journal.add(
        a_receipt(100, 149),
        delivery.GapClosed(entitlement_id=ENTITLEMENT, product_id=PRODUCT, first=120, last=130),
        delivery.AcceptanceProposed(
            entitlement_id=ENTITLEMENT,
            trade_id=TRADE,
            market_id="main",
            product_id=PRODUCT,
            basis="evidence",
            through=149,
        ),
    )
    journal.add(
        delivery.EntitlementClosed(
            entitlement_id=ENTITLEMENT, trade_id=TRADE, product_id=PRODUCT, verdict="accepted"
        )
    )
    return journal


def a_story() -> tuple[Journal, ...]:
    """Every journal of a small exchange: two market partitions, one of the other contexts."""
    return registry_journal(), market_journal(0), market_journal(1), delivery_journal()


def position_after(outcomes: Iterable[Outcome], before: JournalPosition = BEGINNING) -> JournalPosition:
    """Where a reader stands that took these outcomes, as if they were all there is in the journal."""
    for outcome in outcomes:
        seq = outcome[-1].meta.seq + 1
        before = JournalPosition(offset=seq + 2, claim=0, seq=seq, digest=seq.to_bytes(32))
    return before


def play(store: Store, *journals: Journal) -> None:
    """Project whole journals, each in one batch."""
    for journal in journals:
        after = position_after(journal.outcomes)
        changes = project_batch(VIEWS, journal.context, journal.partition, journal.outcomes)
        topic = f"{journal.context}.journal"
        save(store, VIEWS_READER, topic, journal.partition, BEGINNING, after, changes)
