"""What both sides of a purchase can do: dispute it, have their money back, and appeal against the counter."""

from exchange.delivery.facts import EntitlementOpened
from exchange.market.disputes.commands import OpenDispute, ProposeSettlement, SubmitEvidence
from exchange.market.disputes.facts import DisputeOpened, EvidenceSubmitted, SettlementProposed
from exchange.market.facts import EntitlementGranted
from exchange.market.withdrawals.commands import RequestWithdrawal
from exchange.market.withdrawals.facts import WithdrawalRequested
from exchange.registry.cases.commands import AppealCase
from exchange.registry.cases.facts import CaseAppealed
from exchange.sdk.door import REGISTRY, Door
from exchange.sdk.rooms.purses import PurseOwner
from exchange.sdk.rooms.subsidies import SubsidyClaimant
from streams.deadline import DEADLINE_S

Entitlement = EntitlementGranted | EntitlementOpened


class Party(PurseOwner, SubsidyClaimant, Door):
    """Buys or sells. Units: amounts are minor units."""

    async def dispute(
        self, entitlement: Entitlement, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> DisputeOpened:
        """Dispute a purchase: its money is held until both sides agree or a panel rules."""
        command = OpenDispute(trade_id=entitlement.trade_id, grounds=grounds)
        return await self._fact(DisputeOpened, "market", entitlement.market_id, command, id, deadline_s)

    async def submit_evidence(
        self,
        entitlement: Entitlement,
        digest: bytes,
        description: str = "",
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> EvidenceSubmitted:
        """Name a document in a dispute by its digest of 32 bytes; the document stays with whoever names it."""
        command = SubmitEvidence(trade_id=entitlement.trade_id, digest=digest, description=description)
        return await self._fact(EvidenceSubmitted, "market", entitlement.market_id, command, id, deadline_s)

    async def propose_settlement(
        self,
        entitlement: Entitlement,
        buyer_minor: int,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> SettlementProposed:
        """Say what the buyer should get back; once the other side has said the same, the dispute is resolved."""
        command = ProposeSettlement(trade_id=entitlement.trade_id, buyer_minor=buyer_minor)
        return await self._fact(SettlementProposed, "market", entitlement.market_id, command, id, deadline_s)

    async def appeal(
        self, case_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> CaseAppealed:
        """Have another panel look at what the counter ruled, once, within 30 days."""
        command = AppealCase(case_id=case_id, grounds=grounds)
        return await self._fact(CaseAppealed, "registry", REGISTRY, command, id, deadline_s)

    async def withdraw(
        self,
        market_id: str,
        amount_minor: int,
        currency: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> WithdrawalRequested:
        """Have free cash paid back; it is out of reach until the custodian bank has answered."""
        command = RequestWithdrawal(currency=currency, amount_minor=amount_minor)
        return await self._fact(WithdrawalRequested, "market", market_id, command, id, deadline_s)
