"""The synchronous doors. Written by `make twins` from the asynchronous ones: change those, not this file."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange.bonded.commands import (
    OpenBusinessZone,
    ProposeConsignment,
    RecordDestruction,
    RecordLink,
    RegisterSource,
    RequestExport,
    RequestReturn,
    RequestTransfer,
    StartJobRun,
)
from exchange.bonded.facts import (
    BalanceCounted,
    BusinessZoneOpened,
    CaseOpened,
    ConsignmentProposed,
    ConsignmentWrittenOff,
    DeletionCertified,
    DestructionRecorded,
    EgressRequested,
    EgressWithdrawn,
    ItemsScrapped,
    JobRunCompleted,
    JobRunFailed,
    JobRunStarted,
    LinkRecorded,
    OutputOffered,
    SourceRegistered,
)
from exchange.bonded.fenced.commands import (
    DeclarePool,
    GrantVolume,
    OpenSession,
    RecordStation,
    ReportEnforcement,
)
from exchange.bonded.fenced.facts import (
    EnforcementReported,
    PoolDeclared,
    SessionEnded,
    SessionOpened,
    StationRecorded,
    VolumeCondemned,
    VolumeGranted,
    VolumeRevoked,
)
from exchange.bonded.fenced.words import Breach
from exchange.bonded.persons.commands import UnitePersons
from exchange.bonded.persons.facts import PersonsUnited
from exchange.bonded.values import IncidentKind, ItemRange, Made, Part
from exchange.delivery.facts import DeliveryObjected, EntitlementOpened, PublicationCompleted, ReadingTaken
from exchange.invoicing.values import Invoice
from exchange.kernel.bases import Command
from exchange.kernel.lists import ListTerms
from exchange.kernel.panel import PanelMember
from exchange.kernel.plan import PlanTerms, Tiers
from exchange.kernel.product import PricePlan, TransactionType
from exchange.lineage import USUAL
from exchange.market.auctions.commands import SealedKind
from exchange.market.auctions.facts import (
    AuctionEnded,
    AuctionOpened,
    BidCommitted,
    BidRevealed,
    DutchAuctionOpened,
)
from exchange.market.bills.facts import BillPaid
from exchange.market.bills.state import CREDIT_DAYS
from exchange.market.commands import InstrumentTerms, Use
from exchange.market.credit.facts import CreditLimitSet
from exchange.market.destinations.values import Destinations
from exchange.market.disputes.facts import (
    DisputeOpened,
    DisputeResolved,
    EvidenceSubmitted,
    SettlementProposed,
)
from exchange.market.ecny.commands import Direction
from exchange.market.ecny.facts import EcnyConverted, EcnyInterestCredited, EcnyWalletOpened
from exchange.market.entitlements.facts import EntitlementEnded
from exchange.market.facts import (
    CancellingBegun,
    CapacityRegistered,
    DepositConfirmed,
    EntitlementGranted,
    InstrumentOpened,
    InstrumentStateSet,
    OrderCancelled,
    OrdersCancelled,
    PurchaseAccepted,
    PurchaseRefunded,
)
from exchange.market.fees.commands import SetFeeSchedule
from exchange.market.fees.facts import BrokerAppointed, FeeScheduleSet, ServiceFeeCharged
from exchange.market.lines.commands import RecordLine
from exchange.market.lines.facts import LineMeasured, LineRecorded, LineRerouted, RerouteEnded
from exchange.market.penalties.facts import PenaltyCharged, PenaltyWithdrawn
from exchange.market.plans.commands import TopUpTerms
from exchange.market.plans.facts import PriceAnnounced, PricePlanSet, TopUpSet, UsageRecorded
from exchange.market.pools.commands import OpenPool
from exchange.market.pools.facts import PoolApproved, PoolFailed, PoolOpened, ShareCommitted, ShareWithdrawn
from exchange.market.purchases.facts import DeliveryRejected, RefundApproved, TradeBusted
from exchange.market.quotes.commands import Wanted
from exchange.market.quotes.facts import (
    AwardEnded,
    QuoteGiven,
    QuotesRequested,
    QuoteWithdrawn,
    RequestEnded,
    SampleRejected,
    SampleSubmitted,
)
from exchange.market.subscriptions.facts import SubscriptionCancelled, SubscriptionEnded
from exchange.market.supply.commands import SetSupplyTax
from exchange.market.supply.facts import SupplyTaxSet
from exchange.market.transfers.facts import TransferArrived, TransferReturned
from exchange.market.withdrawals.facts import WithdrawalPaid, WithdrawalRejected, WithdrawalRequested
from exchange.registry.approvals import Approval
from exchange.registry.attesting.commands import Attest
from exchange.registry.attesting.facts import (
    AttestationDoubted,
    AttestationGiven,
    AttestationUpheld,
    AttestationWithdrawn,
)
from exchange.registry.body.commands import SeatMember
from exchange.registry.body.facts import MemberSeated
from exchange.registry.cases.facts import CaseAppealed, CaseRuled, CaseRulingWithdrawn
from exchange.registry.commands import AdmitParticipant, DraftProduct
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
from exchange.registry.lists.commands import RegisterAtCentre
from exchange.registry.lists.facts import CentreRegistered, ListEnded, ListPublished
from exchange.registry.participants.commands import UpdateParticipant
from exchange.registry.participants.facts import ParticipantUpdated
from exchange.registry.persons.commands import ConfirmSplitting, DeclarePersons, WithdrawSplitting
from exchange.registry.persons.facts import PersonsDeclared, SplittingConfirmed, SplittingWithdrawn
from exchange.registry.reclassifying.commands import ReclassifyProduct
from exchange.registry.reclassifying.facts import ProductReclassified
from exchange.registry.safeguards.commands import ChangeSafeguard, ExtendSafeguard, RegisterSafeguard
from exchange.registry.safeguards.facts import (
    SafeguardChanged,
    SafeguardExtended,
    SafeguardFiled,
    SafeguardRegistered,
    SafeguardRevoked,
)
from exchange.sdk.analyst import Analyst as AsyncAnalyst
from exchange.sdk.analyst import AtLeast
from exchange.sdk.assessor import Assessor as AsyncAssessor
from exchange.sdk.bank_files import ImportedPart, PaymentFile
from exchange.sdk.bonded import Bonded as AsyncBonded
from exchange.sdk.buyer import NO_USE
from exchange.sdk.buyer import Buyer as AsyncBuyer
from exchange.sdk.counter import Counter as AsyncCounter
from exchange.sdk.custodian import Custodian as AsyncCustodian
from exchange.sdk.door import Door as AsyncDoor
from exchange.sdk.ledger import Ledger as AsyncLedger
from exchange.sdk.lineage import Lineage as AsyncLineage
from exchange.sdk.market_data import MarketData as AsyncMarketData
from exchange.sdk.operator import Operator as AsyncOperator
from exchange.sdk.party import Entitlement
from exchange.sdk.party import Party as AsyncParty
from exchange.sdk.plans import Bought, Subscribed
from exchange.sdk.rooms.auctions import Taken
from exchange.sdk.rooms.quotes import Awarded
from exchange.sdk.safeguards import Safeguards as AsyncSafeguards
from exchange.sdk.sealing import SealedBid
from exchange.sdk.seller import Seller as AsyncSeller
from exchange.sdk.sync.loop import LoopThread
from exchange.sdk.table import Table
from exchange.sdk.trader import PLAIN, Conditions, Placed, Replaced
from exchange.sdk.trader import Trader as AsyncTrader
from exchange.settlement.fx.commands import QuoteFx
from exchange.settlement.fx.facts import FxAsked, FxQuoted, FxQuoteEnded
from exchange.settlement.invoices.facts import BillingDetailsSet, InvoiceResponseGiven
from exchange.settlement.invoices.values import BillingDetails, ResponseCode, ResponseReason
from exchange.settlement.payees.commands import NamePayee
from exchange.settlement.payees.facts import PayeeNamed
from exchange.settlement.payouts.facts import (
    PaymentReturned,
    PayoutApproved,
    PayoutPaid,
    PayoutProposed,
    PayoutReversed,
    ReleaseLimitProposed,
    ReleaseLimitSet,
)
from exchange.settlement.shares.commands import AgreeRevenueShare
from exchange.settlement.shares.facts import RevenueShareAgreed, RevenueShareReported
from exchange.settlement.statements.commands import ImportStatement, OpenBankAccount
from exchange.settlement.statements.facts import BankAccountOpened, StatementImported, SuspenseCleared
from exchange.settlement.subsidies.commands import Window
from exchange.settlement.subsidies.facts import (
    SubsidyAdmitted,
    SubsidyClaimed,
    SubsidyFunded,
    SubsidyPledged,
    SubsidyProgrammeOpened,
)
from exchange.settlement.suspense.commands import CreditSuspense, ResolveSuspense
from exchange.settlement.suspense.facts import SuspenseCredited, SuspenseProposed
from exchange.views.depth import Book
from exchange.views.queries import ROWS_MAX, NamedQuery
from exchange.views.sold_by import SoldBy
from streams.answers import Answer, AnswerPosition
from streams.deadline import DEADLINE_S, Deadline


class Door:
    """Speaks to the exchange as one participant.

    Shape: the named methods give the fact that says what happened and raise Refusal where the domain says
    no; `ask` gives the whole answer, refused or not. Every method that asks takes an `id`: given again with
    the same question, it is decided only once. Every method that waits takes a `deadline_s`.
    Raises: where a deadline passes, Unavailable if nothing was sent, or AnswerUnknown with the `command_id`
    to ask again with; nothing is ever asked again unasked. Misuse before anything is sent.
    """

    def __init__(self, loop: LoopThread, door: AsyncDoor) -> None:
        self._loop = loop
        self._door = door

    @property
    def participant_id(self) -> str:
        """Who speaks."""
        return self._door.participant_id

    @property
    def positions(self) -> tuple[AnswerPosition, ...]:
        """Where everything stands that was decided through this door, with what followed from it.

        Shape: the last outcome of each journal partition; a query takes them as `at_least`.
        """
        return self._door.positions

    def ask(
        self,
        context: str,
        key: str | int,
        command: Command,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Answer:
        """Ask anything, and wait for the answer.

        Raises: Misuse before anything is sent; AnswerUnknown naming the id if no answer comes in time.
        """
        return self._loop.call(self._door.ask(context, key, command, id=id, deadline_s=deadline_s))

    def listing(self, listing_id: str, *, deadline_s: float = DEADLINE_S) -> ListingPublished:
        """A listing as it was published.

        Raises: Misuse if there is none of that id.
        """
        return self._loop.call(self._door.listing(listing_id, deadline_s=deadline_s))

    def destinations(self, listing_id: str, *, deadline_s: float = DEADLINE_S) -> Destinations | None:
        """Where a listing could be sold, as the fence said when it came on sale; None where it was not asked.

        Raises: Misuse if there is none of that id.
        """
        return self._loop.call(self._door.destinations(listing_id, deadline_s=deadline_s))

    def entitlement(
        self, entitlement_id: str, product_id: str | None = None, *, deadline_s: float = DEADLINE_S
    ) -> EntitlementOpened:
        """An entitlement as it was opened for delivery; found sooner if its product is named.

        Raises: Misuse if there is none of that id.
        """
        return self._loop.call(self._door.entitlement(entitlement_id, product_id, deadline_s=deadline_s))

    def conclusion(
        self, entitlement: EntitlementGranted | EntitlementOpened, *, deadline_s: float = DEADLINE_S
    ) -> PurchaseAccepted | PurchaseRefunded | DisputeResolved:
        """The market's last word on a purchase, once it has spoken.

        Raises: Unavailable if it has not by the deadline; ask again, or give a deadline as long as the
        acceptance window (`math.inf` for as long as it takes).
        """
        return self._loop.call(self._door.conclusion(entitlement, deadline_s=deadline_s))


class Party(Door):
    """Buys or sells. Units: amounts are minor units."""

    _door: AsyncParty

    def dispute(
        self, entitlement: Entitlement, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> DisputeOpened:
        """Dispute a purchase: its money is held until both sides agree or a panel rules."""
        return self._loop.call(self._door.dispute(entitlement, grounds, id=id, deadline_s=deadline_s))

    def submit_evidence(
        self,
        entitlement: Entitlement,
        digest: bytes,
        description: str = "",
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> EvidenceSubmitted:
        """Name a document in a dispute by its digest of 32 bytes; the document stays with whoever names it."""
        return self._loop.call(
            self._door.submit_evidence(entitlement, digest, description, id=id, deadline_s=deadline_s)
        )

    def propose_settlement(
        self,
        entitlement: Entitlement,
        buyer_minor: int,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> SettlementProposed:
        """Say what the buyer should get back; once the other side has said the same, the dispute is resolved."""
        return self._loop.call(
            self._door.propose_settlement(entitlement, buyer_minor, id=id, deadline_s=deadline_s)
        )

    def appeal(
        self, case_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> CaseAppealed:
        """Have another panel look at what the counter ruled, once, within 30 days."""
        return self._loop.call(self._door.appeal(case_id, grounds, id=id, deadline_s=deadline_s))

    def withdraw(
        self,
        market_id: str,
        amount_minor: int,
        currency: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> WithdrawalRequested:
        """Have free cash paid back; it is out of reach until the custodian bank has answered."""
        return self._loop.call(
            self._door.withdraw(market_id, amount_minor, currency, id=id, deadline_s=deadline_s)
        )

    def move_money(
        self,
        from_market_id: str,
        to_market_id: str,
        amount_minor: int,
        currency: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> TransferArrived | TransferReturned:
        """Move free cash from a purse in one market to one's purse in another; it is there when this returns.

        Shape: `TransferReturned` says why the other market did not take it; the cash is where it was then.
        Raises: Misuse where both markets are kept in one partition, which has one purse for them.
        """
        return self._loop.call(
            self._door.move_money(
                from_market_id, to_market_id, amount_minor, currency, id=id, deadline_s=deadline_s
            )
        )

    def convert_ecny(
        self,
        market_id: str,
        bank_id: str,
        amount_minor: int,
        direction: Direction,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> EcnyConverted:
        """Turn free CNY of a purse into e-CNY at a bank's wallet, or back, at par."""
        return self._loop.call(
            self._door.convert_ecny(market_id, bank_id, amount_minor, direction, id=id, deadline_s=deadline_s)
        )

    def claim_subsidy(
        self,
        programme_id: str,
        market_id: str,
        amount_minor: int,
        reference: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> SubsidyClaimed:
        """Claim from a programme; what the cap and the fund leave of it is in the market's purse when this returns."""
        return self._loop.call(
            self._door.claim_subsidy(
                programme_id, market_id, amount_minor, reference, id=id, deadline_s=deadline_s
            )
        )

    def pledge_subsidy(
        self, programme_id: str, amount_minor: int, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SubsidyPledged:
        """Promise money as a programme's sponsor."""
        return self._loop.call(
            self._door.pledge_subsidy(programme_id, amount_minor, id=id, deadline_s=deadline_s)
        )


class Trader(Party):
    """Places orders, changes them and takes them back."""

    _door: AsyncTrader

    def replace(
        self,
        order: Placed | str,
        quantity: int,
        price: int,
        *,
        market_id: str | None = None,
        expires_at: int | None = None,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Replaced:
        """Change an open order. Its place in the queue stays where nothing but a reduction changes.

        Units: `quantity` is the new total in lots, what was executed included; `price` in the instrument's ticks.
        """
        return self._loop.call(
            self._door.replace(
                order,
                quantity,
                price,
                market_id=market_id,
                expires_at=expires_at,
                id=id,
                deadline_s=deadline_s,
            )
        )

    def cancel(
        self,
        order: Placed | str,
        market_id: str | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> OrderCancelled:
        """Take back what is left of an order."""
        return self._loop.call(self._door.cancel(order, market_id, id=id, deadline_s=deadline_s))

    def cancel_all(
        self,
        market_id: str,
        instrument_id: str | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> OrdersCancelled | CancellingBegun:
        """Take back all of one's open orders in a market, or in one instrument of it.

        Shape: `CancellingBegun` where they are too many for one outcome: none is accepted until they are gone.
        """
        return self._loop.call(self._door.cancel_all(market_id, instrument_id, id=id, deadline_s=deadline_s))


class Operator(Door):
    """Runs the exchange. The first operator admits itself."""

    _door: AsyncOperator

    def admit(
        self, participant: AdmitParticipant, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ParticipantAdmitted:
        """Let a participant take part; every market knows it when this returns."""
        return self._loop.call(self._door.admit(participant, id=id, deadline_s=deadline_s))

    def suspend(
        self, participant_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ParticipantSuspended:
        """Stop a participant from trading."""
        return self._loop.call(self._door.suspend(participant_id, grounds, id=id, deadline_s=deadline_s))

    def reinstate(
        self, participant_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ParticipantReinstated:
        """Let a suspended participant trade again."""
        return self._loop.call(self._door.reinstate(participant_id, id=id, deadline_s=deadline_s))

    def register(
        self, product_id: str, version: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ProductRegistered:
        """Issue the registration certificate of a product version both of whose opinions passed."""
        return self._loop.call(self._door.register(product_id, version, id=id, deadline_s=deadline_s))

    def activate_ruleset(
        self,
        version: str,
        digest: str,
        effective_at: int,
        *,
        approvals: tuple[Approval, ...] = (),
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> RulesetActivated:
        """Have the fence decide by a ruleset from a time on.

        Units: `digest` is the hex BLAKE2b-256 of the ruleset's content, `effective_at` exchange time in µs.
        Shape: `approvals` are the management body's, one of each constituency; a first ruleset needs none, while
        there is no body.
        """
        return self._loop.call(
            self._door.activate_ruleset(
                version, digest, effective_at, approvals=approvals, id=id, deadline_s=deadline_s
            )
        )

    def seat_member(
        self, seat: SeatMember, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> MemberSeated:
        """Give a seat of the management body to somebody, as the governance."""
        return self._loop.call(self._door.seat_member(seat, id=id, deadline_s=deadline_s))

    def suspend_listing(
        self, listing_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ListingSuspended:
        """Take a listing off sale for now."""
        return self._loop.call(self._door.suspend_listing(listing_id, grounds, id=id, deadline_s=deadline_s))

    def resume_listing(
        self, listing_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ListingResumed:
        """Put a suspended listing back on sale."""
        return self._loop.call(self._door.resume_listing(listing_id, id=id, deadline_s=deadline_s))

    def withdraw_listing(
        self, listing_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ListingWithdrawn:
        """Take a listing off sale for good."""
        return self._loop.call(self._door.withdraw_listing(listing_id, grounds, id=id, deadline_s=deadline_s))

    def open_instrument(
        self, terms: InstrumentTerms, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> InstrumentOpened:
        """Open the book of a standard lot that moves no data, or announce it where it first trades later."""
        return self._loop.call(self._door.open_instrument(terms, id=id, deadline_s=deadline_s))

    def set_instrument_state(
        self,
        instrument_id: str,
        state: Literal["open", "halted", "call", "closed"],
        *,
        market_id: str,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> InstrumentStateSet:
        """Halt a book, open it, have it collect orders for an auction, or close it for good."""
        return self._loop.call(
            self._door.set_instrument_state(
                instrument_id, state, market_id=market_id, id=id, deadline_s=deadline_s
            )
        )

    def register_capacity(
        self,
        instrument_id: str,
        participant_id: str,
        quantity: int,
        *,
        market_id: str,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> CapacityRegistered:
        """Say how many lots a participant can deliver of an instrument, in all."""
        return self._loop.call(
            self._door.register_capacity(
                instrument_id, participant_id, quantity, market_id=market_id, id=id, deadline_s=deadline_s
            )
        )

    def cancel_orders(
        self,
        *,
        market_id: str,
        participant_id: str | None = None,
        instrument_id: str | None = None,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> OrdersCancelled | CancellingBegun:
        """Take back all open orders of a participant, of an instrument, or of the one in the other.

        Shape: `CancellingBegun` where they are too many for one outcome.
        """
        return self._loop.call(
            self._door.cancel_orders(
                market_id=market_id,
                participant_id=participant_id,
                instrument_id=instrument_id,
                id=id,
                deadline_s=deadline_s,
            )
        )

    def bust(
        self,
        entitlement: EntitlementGranted,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> TradeBusted:
        """Undo a trade that should not have been: its money goes back and its right ends."""
        return self._loop.call(self._door.bust(entitlement, grounds, id=id, deadline_s=deadline_s))

    def rule(
        self,
        entitlement: EntitlementGranted,
        buyer_minor: int,
        panel: tuple[PanelMember, PanelMember, PanelMember],
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> DisputeResolved:
        """Give a panel's ruling on a dispute: what the buyer gets back. Units: minor units of its currency."""
        return self._loop.call(
            self._door.rule(entitlement, buyer_minor, panel, grounds, id=id, deadline_s=deadline_s)
        )

    def set_credit_limit(
        self,
        market_id: str,
        participant_id: str,
        limit_minor: int,
        currency: str,
        *,
        days: int = CREDIT_DAYS,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> CreditLimitSet:
        """Let a participant's orders and holds take more than its cash by so much, and pay within days of acceptance.

        Units: minor units.
        """
        return self._loop.call(
            self._door.set_credit_limit(
                market_id, participant_id, limit_minor, currency, days=days, id=id, deadline_s=deadline_s
            )
        )

    def set_fee_schedule(
        self,
        market_id: str,
        schedule: SetFeeSchedule,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> FeeScheduleSet:
        """Say what the exchange takes in a market, from now or from a time on."""
        return self._loop.call(self._door.set_fee_schedule(market_id, schedule, id=id, deadline_s=deadline_s))

    def set_supply_tax(
        self, market_id: str, tax: SetSupplyTax, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SupplyTaxSet:
        """Collect sellers' tax on what they sell at home in a market, from now or from a time on."""
        return self._loop.call(self._door.set_supply_tax(market_id, tax, id=id, deadline_s=deadline_s))

    def charge_service_fee(
        self, market_id: str, participant_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ServiceFeeCharged:
        """Take the service fee of the schedule in force out of a buyer's cash, once."""
        return self._loop.call(
            self._door.charge_service_fee(market_id, participant_id, id=id, deadline_s=deadline_s)
        )

    def approve_pool(
        self, market_id: str, pool_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PoolApproved:
        """Let a pool that has closed use its line: every share is paid next."""
        return self._loop.call(self._door.approve_pool(market_id, pool_id, id=id, deadline_s=deadline_s))

    def refuse_pool(
        self,
        market_id: str,
        pool_id: str,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PoolFailed:
        """End a pool that is not approved: all deposits go back."""
        return self._loop.call(
            self._door.refuse_pool(market_id, pool_id, grounds, id=id, deadline_s=deadline_s)
        )

    def shift_clock(self, by_us: int, *, id: str | None = None, deadline_s: float = DEADLINE_S) -> None:
        """Move exchange time forward in every partition of a demo's or a test's exchange.

        Units: microseconds.
        """
        return self._loop.call(self._door.shift_clock(by_us, id=id, deadline_s=deadline_s))

    def update(
        self, changes: UpdateParticipant, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ParticipantUpdated:
        """Say what is otherwise of a participant; every market and zone knows it when this returns."""
        return self._loop.call(self._door.update(changes, id=id, deadline_s=deadline_s))

    def reclassify(
        self, word: ReclassifyProduct, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ProductReclassified:
        """Say what a product version is; every market and zone knows it when this returns."""
        return self._loop.call(self._door.reclassify(word, id=id, deadline_s=deadline_s))

    def refund(
        self,
        entitlement: EntitlementGranted,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PurchaseRefunded:
        """Give a purchase's money back before it is accepted."""
        return self._loop.call(self._door.refund(entitlement, grounds, id=id, deadline_s=deadline_s))

    def refund_part(
        self,
        entitlement: EntitlementGranted,
        amount_minor: int,
        reference: str,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> RefundApproved:
        """Give money of an accepted purchase back, once for each reference. Units: `amount_minor` of its currency."""
        return self._loop.call(
            self._door.refund_part(
                entitlement, amount_minor, reference, grounds, id=id, deadline_s=deadline_s
            )
        )

    def end_entitlement(
        self,
        market_id: str,
        entitlement_id: str,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> EntitlementEnded:
        """End a right before its term; what is not used of it goes back by day.

        Shape: its buyer does so while it is suspended; an operator, or the counter, at any time.
        """
        return self._loop.call(
            self._door.end_entitlement(market_id, entitlement_id, grounds, id=id, deadline_s=deadline_s)
        )

    def record_line(
        self, market_id: str, line: RecordLine, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> LineRecorded:
        """Say what a line connects and promises, or how it stands now."""
        return self._loop.call(self._door.record_line(market_id, line, id=id, deadline_s=deadline_s))

    def measure_line(
        self,
        market_id: str,
        link_id: str,
        from_at: int,
        hours: int = 1,
        *,
        rtt_ms: int,
        loss_ppm: int,
        throughput_mbps: int,
        evidence: bytes,
        correct_on: str | None = None,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> LineMeasured:
        """Say how good a line was in whole hours; of the evidence only its BLAKE2b-256 leaves whoever measured.

        Shape: `correct_on` names the grounds on which what was said of these hours before is corrected.
        """
        return self._loop.call(
            self._door.measure_line(
                market_id,
                link_id,
                from_at,
                hours,
                rtt_ms=rtt_ms,
                loss_ppm=loss_ppm,
                throughput_mbps=throughput_mbps,
                evidence=evidence,
                correct_on=correct_on,
                id=id,
                deadline_s=deadline_s,
            )
        )

    def reroute_line(
        self,
        market_id: str,
        instrument_id: str,
        link_id: str,
        via: Sequence[str],
        *,
        until: int,
        grounds: str,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> LineRerouted:
        """Lead what was sold of a line over others for a while, if the fence lets it pass where these lead."""
        return self._loop.call(
            self._door.reroute_line(
                market_id,
                instrument_id,
                link_id,
                via,
                until=until,
                grounds=grounds,
                id=id,
                deadline_s=deadline_s,
            )
        )

    def end_reroute(
        self,
        market_id: str,
        instrument_id: str,
        link_id: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> RerouteEnded:
        """Lead it over its own line again."""
        return self._loop.call(
            self._door.end_reroute(market_id, instrument_id, link_id, id=id, deadline_s=deadline_s)
        )

    def set_release_limit(
        self, currency: str, limit_minor: int, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ReleaseLimitSet | ReleaseLimitProposed:
        """Say up to which amount one person alone releases a payout; above it takes two, and so does raising it."""
        return self._loop.call(
            self._door.set_release_limit(currency, limit_minor, id=id, deadline_s=deadline_s)
        )

    def run_payouts(
        self, currency: str, value_date: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> Sequence[PayoutProposed]:
        """Net all that is owed in a currency, for a value date; the sets that wait to be released.

        Shape: of a market that owes more than a hundred participants the first hundred; the table `payouts` has all.
        """
        return self._loop.call(self._door.run_payouts(currency, value_date, id=id, deadline_s=deadline_s))

    def release_payout(
        self, set_id: str, digest: bytes, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PayoutApproved:
        """Let a net set be paid, by naming its digest."""
        return self._loop.call(self._door.release_payout(set_id, digest, id=id, deadline_s=deadline_s))

    def reject_payout(
        self, set_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PayoutReversed:
        """Do not let a net set be paid: the whole of it is undone."""
        return self._loop.call(self._door.reject_payout(set_id, grounds, id=id, deadline_s=deadline_s))

    def open_bank_account(
        self, account: OpenBankAccount, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> BankAccountOpened:
        """Name the account in which a custodian bank keeps a currency."""
        return self._loop.call(self._door.open_bank_account(account, id=id, deadline_s=deadline_s))

    def import_statement(
        self, statement: ImportStatement, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> StatementImported:
        """Hold what a bank says of an account against what is expected."""
        return self._loop.call(self._door.import_statement(statement, id=id, deadline_s=deadline_s))

    def resolve_suspense(
        self, resolution: ResolveSuspense, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SuspenseCleared | SuspenseProposed:
        """Say what a movement in suspense was; above the limit a second person has to say the same."""
        return self._loop.call(self._door.resolve_suspense(resolution, id=id, deadline_s=deadline_s))

    def credit_suspense(
        self, credit: CreditSuspense, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SuspenseCredited | SuspenseProposed:
        """Say whose a movement in suspense is; above the limit a second person has to say the same.

        Raises: Refusal too where the market does not take it; then it stays in suspense.
        """
        return self._loop.call(self._door.credit_suspense(credit, id=id, deadline_s=deadline_s))

    def return_suspense(
        self, line_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SuspenseCleared | SuspenseProposed:
        """Have a movement in suspense sent back; above the limit a second person has to want it too."""
        return self._loop.call(self._door.return_suspense(line_id, grounds, id=id, deadline_s=deadline_s))

    def name_payee(
        self, payee: NamePayee, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PayeeNamed:
        """Say for a participant to which bank account it is paid a currency, from the next run on."""
        return self._loop.call(self._door.name_payee(payee, id=id, deadline_s=deadline_s))

    def agree_revenue_share(
        self, agreement: AgreeRevenueShare, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> RevenueShareAgreed:
        """Record that a licensee shares its revenue; its guarantee is paid when this returns."""
        return self._loop.call(self._door.agree_revenue_share(agreement, id=id, deadline_s=deadline_s))

    def issue_payment_file(
        self,
        account_id: str,
        set_ids: Sequence[str],
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PaymentFile:
        """Put released net sets into one file for the bank that keeps an account; each is in one file only."""
        return self._loop.call(
            self._door.issue_payment_file(account_id, set_ids, id=id, deadline_s=deadline_s)
        )

    def payment_file(self, file_id: str, *, deadline_s: float = DEADLINE_S) -> PaymentFile:
        """A file that was issued, once more: the same bytes. Raises: Misuse if none of that id was."""
        return self._loop.call(self._door.payment_file(file_id, deadline_s=deadline_s))

    def import_file(
        self, content: bytes, name: str = "the file", *, deadline_s: float = DEADLINE_S
    ) -> Sequence[ImportedPart]:
        """Hold a camt.053 or camt.054 against what is expected; what it says of net sets is done when this returns.

        Shape: a file of more lines than one command may have comes in parts; those imported before change nothing, so
        that a file books once, and half of one goes on where it stopped. Raises: DocumentRefused before anything is
        sent; Refusal where a part is refused, with those before it imported.
        """
        return self._loop.call(self._door.import_file(content, name, deadline_s=deadline_s))

    def import_part(
        self, command: ImportStatement, *, deadline_s: float | Deadline = DEADLINE_S
    ) -> ImportedPart:
        """Import one command of a file; nothing happens if it was imported before."""
        return self._loop.call(self._door.import_part(command, deadline_s=deadline_s))

    def set_billing_details(
        self,
        details: BillingDetails,
        participant_id: str | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> BillingDetailsSet:
        """Be named so on invoices from now on, and tax so what one sells; those that were numbered stay as they are."""
        return self._loop.call(
            self._door.set_billing_details(details, participant_id, id=id, deadline_s=deadline_s)
        )

    def open_ecny_wallet(
        self, market_id: str, bank_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> EcnyWalletOpened:
        """Name a custodian bank at which the exchange keeps e-CNY for a market."""
        return self._loop.call(self._door.open_ecny_wallet(market_id, bank_id, id=id, deadline_s=deadline_s))

    def charge_penalty(
        self,
        market_id: str,
        trade_id: str,
        late_minor: int,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PenaltyCharged:
        """Charge the instrument's penalty on what of a sale came late."""
        return self._loop.call(
            self._door.charge_penalty(market_id, trade_id, late_minor, grounds, id=id, deadline_s=deadline_s)
        )

    def withdraw_penalty(
        self,
        market_id: str,
        trade_id: str,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PenaltyWithdrawn:
        """Take a penalty back, whoever charged it."""
        return self._loop.call(
            self._door.withdraw_penalty(market_id, trade_id, grounds, id=id, deadline_s=deadline_s)
        )

    def open_subsidy_programme(
        self,
        programme_id: str,
        sponsor_id: str,
        cap_minor: int,
        currency: str = "CNY",
        window: Window = "year",
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> SubsidyProgrammeOpened:
        """Open a programme: so much for each participant in each window."""
        return self._loop.call(
            self._door.open_subsidy_programme(
                programme_id, sponsor_id, cap_minor, currency, window, id=id, deadline_s=deadline_s
            )
        )

    def admit_to_subsidy(
        self, programme_id: str, participant_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SubsidyAdmitted:
        """Let a participant claim from a programme."""
        return self._loop.call(
            self._door.admit_to_subsidy(programme_id, participant_id, id=id, deadline_s=deadline_s)
        )


class Seller(Trader):
    """Sells data products."""

    _door: AsyncSeller

    def draft(
        self, product: DraftProduct, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ProductDrafted:
        """Describe a product version that is to be sold; it never changes."""
        return self._loop.call(self._door.draft(product, id=id, deadline_s=deadline_s))

    def list(
        self,
        product_id: str,
        version: str,
        *,
        market_id: str,
        price: PricePlan,
        transaction_type: TransactionType,
        acceptance_days: int = 7,
        plan: PlanTerms | None = None,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> ListingPublished:
        """Put a registered product version on sale; it can be bought and published when this returns.

        Shape: with a `plan` its units are sold by that price plan too; alone, where the price's `book` is `plan`.
        Raises: Refusal by its market, NO_DESTINATION, if it could be sold nowhere; the listing is barred then.
        `destinations` says what is wanting elsewhere.
        """
        return self._loop.call(
            self._door.list(
                product_id,
                version,
                market_id=market_id,
                price=price,
                transaction_type=transaction_type,
                acceptance_days=acceptance_days,
                plan=plan,
                id=id,
                deadline_s=deadline_s,
            )
        )

    def place_ask(
        self,
        instrument_id: str,
        quantity: int,
        price: int | None,
        *,
        market_id: str,
        reference: str = "",
        conditions: Conditions = PLAIN,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Placed:
        """Ask a price in a book; what is not met at once rests there, where the conditions let it.

        Units: `price` in the instrument's ticks: the limit, or the worst price of a market order, which may do without.
        """
        return self._loop.call(
            self._door.place_ask(
                instrument_id,
                quantity,
                price,
                market_id=market_id,
                reference=reference,
                conditions=conditions,
                id=id,
                deadline_s=deadline_s,
            )
        )

    def appoint_broker(
        self,
        market_id: str,
        instrument_id: str,
        broker_id: str | None,
        commission_bp: int = 100,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> BrokerAppointed:
        """Let a broker earn a part of what is sold of an instrument from now on; None: nobody. Units: basis points."""
        return self._loop.call(
            self._door.appoint_broker(
                market_id, instrument_id, broker_id, commission_bp, id=id, deadline_s=deadline_s
            )
        )

    def open_auction(
        self,
        listing: ListingPublished | str,
        *,
        kind: SealedKind,
        reserve_price: int,
        deposit_minor: int,
        commit_until: int,
        reveal_until: int,
        quantity: int = 1,
        exclusive: bool = True,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> AuctionOpened:
        """Sell a listing without a posted price to the highest of several sealed bids.

        Units: `reserve_price` in ticks a lot (minor units for a listing), times in µs of exchange time.
        """
        return self._loop.call(
            self._door.open_auction(
                listing,
                kind=kind,
                reserve_price=reserve_price,
                deposit_minor=deposit_minor,
                commit_until=commit_until,
                reveal_until=reveal_until,
                quantity=quantity,
                exclusive=exclusive,
                id=id,
                deadline_s=deadline_s,
            )
        )

    def open_dutch_auction(
        self,
        listing: ListingPublished | str,
        *,
        start_price: int,
        floor_price: int,
        step: int,
        step_interval_s: int,
        open_until: int,
        quantity: int = 1,
        exclusive: bool = True,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> DutchAuctionOpened:
        """Sell a listing without a posted price to the first who takes it, at a price that falls.

        Units: prices and `step` in ticks a lot (minor units for a listing), `open_until` in µs of exchange time.
        """
        return self._loop.call(
            self._door.open_dutch_auction(
                listing,
                start_price=start_price,
                floor_price=floor_price,
                step=step,
                step_interval_s=step_interval_s,
                open_until=open_until,
                quantity=quantity,
                exclusive=exclusive,
                id=id,
                deadline_s=deadline_s,
            )
        )

    def cancel_auction(
        self,
        auction: AuctionOpened | DutchAuctionOpened | str,
        market_id: str | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> AuctionEnded:
        """Call an auction off that nobody has committed to."""
        return self._loop.call(self._door.cancel_auction(auction, market_id, id=id, deadline_s=deadline_s))

    def open_pool(
        self, market_id: str, pool: OpenPool, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PoolOpened:
        """Let many commit to shares of one line for one month."""
        return self._loop.call(self._door.open_pool(market_id, pool, id=id, deadline_s=deadline_s))

    def quote(
        self,
        market_id: str,
        request: QuotesRequested | str,
        instrument_id: str,
        price: int,
        quantity: int,
        valid_until: int,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> QuoteGiven:
        """Offer what is requested at a price, with an instrument of one's own; the earlier quote is replaced.

        Units: `price` in the instrument's ticks, `quantity` at most so many lots, `valid_until` exchange time in µs.
        Raises: Refusal with its reason and the fence's codes.
        """
        return self._loop.call(
            self._door.quote(
                market_id, request, instrument_id, price, quantity, valid_until, id=id, deadline_s=deadline_s
            )
        )

    def withdraw_quote(
        self, market_id: str, quote_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> QuoteWithdrawn:
        """Take back a quote of which nothing is awarded."""
        return self._loop.call(self._door.withdraw_quote(market_id, quote_id, id=id, deadline_s=deadline_s))

    def submit_sample(
        self,
        market_id: str,
        award_id: str,
        digest: bytes,
        measured: Mapping[str, int],
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> SampleSubmitted:
        """Show a sample, or its rework: the digest of its content, and what each measure of it came to.

        Units: basis points.
        """
        return self._loop.call(
            self._door.submit_sample(market_id, award_id, digest, measured, id=id, deadline_s=deadline_s)
        )

    def end_award(
        self,
        market_id: str,
        award_id: str,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> AwardEnded:
        """Let an award go before it trades; what was held for it goes back to the buyer."""
        return self._loop.call(
            self._door.end_award(market_id, award_id, grounds, id=id, deadline_s=deadline_s)
        )

    def set_price_plan(
        self,
        market_id: str,
        instrument_id: str,
        plan: PlanTerms,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PricePlanSet:
        """Sell units by a price plan, or by another one from now on."""
        return self._loop.call(
            self._door.set_price_plan(market_id, instrument_id, plan, id=id, deadline_s=deadline_s)
        )

    def announce_price(
        self,
        market_id: str,
        instrument_id: str,
        tiers: Tiers,
        effective_at: int,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PriceAnnounced:
        """Announce other prices for a subscription, a whole period ahead or more."""
        return self._loop.call(
            self._door.announce_price(
                market_id, instrument_id, tiers, effective_at, id=id, deadline_s=deadline_s
            )
        )

    def record_usage(
        self,
        market_id: str,
        instrument_id: str,
        buyer_id: str,
        metered: int,
        *,
        reference: str = "",
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> UsageRecorded:
        """Say what a buyer has used of its prepaid units.

        Shape: give each reading an `id` of its own, so that it counts once however often it is sent.
        Units: `metered` in calls or bytes.
        """
        return self._loop.call(
            self._door.record_usage(
                market_id, instrument_id, buyer_id, metered, reference=reference, id=id, deadline_s=deadline_s
            )
        )

    def cancel_subscription(
        self, market_id: str, subscription_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SubscriptionCancelled | SubscriptionEnded:
        """End a subscription with its running period; one that is suspended ends at once."""
        return self._loop.call(
            self._door.cancel_subscription(market_id, subscription_id, id=id, deadline_s=deadline_s)
        )

    def report_reading(
        self,
        entitlement: EntitlementGranted,
        total: int,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> ReadingTaken:
        """Say where a gateway's meter stands for an entitlement; what was used since is drawn from what was prepaid.

        Units: `total` in calls or bytes, all that was ever used under it. Raises: Refusal, READING_OLD where it says
        nothing new: a reading may be sent again.
        """
        return self._loop.call(self._door.report_reading(entitlement, total, id=id, deadline_s=deadline_s))

    def reroute_line(
        self,
        market_id: str,
        instrument_id: str,
        link_id: str,
        via: Sequence[str],
        *,
        until: int,
        grounds: str,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> LineRerouted:
        """Lead what was sold of a line over others for a while, if the fence lets it pass where these lead."""
        return self._loop.call(
            self._door.reroute_line(
                market_id,
                instrument_id,
                link_id,
                via,
                until=until,
                grounds=grounds,
                id=id,
                deadline_s=deadline_s,
            )
        )

    def end_reroute(
        self,
        market_id: str,
        instrument_id: str,
        link_id: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> RerouteEnded:
        """Lead it over its own line again."""
        return self._loop.call(
            self._door.end_reroute(market_id, instrument_id, link_id, id=id, deadline_s=deadline_s)
        )

    def concede(
        self, entitlement: EntitlementGranted, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PurchaseAccepted | PurchaseRefunded:
        """Agree to what the buyer rejected, before the time to contest it is over."""
        return self._loop.call(self._door.concede(entitlement, id=id, deadline_s=deadline_s))

    def reclassify(
        self, word: ReclassifyProduct, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ProductReclassified:
        """Say what a product version is; every market and zone knows it when this returns."""
        return self._loop.call(self._door.reclassify(word, id=id, deadline_s=deadline_s))

    def refund(
        self,
        entitlement: EntitlementGranted,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PurchaseRefunded:
        """Give a purchase's money back before it is accepted."""
        return self._loop.call(self._door.refund(entitlement, grounds, id=id, deadline_s=deadline_s))

    def refund_part(
        self,
        entitlement: EntitlementGranted,
        amount_minor: int,
        reference: str,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> RefundApproved:
        """Give money of an accepted purchase back, once for each reference. Units: `amount_minor` of its currency."""
        return self._loop.call(
            self._door.refund_part(
                entitlement, amount_minor, reference, grounds, id=id, deadline_s=deadline_s
            )
        )

    def convert_fx(
        self,
        quote: FxQuoted,
        market_id: str,
        amount_minor: int,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> FxAsked:
        """Exchange cash of a purse in a market at a bank's quote; it is exchanged when this returns."""
        return self._loop.call(
            self._door.convert_fx(quote, market_id, amount_minor, id=id, deadline_s=deadline_s)
        )

    def name_payee(
        self,
        currency: str,
        holder: str,
        account_number: str,
        bic: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PayeeNamed:
        """Say to which bank account one is paid a currency, from the next run on."""
        return self._loop.call(
            self._door.name_payee(currency, holder, account_number, bic, id=id, deadline_s=deadline_s)
        )

    def report_revenue(
        self,
        agreement_id: str,
        period: str,
        revenue_minor: int,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> RevenueShareReported:
        """Report the net revenue of a period; what is due of it is paid when this returns."""
        return self._loop.call(
            self._door.report_revenue(agreement_id, period, revenue_minor, id=id, deadline_s=deadline_s)
        )

    def set_billing_details(
        self,
        details: BillingDetails,
        participant_id: str | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> BillingDetailsSet:
        """Be named so on invoices from now on, and tax so what one sells; those that were numbered stay as they are."""
        return self._loop.call(
            self._door.set_billing_details(details, participant_id, id=id, deadline_s=deadline_s)
        )

    def respond_to_invoice(
        self,
        number: str,
        code: ResponseCode,
        reasons: Sequence[ResponseReason] = (),
        grounds: str = "",
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> InvoiceResponseGiven:
        """Answer an invoice; UQ, CA and RE have reasons and grounds.

        Shape: to reject (RE) the invoice of a purchase is to dispute it: its money is held when this returns.
        Raises: Refusal by its market where nothing can be held for it any more; the rejection is known all the same.
        """
        return self._loop.call(
            self._door.respond_to_invoice(number, code, reasons, grounds, id=id, deadline_s=deadline_s)
        )

    def complete(
        self,
        product_id: str,
        through: int | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PublicationCompleted:
        """Say that what is owed to those entitled now ends with a sequence number; the last one by default."""
        return self._loop.call(self._door.complete(product_id, through, id=id, deadline_s=deadline_s))


class Buyer(Trader):
    """Buys data products and receives them."""

    _door: AsyncBuyer

    def buy(
        self,
        listing: ListingPublished | str,
        quantity: int = 1,
        price: int | None = None,
        *,
        use: Use,
        reference: str = "",
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Placed:
        """Buy at once, at the posted price or better than `price`, or not at all.

        Shape: `use` says what for and where, and names the digest of the licence accepted. When this
        returns the entitlement is open: what is published from then on is delivered.
        Units: `price` in the instrument's ticks (minor units for a listing).
        Raises: Refusal with its reason and the fence's codes; NothingTraded if there was no such ask.
        """
        return self._loop.call(
            self._door.buy(
                listing, quantity, price, use=use, reference=reference, id=id, deadline_s=deadline_s
            )
        )

    def bid(
        self,
        listing: ListingPublished | str,
        quantity: int,
        price: int | None,
        *,
        use: Use = NO_USE,
        market_id: str | None = None,
        reference: str = "",
        conditions: Conditions = PLAIN,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Placed:
        """Bid; what is not met at once rests in the book, where the conditions let it.

        Units: `price` in the instrument's ticks (minor units for a listing): the limit, or the worst price of a market
        order, which may do without. Shape: with `market_id` the first argument is the id of any instrument there.
        """
        return self._loop.call(
            self._door.bid(
                listing,
                quantity,
                price,
                use=use,
                market_id=market_id,
                reference=reference,
                conditions=conditions,
                id=id,
                deadline_s=deadline_s,
            )
        )

    def commit(
        self, bid: SealedBid, *, use: Use, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> BidCommitted:
        """Commit to a sealed bid; its deposit is held until it is revealed.

        Shape: another one committed to later, before the auction's `commit_until`, takes its place.
        Raises: Misuse if the bid is another's.
        """
        return self._loop.call(self._door.commit(bid, use=use, id=id, deadline_s=deadline_s))

    def reveal(self, bid: SealedBid, *, id: str | None = None, deadline_s: float = DEADLINE_S) -> BidRevealed:
        """Reveal what was committed to, once revealing has begun; what the deposit leaves of its price is held.

        Raises: Misuse if the bid is another's.
        """
        return self._loop.call(self._door.reveal(bid, id=id, deadline_s=deadline_s))

    def take(
        self,
        auction: DutchAuctionOpened | str,
        market_id: str | None = None,
        *,
        use: Use,
        price_max: int | None = None,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Taken:
        """Buy at a Dutch auction's price of the moment.

        Units: `price_max` in the instrument's ticks a lot; None takes it at any price.
        """
        return self._loop.call(
            self._door.take(auction, market_id, use=use, price_max=price_max, id=id, deadline_s=deadline_s)
        )

    def commit_share(
        self,
        market_id: str,
        pool_id: str,
        mbps: int,
        *,
        licence_digest: bytes,
        reference: str = "",
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> ShareCommitted:
        """Commit to a share of a pool under its instrument's terms, and leave the deposit."""
        return self._loop.call(
            self._door.commit_share(
                market_id,
                pool_id,
                mbps,
                licence_digest=licence_digest,
                reference=reference,
                id=id,
                deadline_s=deadline_s,
            )
        )

    def withdraw_share(
        self,
        market_id: str,
        share: ShareCommitted | str,
        pool_id: str | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> ShareWithdrawn:
        """Leave a pool: with the deposit before its threshold is reached, without it afterwards.

        Raises: Misuse if a share is named by its id without its pool's.
        """
        return self._loop.call(
            self._door.withdraw_share(market_id, share, pool_id, id=id, deadline_s=deadline_s)
        )

    def request_quotes(
        self, market_id: str, wanted: Wanted, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> QuotesRequested:
        """Ask sellers for quotes, those invited or all; `exchange query quotes` and the analyst show what comes."""
        return self._loop.call(self._door.request_quotes(market_id, wanted, id=id, deadline_s=deadline_s))

    def withdraw_request(
        self, market_id: str, request_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> RequestEnded:
        """End a request of which no award is under way."""
        return self._loop.call(
            self._door.withdraw_request(market_id, request_id, id=id, deadline_s=deadline_s)
        )

    def award(
        self,
        market_id: str,
        quote: QuoteGiven | str,
        quantity: int,
        *,
        licence_digest: bytes,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Awarded:
        """Take a quote, all of it or in part, accepting the licence of its instrument; its price is held at once.

        Units: `quantity` in lots.
        Raises: Refusal with its reason and the fence's codes.
        """
        return self._loop.call(
            self._door.award(
                market_id, quote, quantity, licence_digest=licence_digest, id=id, deadline_s=deadline_s
            )
        )

    def accept_sample(
        self, market_id: str, award: Awarded | str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> EntitlementGranted:
        """Find the sample that waits good enough: the award becomes a trade, and this the right to its delivery."""
        return self._loop.call(self._door.accept_sample(market_id, award, id=id, deadline_s=deadline_s))

    def reject_sample(
        self,
        market_id: str,
        award: Awarded | str,
        grounds: str,
        value_bp: int | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> SampleRejected:
        """Find the sample that waits not good enough; after the last one agreed on the award ends.

        Units: `value_bp`, what the buyer itself measured, in basis points.
        """
        return self._loop.call(
            self._door.reject_sample(market_id, award, grounds, value_bp, id=id, deadline_s=deadline_s)
        )

    def end_award(
        self,
        market_id: str,
        award: Awarded | str,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> AwardEnded:
        """Let an award go before it trades; what was held for it goes back."""
        return self._loop.call(self._door.end_award(market_id, award, grounds, id=id, deadline_s=deadline_s))

    def buy_units(
        self,
        market_id: str,
        instrument_id: str,
        units: int,
        *,
        use: Use,
        amount_max_minor: int | None = None,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Bought:
        """Buy units at an instrument's price plan: seats, or calls and gigabytes to use up."""
        return self._loop.call(
            self._door.buy_units(
                market_id,
                instrument_id,
                units,
                use=use,
                amount_max_minor=amount_max_minor,
                id=id,
                deadline_s=deadline_s,
            )
        )

    def top_up(
        self,
        market_id: str,
        instrument_id: str,
        terms: TopUpTerms | None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> TopUpSet:
        """Buy units whenever a record of usage leaves no more than a threshold; None: no longer."""
        return self._loop.call(
            self._door.top_up(market_id, instrument_id, terms, id=id, deadline_s=deadline_s)
        )

    def subscribe(
        self,
        market_id: str,
        instrument_id: str,
        units: int = 1,
        *,
        use: Use,
        amount_max_minor: int | None = None,
        reference: str = "",
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Subscribed:
        """Subscribe from now on; the first period is paid by day.

        Units: a whole period may cost `amount_max_minor` now.
        """
        return self._loop.call(
            self._door.subscribe(
                market_id,
                instrument_id,
                units,
                use=use,
                amount_max_minor=amount_max_minor,
                reference=reference,
                id=id,
                deadline_s=deadline_s,
            )
        )

    def cancel_subscription(
        self,
        market_id: str,
        subscription_id: str,
        *,
        now: bool = False,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> SubscriptionCancelled | SubscriptionEnded:
        """End a subscription with its running period, or `now`: then the days begun are paid, the rest goes back."""
        return self._loop.call(
            self._door.cancel_subscription(market_id, subscription_id, now=now, id=id, deadline_s=deadline_s)
        )

    def accept(
        self, entitlement: Entitlement, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PurchaseAccepted:
        """Accept what was received, before the evidence or the time does."""
        return self._loop.call(self._door.accept(entitlement, id=id, deadline_s=deadline_s))

    def reject(
        self, entitlement: Entitlement, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> DeliveryRejected:
        """Reject what was delivered; unless the seller contests it by then, the money goes back."""
        return self._loop.call(self._door.reject(entitlement, grounds, id=id, deadline_s=deadline_s))

    def accept_part(
        self,
        entitlement: Entitlement,
        grounds: str,
        *,
        amount_minor: int | None = None,
        quantity: int | None = None,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> DeliveryRejected:
        """Accept a part, named by its money or by its lots, and want the rest back. Shape: as `reject`."""
        return self._loop.call(
            self._door.accept_part(
                entitlement,
                grounds,
                amount_minor=amount_minor,
                quantity=quantity,
                id=id,
                deadline_s=deadline_s,
            )
        )

    def object_to(
        self, entitlement: Entitlement, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> DeliveryObjected:
        """Object to a complete delivery within its acceptance window."""
        return self._loop.call(self._door.object_to(entitlement, grounds, id=id, deadline_s=deadline_s))

    def end_entitlement(
        self,
        market_id: str,
        entitlement_id: str,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> EntitlementEnded:
        """End a right before its term; what is not used of it goes back by day.

        Shape: its buyer does so while it is suspended; an operator, or the counter, at any time.
        """
        return self._loop.call(
            self._door.end_entitlement(market_id, entitlement_id, grounds, id=id, deadline_s=deadline_s)
        )

    def convert_fx(
        self,
        quote: FxQuoted,
        market_id: str,
        amount_minor: int,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> FxAsked:
        """Exchange cash of a purse in a market at a bank's quote; it is exchanged when this returns."""
        return self._loop.call(
            self._door.convert_fx(quote, market_id, amount_minor, id=id, deadline_s=deadline_s)
        )

    def name_payee(
        self,
        currency: str,
        holder: str,
        account_number: str,
        bic: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PayeeNamed:
        """Say to which bank account one is paid a currency, from the next run on."""
        return self._loop.call(
            self._door.name_payee(currency, holder, account_number, bic, id=id, deadline_s=deadline_s)
        )

    def report_revenue(
        self,
        agreement_id: str,
        period: str,
        revenue_minor: int,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> RevenueShareReported:
        """Report the net revenue of a period; what is due of it is paid when this returns."""
        return self._loop.call(
            self._door.report_revenue(agreement_id, period, revenue_minor, id=id, deadline_s=deadline_s)
        )

    def set_billing_details(
        self,
        details: BillingDetails,
        participant_id: str | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> BillingDetailsSet:
        """Be named so on invoices from now on, and tax so what one sells; those that were numbered stay as they are."""
        return self._loop.call(
            self._door.set_billing_details(details, participant_id, id=id, deadline_s=deadline_s)
        )

    def respond_to_invoice(
        self,
        number: str,
        code: ResponseCode,
        reasons: Sequence[ResponseReason] = (),
        grounds: str = "",
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> InvoiceResponseGiven:
        """Answer an invoice; UQ, CA and RE have reasons and grounds.

        Shape: to reject (RE) the invoice of a purchase is to dispute it: its money is held when this returns.
        Raises: Refusal by its market where nothing can be held for it any more; the rejection is known all the same.
        """
        return self._loop.call(
            self._door.respond_to_invoice(number, code, reasons, grounds, id=id, deadline_s=deadline_s)
        )

    def pay_bill(
        self,
        market_id: str,
        trade_id: str,
        amount_minor: int | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> BillPaid:
        """Pay what is owed for a purchase on credit, or so much of it, out of one's cash. Units: minor units."""
        return self._loop.call(
            self._door.pay_bill(market_id, trade_id, amount_minor, id=id, deadline_s=deadline_s)
        )


class Custodian(Door):
    """Confirms what happened at the bank. Units: amounts are minor units."""

    _door: AsyncCustodian

    def confirm_deposit(
        self,
        market_id: str,
        participant_id: str,
        amount_minor: int,
        currency: str,
        reference: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> DepositConfirmed:
        """A participant's money has arrived and stands in its purse in a market."""
        return self._loop.call(
            self._door.confirm_deposit(
                market_id, participant_id, amount_minor, currency, reference, id=id, deadline_s=deadline_s
            )
        )

    def confirm_withdrawal(
        self,
        market_id: str,
        withdrawal_id: str,
        reference: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> WithdrawalPaid:
        """A participant was paid the cash that it asked for."""
        return self._loop.call(
            self._door.confirm_withdrawal(market_id, withdrawal_id, reference, id=id, deadline_s=deadline_s)
        )

    def reject_withdrawal(
        self,
        market_id: str,
        withdrawal_id: str,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> WithdrawalRejected:
        """What a participant asked for is not paid, and is its cash again."""
        return self._loop.call(
            self._door.reject_withdrawal(market_id, withdrawal_id, grounds, id=id, deadline_s=deadline_s)
        )

    def quote_fx(self, quote: QuoteFx, *, id: str | None = None, deadline_s: float = DEADLINE_S) -> FxQuoted:
        """Offer to exchange two currencies at a rate."""
        return self._loop.call(self._door.quote_fx(quote, id=id, deadline_s=deadline_s))

    def withdraw_fx_quote(
        self, quote_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> FxQuoteEnded:
        """Take a quote back."""
        return self._loop.call(self._door.withdraw_fx_quote(quote_id, id=id, deadline_s=deadline_s))

    def confirm_payment(
        self, set_id: str, reference: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PayoutPaid:
        """A released net set was paid; the market that held it has it in its books when this returns."""
        return self._loop.call(self._door.confirm_payment(set_id, reference, id=id, deadline_s=deadline_s))

    def fail_payment(
        self, set_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PayoutReversed:
        """A released net set could not be paid: the whole of it is undone."""
        return self._loop.call(self._door.fail_payment(set_id, grounds, id=id, deadline_s=deadline_s))

    def return_payment(
        self, set_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PaymentReturned:
        """A payment came back after it had been confirmed: the market owes the whole set again."""
        return self._loop.call(self._door.return_payment(set_id, grounds, id=id, deadline_s=deadline_s))

    def import_statement(
        self, statement: ImportStatement, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> StatementImported:
        """Say what an account holds, line by line."""
        return self._loop.call(self._door.import_statement(statement, id=id, deadline_s=deadline_s))

    def credit_ecny_interest(
        self,
        market_id: str,
        amount_minor: int,
        reference: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> EcnyInterestCredited:
        """The wallet has borne interest, which is the exchange's own."""
        return self._loop.call(
            self._door.credit_ecny_interest(market_id, amount_minor, reference, id=id, deadline_s=deadline_s)
        )

    def confirm_subsidy_funding(
        self,
        programme_id: str,
        amount_minor: int,
        reference: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> SubsidyFunded:
        """A sponsor's money for a programme has come."""
        return self._loop.call(
            self._door.confirm_subsidy_funding(
                programme_id, amount_minor, reference, id=id, deadline_s=deadline_s
            )
        )

    def import_file(
        self, content: bytes, name: str = "the file", *, deadline_s: float = DEADLINE_S
    ) -> Sequence[ImportedPart]:
        """Hold a camt.053 or camt.054 against what is expected; what it says of net sets is done when this returns.

        Shape: a file of more lines than one command may have comes in parts; those imported before change nothing, so
        that a file books once, and half of one goes on where it stopped. Raises: DocumentRefused before anything is
        sent; Refusal where a part is refused, with those before it imported.
        """
        return self._loop.call(self._door.import_file(content, name, deadline_s=deadline_s))

    def import_part(
        self, command: ImportStatement, *, deadline_s: float | Deadline = DEADLINE_S
    ) -> ImportedPart:
        """Import one command of a file; nothing happens if it was imported before."""
        return self._loop.call(self._door.import_part(command, deadline_s=deadline_s))


class Assessor(Door):
    """Gives opinions on drafted products: of their compliance first, then of their quality; and measures lines."""

    _door: AsyncAssessor

    def opine(
        self,
        product_id: str,
        version: str,
        kind: Literal["compliance", "quality"],
        *,
        passed: bool,
        report: bytes,
        statement: str,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> OpinionFiled:
        """File an opinion; of the report only its BLAKE2b-256 leaves the assessor."""
        return self._loop.call(
            self._door.opine(
                product_id,
                version,
                kind,
                passed=passed,
                report=report,
                statement=statement,
                id=id,
                deadline_s=deadline_s,
            )
        )

    def measure_line(
        self,
        market_id: str,
        link_id: str,
        from_at: int,
        hours: int = 1,
        *,
        rtt_ms: int,
        loss_ppm: int,
        throughput_mbps: int,
        evidence: bytes,
        correct_on: str | None = None,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> LineMeasured:
        """Say how good a line was in whole hours; of the evidence only its BLAKE2b-256 leaves whoever measured.

        Shape: `correct_on` names the grounds on which what was said of these hours before is corrected.
        """
        return self._loop.call(
            self._door.measure_line(
                market_id,
                link_id,
                from_at,
                hours,
                rtt_ms=rtt_ms,
                loss_ppm=loss_ppm,
                throughput_mbps=throughput_mbps,
                evidence=evidence,
                correct_on=correct_on,
                id=id,
                deadline_s=deadline_s,
            )
        )


class Counter(Door):
    """Rules on what the fence leaves to people. Units: `valid_until` is exchange time in µs."""

    _door: AsyncCounter

    def lift(
        self,
        case_id: str,
        codes: tuple[str, ...],
        valid_until: int,
        panel: tuple[PanelMember, PanelMember, PanelMember],
        grounds: str,
        *,
        whole_product: bool = False,
        any_buyer: bool = False,
        reference: str = "",
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> CaseRuled:
        """Let pass what a panel has looked at; every market and zone it is about knows it when this returns."""
        return self._loop.call(
            self._door.lift(
                case_id,
                codes,
                valid_until,
                panel,
                grounds,
                whole_product=whole_product,
                any_buyer=any_buyer,
                reference=reference,
                id=id,
                deadline_s=deadline_s,
            )
        )

    def rule_against(
        self,
        case_id: str,
        panel: tuple[PanelMember, PanelMember, PanelMember],
        grounds: str,
        *,
        whole_product: bool = False,
        any_buyer: bool = False,
        reference: str = "",
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> CaseRuled:
        """Say that it does not pass: purchases and rights that rest on it end, what is unused is refunded."""
        return self._loop.call(
            self._door.rule_against(
                case_id,
                panel,
                grounds,
                whole_product=whole_product,
                any_buyer=any_buyer,
                reference=reference,
                id=id,
                deadline_s=deadline_s,
            )
        )

    def withdraw(
        self, case_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> CaseRulingWithdrawn:
        """Take back what a panel let pass; what was bought on it stays bought."""
        return self._loop.call(self._door.withdraw(case_id, grounds, id=id, deadline_s=deadline_s))

    def reclassify(
        self, word: ReclassifyProduct, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ProductReclassified:
        """Say what a product version is; every market and zone knows it when this returns."""
        return self._loop.call(self._door.reclassify(word, id=id, deadline_s=deadline_s))


class Bonded:
    """Asks for what happens in business zones.

    Shape: a `zone` is a business zone's id, or the number of the partition that an id of a fact names; whatever the
    fence only holds is no refusal: the answer of `propose`, and the egresses in the tables, say how it stands.
    """

    def __init__(self, loop: LoopThread, door: AsyncBonded) -> None:
        self._loop = loop
        self._door = door

    def open_zone(
        self, command: OpenBusinessZone, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> BusinessZoneOpened:
        """Open a business zone, as an operator."""
        return self._loop.call(self._door.open_zone(command, id=id, deadline_s=deadline_s))

    def record_link(
        self, zone: str | int, command: RecordLink, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> LinkRecorded:
        """Say how a line stands, as an operator."""
        return self._loop.call(self._door.record_link(zone, command, id=id, deadline_s=deadline_s))

    def propose(
        self, command: ProposeConsignment, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ConsignmentProposed:
        """Ask to bring raw data in. Raises: Refusal where the fence does not let it, with its codes."""
        return self._loop.call(self._door.propose(command, id=id, deadline_s=deadline_s))

    def register_source(
        self, command: RegisterSource, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SourceRegistered:
        """Say of data of no consignment what it is."""
        return self._loop.call(self._door.register_source(command, id=id, deadline_s=deadline_s))

    def unite_persons(
        self, command: UnitePersons, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PersonsUnited:
        """Say how many distinct persons consignments and sources of a zone hold together, as who exports them."""
        return self._loop.call(self._door.unite_persons(command, id=id, deadline_s=deadline_s))

    def start(
        self, command: StartJobRun, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> JobRunStarted:
        """Begin a job run."""
        return self._loop.call(self._door.start(command, id=id, deadline_s=deadline_s))

    def complete(
        self, job_run_id: str, made: Sequence[Made], *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> JobRunCompleted:
        """Say what a job run has made."""
        return self._loop.call(self._door.complete(job_run_id, made, id=id, deadline_s=deadline_s))

    def fail(
        self, job_run_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> JobRunFailed:
        """Say that a job run made nothing."""
        return self._loop.call(self._door.fail(job_run_id, grounds, id=id, deadline_s=deadline_s))

    def report_incident(
        self,
        job_run_id: str,
        kind: IncidentKind,
        statement: str,
        source_ids: Sequence[str] = (),
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> CaseOpened:
        """Say what went wrong in a job run."""
        return self._loop.call(
            self._door.report_incident(job_run_id, kind, statement, source_ids, id=id, deadline_s=deadline_s)
        )

    def request(
        self,
        command: RequestExport | RequestReturn | RequestTransfer,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> EgressRequested:
        """Ask to let something out. Raises: Refusal where the fence does not let it, with its codes."""
        return self._loop.call(self._door.request(command, id=id, deadline_s=deadline_s))

    def confirm_arrival(
        self,
        egress_id: str,
        parts: Sequence[Part],
        size_bytes: int,
        key: Ed25519PrivateKey,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Answer:
        """Sign what arrived, with the key of the receiver's commitment. Raises: Refusal if it is not what was sent."""
        return self._loop.call(
            self._door.confirm_arrival(egress_id, parts, size_bytes, key, id=id, deadline_s=deadline_s)
        )

    def withdraw(
        self, egress_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> EgressWithdrawn:
        """Take back a request to let something out."""
        return self._loop.call(self._door.withdraw(egress_id, grounds, id=id, deadline_s=deadline_s))

    def scrap(
        self,
        items: Sequence[ItemRange],
        grounds: str,
        evidence_sha256: bytes,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> ItemsScrapped:
        """Write off items that are defective or lost."""
        return self._loop.call(
            self._door.scrap(items, grounds, evidence_sha256, id=id, deadline_s=deadline_s)
        )

    def record_destruction(
        self, command: RecordDestruction, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> DestructionRecorded:
        """Say what was deleted, and how."""
        return self._loop.call(self._door.record_destruction(command, id=id, deadline_s=deadline_s))

    def verify_destruction(
        self,
        certificate: DestructionRecorded,
        method: str,
        sample: int,
        key: Ed25519PrivateKey,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> DeletionCertified:
        """Certify what somebody else deleted, with the key of the verifier's commitment."""
        return self._loop.call(
            self._door.verify_destruction(certificate, method, sample, key, id=id, deadline_s=deadline_s)
        )

    def count(
        self,
        consignment_id: str,
        quantity: int,
        size_bytes: int,
        evidence_sha256: bytes,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> BalanceCounted:
        """Say what was found on hand."""
        return self._loop.call(
            self._door.count(
                consignment_id, quantity, size_bytes, evidence_sha256, id=id, deadline_s=deadline_s
            )
        )

    def write_off(
        self, consignment_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ConsignmentWrittenOff:
        """Close the handbook of a consignment of which nothing is left."""
        return self._loop.call(self._door.write_off(consignment_id, id=id, deadline_s=deadline_s))

    def declare_pool(
        self, command: DeclarePool, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PoolDeclared:
        """Say who works in a pool, as its processor."""
        return self._loop.call(self._door.declare_pool(command, id=id, deadline_s=deadline_s))

    def record_station(
        self, command: RecordStation, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> StationRecorded:
        """Say what a station lets its worker do, as an operator."""
        return self._loop.call(self._door.record_station(command, id=id, deadline_s=deadline_s))

    def open_session(
        self, command: OpenSession, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SessionOpened:
        """Let a worker see something. Raises: Refusal where the fence does not let it, with its codes."""
        return self._loop.call(self._door.open_session(command, id=id, deadline_s=deadline_s))

    def end_session(
        self, session_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SessionEnded:
        """Let a worker see nothing more."""
        return self._loop.call(self._door.end_session(session_id, grounds, id=id, deadline_s=deadline_s))

    def report_breach(
        self,
        session_id: str,
        breach: Breach,
        statement: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> CaseOpened:
        """Say that a worker did in a session what none lets it do; it ends."""
        return self._loop.call(
            self._door.report_breach(session_id, breach, statement, id=id, deadline_s=deadline_s)
        )

    def grant_volume(
        self, command: GrantVolume, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> VolumeGranted:
        """Open a volume to a pool. Raises: Refusal where the fence does not let it, with its codes."""
        return self._loop.call(self._door.grant_volume(command, id=id, deadline_s=deadline_s))

    def revoke_volume(
        self, volume_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> VolumeRevoked:
        """Close a volume to everybody."""
        return self._loop.call(self._door.revoke_volume(volume_id, grounds, id=id, deadline_s=deadline_s))

    def destroy_volume(
        self, volume_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> VolumeCondemned:
        """Have what is on a volume deleted."""
        return self._loop.call(self._door.destroy_volume(volume_id, grounds, id=id, deadline_s=deadline_s))

    def report_enforcement(
        self, command: ReportEnforcement, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> EnforcementReported:
        """Say what the port that guards a volume did and found."""
        return self._loop.call(self._door.report_enforcement(command, id=id, deadline_s=deadline_s))

    def offer_output(
        self,
        output_id: str,
        product_id: str,
        version: str,
        *,
        foreign_authority_request: bool = False,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> OutputOffered:
        """Say which product version an output is: the markets are told what is behind it."""
        return self._loop.call(
            self._door.offer_output(
                output_id,
                product_id,
                version,
                foreign_authority_request=foreign_authority_request,
                id=id,
                deadline_s=deadline_s,
            )
        )


class Safeguards(Door):
    """Says which legal tools are held, whose word stands, what lists say, and how many persons leave together.

    Shape: every market and zone knows it when a method returns.
    """

    _door: AsyncSafeguards

    def register(
        self, command: RegisterSafeguard, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SafeguardRegistered:
        """Record a safeguard, as the counter or an operator."""
        return self._loop.call(self._door.register(command, id=id, deadline_s=deadline_s))

    def file(
        self,
        safeguard_id: str,
        filed_on: str,
        reference: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> SafeguardFiled:
        """Record that a contract was filed with the authority, on a day such as 2026-03-10."""
        return self._loop.call(
            self._door.file(safeguard_id, filed_on, reference, id=id, deadline_s=deadline_s)
        )

    def change(
        self, command: ChangeSafeguard, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SafeguardChanged:
        """Record that a safeguard's scope, assessment or checks stand otherwise."""
        return self._loop.call(self._door.change(command, id=id, deadline_s=deadline_s))

    def extend(
        self, command: ExtendSafeguard, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SafeguardExtended:
        """Record that a security assessment was extended."""
        return self._loop.call(self._door.extend(command, id=id, deadline_s=deadline_s))

    def revoke(
        self, safeguard_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SafeguardRevoked:
        """Record that a safeguard holds no more; the governance may too."""
        return self._loop.call(self._door.revoke(safeguard_id, grounds, id=id, deadline_s=deadline_s))

    def declare_persons(
        self, command: DeclarePersons, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PersonsDeclared:
        """Say how many distinct persons product versions hold together, as their exporter."""
        return self._loop.call(self._door.declare_persons(command, id=id, deadline_s=deadline_s))

    def confirm_splitting(
        self, command: ConfirmSplitting, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SplittingConfirmed:
        """Find that a group splits personal information, as the governance."""
        return self._loop.call(self._door.confirm_splitting(command, id=id, deadline_s=deadline_s))

    def withdraw_splitting(
        self, command: WithdrawSplitting, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SplittingWithdrawn:
        """Take a finding of splitting back, as the governance."""
        return self._loop.call(self._door.withdraw_splitting(command, id=id, deadline_s=deadline_s))

    def publish_list(
        self, terms: ListTerms, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ListPublished:
        """Record a version of a zone's list, as the counter or an operator."""
        return self._loop.call(self._door.publish_list(terms, id=id, deadline_s=deadline_s))

    def end_list(
        self,
        list_id: str,
        valid_to: str,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> ListEnded:
        """Record the last day of a list, such as 2026-04-23."""
        return self._loop.call(self._door.end_list(list_id, valid_to, grounds, id=id, deadline_s=deadline_s))

    def register_at_centre(
        self, command: RegisterAtCentre, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> CentreRegistered:
        """Record whether a product version is registered under a list of general data."""
        return self._loop.call(self._door.register_at_centre(command, id=id, deadline_s=deadline_s))

    def attest(
        self, word: Attest, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> AttestationGiven:
        """Give one's word of a fact that crossings rest on, as whoever hands over or takes over."""
        return self._loop.call(self._door.attest(word, id=id, deadline_s=deadline_s))

    def doubt_attestation(
        self, attestation_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> AttestationDoubted:
        """Doubt a word, in office; whatever rests on it is decided again without it."""
        return self._loop.call(
            self._door.doubt_attestation(attestation_id, grounds, id=id, deadline_s=deadline_s)
        )

    def uphold_attestation(
        self, attestation_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> AttestationUpheld:
        """Let a word count again that was doubted, as the counter or the governance."""
        return self._loop.call(
            self._door.uphold_attestation(attestation_id, grounds, id=id, deadline_s=deadline_s)
        )

    def withdraw_attestation(
        self, attestation_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> AttestationWithdrawn:
        """Take one's own word back, for good."""
        return self._loop.call(
            self._door.withdraw_attestation(attestation_id, grounds, id=id, deadline_s=deadline_s)
        )


class Analyst:
    """Asks the projections, in threads, so that nothing else waits.

    Shape: rows are what the journals said up to a moment ago; `at_least` waits until they show an outcome,
    `up_to_date` until they show what has happened by now.
    Raises: Misuse for wrong SQL, an unknown query or a wrong parameter; Unavailable without a database, or
    where the deadline passes, saying how far the tables are.
    """

    def __init__(self, loop: LoopThread, door: AsyncAnalyst) -> None:
        self._loop = loop
        self._door = door

    @property
    def queries(self) -> Mapping[str, NamedQuery]:
        """The named queries: what each answers, and its parameters."""
        return self._door.queries

    def sql(
        self, text: str, limit: int = ROWS_MAX, *, at_least: AtLeast = (), deadline_s: float = DEADLINE_S
    ) -> Table:
        """Run one SELECT of one's own."""
        return self._loop.call(self._door.sql(text, limit, at_least=at_least, deadline_s=deadline_s))

    def query(
        self,
        name: str,
        /,
        *,
        limit: int = ROWS_MAX,
        at_least: AtLeast = (),
        deadline_s: float = DEADLINE_S,
        **parameters: Any,
    ) -> Table:
        """Ask a named query, such as `query("trades", instrument="…")`."""
        return self._loop.call(
            self._door.query(name, limit=limit, at_least=at_least, deadline_s=deadline_s, **parameters)
        )

    def invoice(self, number: str, *, at_least: AtLeast = (), deadline_s: float = DEADLINE_S) -> Invoice:
        """What an invoice or a credit note says, for `exchange.invoicing` to write as UBL, HTML or PDF.

        Raises: Misuse if there is none of that number; InvoiceWrong if it is not known where a party is.
        """
        return self._loop.call(self._door.invoice(number, at_least=at_least, deadline_s=deadline_s))

    def up_to_date(self, *, deadline_s: float = DEADLINE_S) -> None:
        """Wait until the projections show everything that lies in the journals now."""
        return self._loop.call(self._door.up_to_date(deadline_s=deadline_s))


class Lineage:
    """Answers from a graph in memory, row for row what the named queries of the same names answer.

    Shape: the first question reads every edge of the tables, a later one what was added since: keep the door. Names
    are those of the table `lineage_edges`, of a field with `#` and its name. Steps stand nearest first; where more
    would follow than `depth` or `breadth` allow, a row of kind `cut` says how many things are left out. `until_at`
    (microseconds since the epoch) and `position` (CONTEXT/PARTITION/SEQ, several with commas between) ask as of then.
    Raises: Misuse for a name that no edge has, and for bounds that are none; Unavailable without a database, or where
    the deadline passes.
    """

    def __init__(self, loop: LoopThread, door: AsyncLineage) -> None:
        self._loop = loop
        self._door = door

    def ancestors(
        self,
        name: str,
        *,
        depth: int = USUAL.depth,
        breadth: int = USUAL.breadth,
        until_at: int | None = None,
        position: str | None = None,
        limit: int = ROWS_MAX,
        at_least: AtLeast = (),
        deadline_s: float = DEADLINE_S,
    ) -> Table:
        """What something was made from, nearest first."""
        return self._loop.call(
            self._door.ancestors(
                name,
                depth=depth,
                breadth=breadth,
                until_at=until_at,
                position=position,
                limit=limit,
                at_least=at_least,
                deadline_s=deadline_s,
            )
        )

    def descendants(
        self,
        name: str,
        *,
        depth: int = USUAL.depth,
        breadth: int = USUAL.breadth,
        until_at: int | None = None,
        position: str | None = None,
        limit: int = ROWS_MAX,
        at_least: AtLeast = (),
        deadline_s: float = DEADLINE_S,
    ) -> Table:
        """What was made from something, nearest first."""
        return self._loop.call(
            self._door.descendants(
                name,
                depth=depth,
                breadth=breadth,
                until_at=until_at,
                position=position,
                limit=limit,
                at_least=at_least,
                deadline_s=deadline_s,
            )
        )

    def impact(
        self,
        name: str,
        *,
        depth: int = USUAL.depth,
        breadth: int = USUAL.breadth,
        until_at: int | None = None,
        position: str | None = None,
        limit: int = ROWS_MAX,
        at_least: AtLeast = (),
        deadline_s: float = DEADLINE_S,
    ) -> Table:
        """Who holds anything made from something: each delivery and sample, its receipt, what was paid and invoiced."""
        return self._loop.call(
            self._door.impact(
                name,
                depth=depth,
                breadth=breadth,
                until_at=until_at,
                position=position,
                limit=limit,
                at_least=at_least,
                deadline_s=deadline_s,
            )
        )

    def path(
        self,
        downstream: str,
        upstream: str,
        *,
        depth: int = USUAL.depth,
        until_at: int | None = None,
        position: str | None = None,
        at_least: AtLeast = (),
        deadline_s: float = DEADLINE_S,
    ) -> Table:
        """A shortest way from something up to what it was made from; no rows if there is none in `depth` steps."""
        return self._loop.call(
            self._door.path(
                downstream,
                upstream,
                depth=depth,
                until_at=until_at,
                position=position,
                at_least=at_least,
                deadline_s=deadline_s,
            )
        )

    def taint(
        self,
        sources: Sequence[str],
        *,
        cleared: Sequence[str] = (),
        until_at: int | None = None,
        position: str | None = None,
        limit: int = ROWS_MAX,
        at_least: AtLeast = (),
        deadline_s: float = DEADLINE_S,
    ) -> Table:
        """Everything that carries what these sources carry; `cleared` are runs behind which that ends."""
        return self._loop.call(
            self._door.taint(
                sources,
                cleared=cleared,
                until_at=until_at,
                position=position,
                limit=limit,
                at_least=at_least,
                deadline_s=deadline_s,
            )
        )


class Ledger:
    """Reads the ledger, in threads, so that nothing else waits.

    Shape: `until_at` (microseconds since the epoch) and `position` (CONTEXT/PARTITION/SEQ, several with commas between)
    ask as of then, that moment included; in partitions that are not named everything counts. An entry is named as the
    fact is that it comes from. Amounts are in minor units, balances on the side on which an account grows.
    Raises: Misuse for a place that the tables do not show, or an account that the chart does not have; Unavailable
    without a database, or where the deadline passes.
    """

    def __init__(self, loop: LoopThread, door: AsyncLedger) -> None:
        self._loop = loop
        self._door = door

    def trial_balance(
        self,
        *,
        until_at: int | None = None,
        position: str | None = None,
        at_least: AtLeast = (),
        deadline_s: float = DEADLINE_S,
    ) -> Table:
        """What each account of the chart comes to, per currency and settlement asset."""
        return self._loop.call(
            self._door.trial_balance(
                until_at=until_at, position=position, at_least=at_least, deadline_s=deadline_s
            )
        )

    def accounts(
        self,
        account: int | None = None,
        party: str | None = None,
        *,
        only_open: bool = False,
        until_at: int | None = None,
        position: str | None = None,
        limit: int = ROWS_MAX,
        at_least: AtLeast = (),
        deadline_s: float = DEADLINE_S,
    ) -> Table:
        """What each party's account comes to; `only_open` leaves out those at zero."""
        return self._loop.call(
            self._door.accounts(
                account,
                party,
                only_open=only_open,
                until_at=until_at,
                position=position,
                limit=limit,
                at_least=at_least,
                deadline_s=deadline_s,
            )
        )

    def statement(
        self,
        party: str,
        account: int | None = None,
        *,
        from_at: int | None = None,
        from_position: str | None = None,
        until_at: int | None = None,
        position: str | None = None,
        limit: int = ROWS_MAX,
        at_least: AtLeast = (),
        deadline_s: float = DEADLINE_S,
    ) -> Table:
        """Every posting of a party's accounts, or of one of them, between an opening and a closing balance."""
        return self._loop.call(
            self._door.statement(
                party,
                account,
                from_at=from_at,
                from_position=from_position,
                until_at=until_at,
                position=position,
                limit=limit,
                at_least=at_least,
                deadline_s=deadline_s,
            )
        )

    def entry(
        self, name: str, *, limit: int = ROWS_MAX, at_least: AtLeast = (), deadline_s: float = DEADLINE_S
    ) -> Table:
        """The entry of a fact, CONTEXT/PARTITION/SEQ, or all about an order, a trade, a bank's reference."""
        return self._loop.call(self._door.entry(name, limit=limit, at_least=at_least, deadline_s=deadline_s))


class MarketData:
    """Shows what is traded. What others see is shown: no participants, and of icebergs only their shown parts.

    Shape: a book is a snapshot of the tables, a feed goes on with the market's journal from the very fact at which a
    snapshot stands: every update says its `partition` and `seq`. Whoever has no database follows a book by naming its
    market: it is then made from the journal's beginning. The node has to be up for feeds only.
    Raises: Misuse for an instrument that is not there, or where tables are needed and no database was named;
    Unavailable without a database or Kafka.
    """

    def __init__(self, loop: LoopThread, door: AsyncMarketData) -> None:
        self._loop = loop
        self._door = door

    def book(self, instrument_id: str, *, deadline_s: float = DEADLINE_S) -> Book:
        """A book as the tables show it: levels, orders, best prices, the day's candle, and at which fact.

        Shape: while orders are collected, `indicative` is what their auction would find.
        """
        return self._loop.call(self._door.book(instrument_id, deadline_s=deadline_s))

    def tape(self, instrument_id: str, last: int = 1000, *, deadline_s: float = DEADLINE_S) -> Table:
        """An instrument's last trades, the newest last."""
        return self._loop.call(self._door.tape(instrument_id, last, deadline_s=deadline_s))

    def candles(
        self,
        instrument_id: str,
        interval: str = "1m",
        last: int = 1000,
        *,
        sold_by: SoldBy = "book",
        since: str | None = None,
        until: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Table:
        """The last candles of 1s, 1m, 5m, 15m, 1h or 1d by exchange time; none where nothing was traded.

        Shape: of what the book traded, or else of what was sold by an auction, by quotes, by a pool or by a plan; those
        that begin at `since` or later, and before `until`.
        """
        return self._loop.call(
            self._door.candles(
                instrument_id,
                interval,
                last,
                sold_by=sold_by,
                since=since,
                until=until,
                deadline_s=deadline_s,
            )
        )

    def statistics(self, instrument_id: str | None = None, *, deadline_s: float = DEADLINE_S) -> Table:
        """Of the last day an instrument was traded on: open, high, low, last, VWAP, volume, value, count.

        Shape: a row for each way in which it is sold.
        """
        return self._loop.call(self._door.statistics(instrument_id, deadline_s=deadline_s))

    def indicative(self, instrument_id: str | None = None, *, deadline_s: float = DEADLINE_S) -> Table:
        """What the auctions of books that collect orders would find by now: price, volume, imbalance."""
        return self._loop.call(self._door.indicative(instrument_id, deadline_s=deadline_s))
