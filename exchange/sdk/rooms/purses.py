"""Purses through the doors: cash moved from one market to another, or turned into e-CNY and back."""

from exchange.kernel.errors import Misuse
from exchange.market.ecny.commands import ConvertEcny, CreditEcnyInterest, Direction, OpenEcnyWallet
from exchange.market.ecny.facts import EcnyConverted, EcnyInterestCredited, EcnyWalletOpened
from exchange.market.transfers.commands import TransferMoney
from exchange.market.transfers.facts import TransferArrived, TransferReturned, TransferSent
from exchange.sdk.door import Door
from streams.deadline import DEADLINE_S, Deadline


class PurseOwner(Door):
    """Has a purse in every market partition. Units: amounts are minor units."""

    async def move_money(
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
        self._not_one_purse(from_market_id, to_market_id)
        deadline = Deadline(deadline_s)
        command = TransferMoney(to_market_id=to_market_id, currency=currency, amount_minor=amount_minor)
        await self._client.watch_all(deadline)
        answer = (await self._ask("market", from_market_id, command, id, deadline)).or_raise()
        sent = answer.fact(TransferSent)
        consequences = await self._client.settle(answer, deadline)
        self._saw(consequences)
        facts = [fact for each in consequences for fact in each.or_raise().facts]
        ends = (fact for fact in facts if isinstance(fact, TransferArrived | TransferReturned))
        return next(fact for fact in ends if fact.transfer_id == sent.transfer_id)

    async def convert_ecny(
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
        command = ConvertEcny(bank_id=bank_id, direction=direction, amount_minor=amount_minor)
        return await self._fact(EcnyConverted, "market", market_id, command, id, deadline_s)

    def _not_one_purse(self, *markets: str) -> None:
        if len({self._client.partition("market", name) for name in markets}) == 1:
            raise Misuse(
                f"{' and '.join(markets)} are kept in one partition, where {self.participant_id} has one purse for"
                " them: its money can be used in both already"
            )


class EcnyBank(Door):
    """Keeps a wallet of e-CNY for the exchange. Units: amounts are fen."""

    async def credit_ecny_interest(
        self,
        market_id: str,
        amount_minor: int,
        reference: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> EcnyInterestCredited:
        """The wallet has borne interest, which is the exchange's own."""
        command = CreditEcnyInterest(amount_minor=amount_minor, reference=reference)
        return await self._fact(EcnyInterestCredited, "market", market_id, command, id, deadline_s)


class EcnyOperator(Door):
    """Says where e-CNY is kept."""

    async def open_ecny_wallet(
        self, market_id: str, bank_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> EcnyWalletOpened:
        """Name a custodian bank at which the exchange keeps e-CNY for a market."""
        command = OpenEcnyWallet(bank_id=bank_id)
        return await self._fact(EcnyWalletOpened, "market", market_id, command, id, deadline_s)
