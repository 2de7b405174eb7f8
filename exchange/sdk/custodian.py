"""The custodian bank's door: money that has arrived, money that was paid."""

from exchange.market.commands import ConfirmDeposit
from exchange.market.facts import DepositConfirmed
from exchange.market.withdrawals.commands import ConfirmWithdrawal, RejectWithdrawal
from exchange.market.withdrawals.facts import WithdrawalPaid, WithdrawalRejected
from exchange.sdk.door import Door
from exchange.sdk.rooms.bank_files import ImportingFiles
from exchange.sdk.rooms.purses import EcnyBank
from exchange.sdk.rooms.settling import SettlingBank
from exchange.sdk.rooms.subsidies import SubsidyBank
from streams.deadline import DEADLINE_S


class Custodian(SettlingBank, EcnyBank, SubsidyBank, ImportingFiles, Door):
    """Confirms what happened at the bank. Units: amounts are minor units."""

    async def confirm_deposit(
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
        command = ConfirmDeposit(
            participant_id=participant_id, currency=currency, amount_minor=amount_minor, reference=reference
        )
        return await self._fact(DepositConfirmed, "market", market_id, command, id, deadline_s)

    async def confirm_withdrawal(
        self,
        market_id: str,
        withdrawal_id: str,
        reference: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> WithdrawalPaid:
        """A participant was paid the cash that it asked for."""
        command = ConfirmWithdrawal(withdrawal_id=withdrawal_id, reference=reference)
        return await self._fact(WithdrawalPaid, "market", market_id, command, id, deadline_s)

    async def reject_withdrawal(
        self,
        market_id: str,
        withdrawal_id: str,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> WithdrawalRejected:
        """What a participant asked for is not paid, and is its cash again."""
        command = RejectWithdrawal(withdrawal_id=withdrawal_id, grounds=grounds)
        return await self._fact(WithdrawalRejected, "market", market_id, command, id, deadline_s)
