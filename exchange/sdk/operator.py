"""The operator's door: who takes part, what is registered, which rules hold, and the demo's clock."""

import asyncio
import uuid
from typing import Literal

from exchange.kernel.panel import PanelMember
from exchange.kernel.protocol import ClockShifted, ShiftClock
from exchange.market.bills.state import CREDIT_DAYS
from exchange.market.commands import (
    CancelOrders,
    InstrumentTerms,
    OpenInstrument,
    RegisterCapacity,
    SetInstrumentState,
)
from exchange.market.credit.commands import SetCreditLimit
from exchange.market.credit.facts import CreditLimitSet
from exchange.market.disputes.commands import RuleOnDispute
from exchange.market.disputes.facts import DisputeResolved
from exchange.market.facts import (
    CancellingBegun,
    CapacityRegistered,
    EntitlementGranted,
    InstrumentOpened,
    InstrumentStateSet,
    OrdersCancelled,
)
from exchange.market.fees.commands import ChargeServiceFee, SetFeeSchedule
from exchange.market.fees.facts import FeeScheduleSet, ServiceFeeCharged
from exchange.market.pools.commands import ApprovePool, RefusePool
from exchange.market.pools.facts import PoolApproved, PoolFailed
from exchange.market.purchases.commands import BustTrade
from exchange.market.purchases.facts import TradeBusted
from exchange.market.supply.commands import SetSupplyTax
from exchange.market.supply.facts import SupplyTaxSet
from exchange.registry.approvals import Approval
from exchange.registry.body.commands import SeatMember
from exchange.registry.body.facts import MemberSeated
from exchange.registry.commands import (
    ActivateRuleset,
    AdmitParticipant,
    RegisterProduct,
    ReinstateParticipant,
    ResumeListing,
    SuspendListing,
    SuspendParticipant,
    WithdrawListing,
)
from exchange.registry.facts import (
    ListingResumed,
    ListingSuspended,
    ListingWithdrawn,
    ParticipantAdmitted,
    ParticipantReinstated,
    ParticipantSuspended,
    ProductRegistered,
    RulesetActivated,
)
from exchange.sdk.door import REGISTRY, Door
from exchange.sdk.rooms.bank_files import ImportingFiles, PayingByFile
from exchange.sdk.rooms.described import Describing, Reclassifying
from exchange.sdk.rooms.invoices import Billing
from exchange.sdk.rooms.lines import LineKeeper, LineMeter, LineRunner
from exchange.sdk.rooms.penalties import PenaltyOperator
from exchange.sdk.rooms.purchases import EndingRights, Refunding
from exchange.sdk.rooms.purses import EcnyOperator
from exchange.sdk.rooms.settling import SettlingOperator
from exchange.sdk.rooms.subsidies import SubsidyOperator
from exchange.sdk.trader import cancelled_of
from streams.answers import AnswerUnknown
from streams.deadline import DEADLINE_S, Deadline


