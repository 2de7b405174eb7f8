"""Purses through the doors: cash moved from one market to another."""

from exchange.kernel.errors import Misuse
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

    def _not_one_purse(self, *markets: str) -> None:
        if len({self._client.partition("market", name) for name in markets}) == 1:
            raise Misuse(
                f"{' and '.join(markets)} are kept in one partition, where {self.participant_id} has one purse for"
                " them: its money can be used in both already"
            )
