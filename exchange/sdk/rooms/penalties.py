"""Penalties through the doors."""

from exchange.market.penalties.commands import ChargePenalty, WithdrawPenalty
from exchange.market.penalties.facts import PenaltyCharged, PenaltyWithdrawn
from exchange.sdk.door import Door
from streams.deadline import DEADLINE_S


class PenaltyOperator(Door):
    """Charges what sellers delivered late, and takes it back. Units: amounts are minor units."""

    async def charge_penalty(
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
        command = ChargePenalty(trade_id=trade_id, late_minor=late_minor, grounds=grounds)
        return await self._fact(PenaltyCharged, "market", market_id, command, id, deadline_s)

    async def withdraw_penalty(
        self,
        market_id: str,
        trade_id: str,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PenaltyWithdrawn:
        """Take a penalty back, whoever charged it."""
        command = WithdrawPenalty(trade_id=trade_id, grounds=grounds)
        return await self._fact(PenaltyWithdrawn, "market", market_id, command, id, deadline_s)