class Operator(
    Describing,
    Reclassifying,
    Refunding,
    EndingRights,
    LineKeeper,
    LineMeter,
    LineRunner,
    SettlingOperator,
    PayingByFile,
    ImportingFiles,
    Billing,
    EcnyOperator,
    PenaltyOperator,
    SubsidyOperator,
    Door,
):
    """Runs the exchange. The first operator admits itself."""

    async def admit(
        self, participant: AdmitParticipant, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ParticipantAdmitted:
        """Let a participant take part; every market knows it when this returns."""
        return await self._fact(ParticipantAdmitted, "registry", REGISTRY, participant, id, deadline_s)

    async def suspend(
        self, participant_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ParticipantSuspended:
        """Stop a participant from trading."""
        command = SuspendParticipant(participant_id=participant_id, grounds=grounds)
        return await self._fact(ParticipantSuspended, "registry", REGISTRY, command, id, deadline_s)

    async def reinstate(
        self, participant_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ParticipantReinstated:
        """Let a suspended participant trade again."""
        command = ReinstateParticipant(participant_id=participant_id)
        return await self._fact(ParticipantReinstated, "registry", REGISTRY, command, id, deadline_s)

    async def register(
        self, product_id: str, version: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ProductRegistered:
        """Issue the registration certificate of a product version both of whose opinions passed."""
        command = RegisterProduct(product_id=product_id, version=version)
        return await self._fact(ProductRegistered, "registry", REGISTRY, command, id, deadline_s)

    async def activate_ruleset(
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
        command = ActivateRuleset(
            ruleset_version=version,
            ruleset_digest=digest,
            effective_at=effective_at,
            approvals=approvals,
        )
        return await self._fact(RulesetActivated, "registry", REGISTRY, command, id, deadline_s)

    async def seat_member(
        self, seat: SeatMember, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> MemberSeated:
        """Give a seat of the management body to somebody, as the governance."""
        return await self._fact(MemberSeated, "registry", REGISTRY, seat, id, deadline_s)

    async def suspend_listing(
        self, listing_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ListingSuspended:
        """Take a listing off sale for now."""
        command = SuspendListing(listing_id=listing_id, grounds=grounds)
        return await self._fact(ListingSuspended, "registry", REGISTRY, command, id, deadline_s)

    async def resume_listing(
        self, listing_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ListingResumed:
        """Put a suspended listing back on sale."""
        return await self._fact(
            ListingResumed, "registry", REGISTRY, ResumeListing(listing_id=listing_id), id, deadline_s
        )

    async def withdraw_listing(
        self, listing_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ListingWithdrawn:
        """Take a listing off sale for good."""
        command = WithdrawListing(listing_id=listing_id, grounds=grounds)
        return await self._fact(ListingWithdrawn, "registry", REGISTRY, command, id, deadline_s)

    async def open_instrument(
        self, terms: InstrumentTerms, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> InstrumentOpened:
        """Open the book of a standard lot that moves no data, or announce it where it first trades later."""
        command = OpenInstrument(terms=terms)
        return await self._fact(InstrumentOpened, "market", terms.market_id, command, id, deadline_s)

    async def set_instrument_state(
        self,
        instrument_id: str,
        state: Literal["open", "halted", "call", "closed"],
        *,
        market_id: str,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> InstrumentStateSet:
        """Halt a book, open it, have it collect orders for an auction, or close it for good."""
        command = SetInstrumentState(instrument_id=instrument_id, state=state)
        return await self._fact(InstrumentStateSet, "market", market_id, command, id, deadline_s)

    async def register_capacity(
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
        command = RegisterCapacity(
            instrument_id=instrument_id, participant_id=participant_id, quantity=quantity
        )
        return await self._fact(CapacityRegistered, "market", market_id, command, id, deadline_s)

    async def cancel_orders(
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
        command = CancelOrders(participant_id=participant_id, instrument_id=instrument_id)
        answer = await self._settled("market", market_id, command, id, Deadline(deadline_s))
        return cancelled_of(answer)

    async def bust(
        self,
        entitlement: EntitlementGranted,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> TradeBusted:
        """Undo a trade that should not have been: its money goes back and its right ends."""
        command = BustTrade(trade_id=entitlement.trade_id, grounds=grounds)
        return await self._fact(TradeBusted, "market", entitlement.market_id, command, id, deadline_s)

    async def rule(
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
        command = RuleOnDispute(
            trade_id=entitlement.trade_id, buyer_minor=buyer_minor, panel=panel, grounds=grounds
        )
        return await self._fact(DisputeResolved, "market", entitlement.market_id, command, id, deadline_s)

    async def set_credit_limit(
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
        command = SetCreditLimit(
            participant_id=participant_id, currency=currency, limit_minor=limit_minor, days=days
        )
        return await self._fact(CreditLimitSet, "market", market_id, command, id, deadline_s)

    async def set_fee_schedule(
        self,
        market_id: str,
        schedule: SetFeeSchedule,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> FeeScheduleSet:
        """Say what the exchange takes in a market, from now or from a time on."""
        return await self._fact(FeeScheduleSet, "market", market_id, schedule, id, deadline_s)

    async def set_supply_tax(
        self, market_id: str, tax: SetSupplyTax, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SupplyTaxSet:
        """Collect sellers' tax on what they sell at home in a market, from now or from a time on."""
        return await self._fact(SupplyTaxSet, "market", market_id, tax, id, deadline_s)

    async def charge_service_fee(
        self,
        market_id: str,
        participant_id: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> ServiceFeeCharged:
        """Take the service fee of the schedule in force out of a buyer's cash, once."""
        command = ChargeServiceFee(participant_id=participant_id)
        return await self._fact(ServiceFeeCharged, "market", market_id, command, id, deadline_s)

    async def approve_pool(
        self, market_id: str, pool_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PoolApproved:
        """Let a pool that has closed use its line: every share is paid next."""
        command = ApprovePool(pool_id=pool_id)
        return await self._fact(PoolApproved, "market", market_id, command, id, deadline_s)

    async def refuse_pool(
        self,
        market_id: str,
        pool_id: str,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PoolFailed:
        """End a pool that is not approved: all deposits go back."""
        command = RefusePool(pool_id=pool_id, grounds=grounds)
        return await self._fact(PoolFailed, "market", market_id, command, id, deadline_s)

    async def shift_clock(self, by_us: int, *, id: str | None = None, deadline_s: float = DEADLINE_S) -> None:
        """Move exchange time forward in every partition of a demo's or a test's exchange.

        Units: microseconds.
        """
        deadline, name = Deadline(deadline_s), id or str(uuid.uuid4())
        places = [(c, n) for c, count in self._client.partitions.items() for n in range(count)]
        command = ShiftClock(by_us=by_us)
        try:
            answers = await asyncio.gather(
                *(self._ask(*place, command, f"{name}.{place[0]}.{place[1]}", deadline) for place in places)
            )
        except AnswerUnknown as error:
            raise AnswerUnknown("every partition", "ShiftClock", name, str(error)) from error
        for answer in answers:
            answer.fact(ClockShifted)
