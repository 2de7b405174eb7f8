"""What every participant can do: ask, and look up what the journals say."""

from collections.abc import Iterable
from typing import TypeVar

from exchange.delivery.facts import EntitlementOpened
from exchange.kernel.bases import Command, Fact
from exchange.kernel.errors import Misuse, Unavailable
from exchange.market.destinations.values import Destinations
from exchange.market.disputes.facts import DisputeResolved
from exchange.market.facts import EntitlementGranted, PurchaseAccepted, PurchaseRefunded
from exchange.registry.facts import ListingPublished
from exchange.sdk.recall import Opened, Recall
from streams.answers import Answer, AnswerPosition
from streams.client import Client
from streams.deadline import DEADLINE_S, Deadline

F = TypeVar("F", bound=Fact)

REGISTRY = "registry"
"""The key, and the one partition, of everything the registry decides."""


class Door:
    """Speaks to the exchange as one participant.

    Shape: the named methods give the fact that says what happened and raise Refusal where the domain says
    no; `ask` gives the whole answer, refused or not. Every method that asks takes an `id`: given again with
    the same question, it is decided only once. Every method that waits takes a `deadline_s`.
    Raises: where a deadline passes, Unavailable if nothing was sent, or AnswerUnknown with the `command_id`
    to ask again with; nothing is ever asked again unasked. Misuse before anything is sent.
    """

    def __init__(self, client: Client, participant_id: str, recall: Recall | None = None) -> None:
        self.participant_id = participant_id
        self._client = client
        self._recall = recall or Recall(client)
        self._positions: dict[tuple[str, int], AnswerPosition] = {}

    @property
    def positions(self) -> tuple[AnswerPosition, ...]:
        """Where everything stands that was decided through this door, with what followed from it.

        Shape: the last outcome of each journal partition; a query takes them as `at_least`.
        """
        return tuple(self._positions.values())

    async def ask(
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
        return await self._ask(context, key, command, id, Deadline(deadline_s))

    async def listing(self, listing_id: str, *, deadline_s: float = DEADLINE_S) -> ListingPublished:
        """A listing as it was published.

        Raises: Misuse if there is none of that id.
        """
        return await self._listing(listing_id, Deadline(deadline_s))

    async def destinations(self, listing_id: str, *, deadline_s: float = DEADLINE_S) -> Destinations | None:
        """Where a listing could be sold, as the fence said when it came on sale; None where it was not asked.

        Raises: Misuse if there is none of that id.
        """
        deadline = Deadline(deadline_s)
        return await self._recall.destinations(await self._listing(listing_id, deadline), deadline)

    async def entitlement(
        self, entitlement_id: str, product_id: str | None = None, *, deadline_s: float = DEADLINE_S
    ) -> EntitlementOpened:
        """An entitlement as it was opened for delivery; found sooner if its product is named.

        Raises: Misuse if there is none of that id.
        """
        return (await self._opened(entitlement_id, product_id, Deadline(deadline_s))).entitlement

    async def conclusion(
        self, entitlement: EntitlementGranted | EntitlementOpened, *, deadline_s: float = DEADLINE_S
    ) -> PurchaseAccepted | PurchaseRefunded | DisputeResolved:
        """The market's last word on a purchase, once it has spoken.

        Raises: Unavailable if it has not by the deadline; ask again, or give a deadline as long as the
        acceptance window (`math.inf` for as long as it takes).
        """
        deadline = Deadline(deadline_s)
        try:
            async with deadline.timeout():
                return await self._recall.conclusion(entitlement.market_id, entitlement.trade_id)
        except TimeoutError as error:
            raise Unavailable(
                f"the purchase {entitlement.trade_id} was not seen concluded within {deadline}: what is owed may not"
                " be delivered yet, or its acceptance window still runs; ask again, or give a longer deadline_s"
            ) from error

    async def _listing(self, listing_id: str, deadline: Deadline) -> ListingPublished:
        found = await self._recall.listing(listing_id, deadline)
        if found is None:
            raise Misuse(f"listing {listing_id} was never published here; the catalogue names those on sale")
        return found

    async def _opened(self, entitlement_id: str, product_id: str | None, deadline: Deadline) -> Opened:
        found = await self._recall.entitlement(entitlement_id, product_id, deadline)
        if found is None:
            raise Misuse(f"entitlement {entitlement_id} was never opened; use the one a purchase granted")
        return found

    async def _fact(
        self,
        kind: type[F],
        context: str,
        key: str | int,
        command: Command,
        id: str | None,
        deadline_s: float | Deadline,
    ) -> F:
        """The fact that a command brings, once the other contexts have taken note of it too."""
        return (await self._settled(context, key, command, id, Deadline.of(deadline_s))).fact(kind)

    async def _settled(
        self, context: str, key: str | int, command: Command, id: str | None, deadline: Deadline
    ) -> Answer:
        """The answer, once everything that follows from it is decided.

        Raises: Refusal if it was refused, or anything that the exchange itself asked for because of it.
        """
        await self._client.watch_all(deadline)
        answer = (await self._ask(context, key, command, id, deadline)).or_raise()
        consequences = await self._client.settle(answer, deadline)
        self._saw(consequences)
        for consequence in consequences:
            self._recall.note(consequence.or_raise())
        return answer

    async def _ask(
        self, context: str, key: str | int, command: Command, id: str | None, deadline: Deadline
    ) -> Answer:
        answer = await self._client.ask(
            context, key, command, actor=self.participant_id, id=id, deadline_s=deadline
        )
        self._recall.note(answer)
        self._saw((answer,))
        return answer

    def _saw(self, answers: Iterable[Answer]) -> None:
        for answer in answers:
            position = answer.position
            place = (position.topic, position.partition)
            if place not in self._positions or self._positions[place].seq < position.seq:
                self._positions[place] = position
