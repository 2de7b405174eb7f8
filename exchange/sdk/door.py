"""What every participant can do: ask, and look up what the journals say."""

from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from typing import TypeVar

from exchange.delivery.facts import EntitlementOpened
from exchange.kernel.bases import Command, Fact
from exchange.kernel.errors import InvariantBroken, Misuse
from exchange.market.facts import EntitlementGranted, PurchaseAccepted, PurchaseRefunded
from exchange.registry.facts import ListingPublished
from streams.answers import Answer
from streams.client import Client
from streams.tail import Followed

F = TypeVar("F", bound=Fact)
T = TypeVar("T")

REGISTRY = "registry"
"""The key, and the one partition, of everything the registry decides."""
_DEADLINE_S = 30.0


class Door:
    """Speaks to the exchange as one participant.

    Shape: the named methods give the fact that says what happened and raise Refusal where the domain says
    no; `ask` gives the whole answer, refused or not. Every method that asks takes an `id`: given again with
    the same question, it is decided only once.
    """

    def __init__(self, client: Client, participant_id: str) -> None:
        self.participant_id = participant_id
        self._client = client

    async def ask(
        self,
        context: str,
        key: str | int,
        command: Command,
        *,
        id: str | None = None,
        deadline_s: float = _DEADLINE_S,
    ) -> Answer:
        """Ask anything, and wait for the answer.

        Raises: Misuse before anything is sent; AnswerUnknown naming the id if no answer comes in time.
        """
        return await self._client.ask(
            context, key, command, actor=self.participant_id, id=id, deadline_s=deadline_s
        )

    async def listing(self, listing_id: str) -> ListingPublished:
        """A listing as it was published.

        Raises: Misuse if there is none of that id.
        """

        def picked(fact: Fact) -> ListingPublished | None:
            return fact if isinstance(fact, ListingPublished) and fact.listing_id == listing_id else None

        for partition in range(self._client.partitions["registry"]):
            if (found := await _found(self._client.history("registry", partition), picked)) is not None:
                return found
        raise Misuse(f"listing {listing_id} was never published here; the catalogue names those on sale")

    async def entitlement(self, entitlement_id: str, product_id: str | None = None) -> EntitlementOpened:
        """An entitlement as it was opened for delivery; found sooner if its product is named.

        Raises: Misuse if there is none of that id.
        """

        def picked(fact: Fact) -> EntitlementOpened | None:
            if isinstance(fact, EntitlementOpened) and fact.entitlement_id == entitlement_id:
                return fact
            return None

        places: Iterable[int] = range(self._client.partitions["delivery"])
        if product_id is not None:
            places = (self._client.partition("delivery", product_id),)
        for partition in places:
            if (found := await _found(self._client.history("delivery", partition), picked)) is not None:
                return found
        raise Misuse(f"entitlement {entitlement_id} was never opened; use the one a purchase granted")

    async def conclusion(
        self, entitlement: EntitlementGranted | EntitlementOpened
    ) -> PurchaseAccepted | PurchaseRefunded:
        """The market's last word on a purchase, waited for as long as it takes."""
        partition, trade_id = self._client.partition("market", entitlement.market_id), entitlement.trade_id

        def picked(fact: Fact) -> PurchaseAccepted | PurchaseRefunded | None:
            if isinstance(fact, PurchaseAccepted | PurchaseRefunded) and fact.trade_id == trade_id:
                return fact
            return None

        found: PurchaseAccepted | PurchaseRefunded | None
        found = await _found(self._client.follow("market", partition), picked)
        if found is not None:
            return found
        raise InvariantBroken("the market's journal ended, which it never does")

    async def _fact(
        self,
        kind: type[F],
        context: str,
        key: str | int,
        command: Command,
        id: str | None,
    ) -> F:
        """The fact that a command brings, once the other contexts have taken note of it too."""
        return (await self._settled(context, key, command, id)).fact(kind)

    async def _settled(self, context: str, key: str | int, command: Command, id: str | None) -> Answer:
        """The answer, once everything that follows from it is decided.

        Raises: Refusal if it was refused, or anything that the exchange itself asked for because of it.
        """
        await self._client.watch_all()
        answer = (await self.ask(context, key, command, id=id)).or_raise()
        for consequence in await self._client.settle(answer):
            consequence.or_raise()
        return answer


async def _found(outcomes: AsyncGenerator[Followed, None], picked: Callable[[Fact], T | None]) -> T | None:
    """The first thing that is picked out of the facts."""
    async with aclosing(outcomes):
        async for outcome, _ in outcomes:
            for _, fact in outcome:
                if (found := picked(fact)) is not None:
                    return found
    return None
