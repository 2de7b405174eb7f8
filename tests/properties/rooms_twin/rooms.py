"""What is sold beside the books, and what follows any trade, once more and plainly: all rooms over one ground.

To be read beside market.md sections 2, 5, 7 and 8 and settlement.md sections 2, 3 and 5. No code is the exchange's: a
command of the market's is what a room is asked with, names of facts and of reasons are what it answers with.
"""

from collections.abc import Callable, Iterator
from typing import Any

from exchange.market.commands import RecordStanding, RegisterCapacity, SetInstrumentState
from tests.properties.rooms_twin.after import Afterwards
from tests.properties.rooms_twin.auctions import Auctions
from tests.properties.rooms_twin.awards import Awards
from tests.properties.rooms_twin.bills import Bills
from tests.properties.rooms_twin.board import Board
from tests.properties.rooms_twin.book import Books
from tests.properties.rooms_twin.disputes import Disputes
from tests.properties.rooms_twin.fees import Fees
from tests.properties.rooms_twin.ground import Answer, Due, Ground, Said, said
from tests.properties.rooms_twin.netting import Netting
from tests.properties.rooms_twin.plans import Plans
from tests.properties.rooms_twin.pools import Pools
from tests.properties.rooms_twin.quotes import Quotes
from tests.properties.rooms_twin.subscriptions import Subscriptions


class Rooms:
    """The twin of a market that sells by books, auctions, pools, plans, subscriptions and quotes."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.bills = Bills(ground)
        self.fees = Fees(ground, self.bills)
        self.netting = Netting(self.fees)
        self.after = Afterwards(ground, self.fees)
        self.disputes = Disputes(self.after, self.netting)
        self.books = Books(ground)
        self.pools = Pools(ground)
        self.board = Board(ground)
        self.quotes, self.awards = Quotes(self.board), Awards(self.board)
        self.auctions = Auctions(ground)
        self.plans = Plans(ground, self.after)
        self.subscriptions = Subscriptions(self.plans)
        self.plans.subscribed = self.subscriptions.count
        self.plans.seats_subscribed = self.subscriptions.seats
        for hears in (self.fees, self.bills):
            hears.money_comes.append(self.subscriptions.money_comes)
        ground.given_back += [self.plans.given_back, self.auctions.given_back]
        self.rooms = (
            *(self.bills, self.fees, self.netting, self.after, self.disputes, self.books, self.auctions),
            *(self.pools, self.quotes, self.awards, self.plans, self.subscriptions),
        )
        self.answers: dict[type, Callable[[str, Any], Answer]] = {
            RecordStanding: self._stand,
            RegisterCapacity: self._register,
            SetInstrumentState: self._set_state,
        }
        for room in self.rooms:
            self.answers |= room.answers()

    def answer(self, who: str, command: Any) -> Answer:
        """What a command brings."""
        return self.answers[type(command)](who, command)

    def dues(self) -> Iterator[Due]:
        """What is to happen by itself."""
        yield from self.bills.dues()
        yield from self.after.dues()
        yield from self.books.dues()
        yield from self.auctions.dues()
        for room in (self.pools, self.quotes, self.awards, self.plans, self.subscriptions):
            yield from room.dues()

    def settle(self) -> list[Said]:
        """Let everything happen whose time has come: what is due first, at one moment by its turn and name."""
        happened: list[Said] = []
        while due := [each for each in self.dues() if each.at <= self.ground.at]:
            happened += min(due, key=lambda each: each[:3]).happens()
        return happened

    def _stand(self, who: str, asked: RecordStanding) -> Answer:
        self.ground.people[asked.participant_id].active = asked.active
        return [said("StandingRecorded", active=asked.active)]

    def _register(self, who: str, asked: RegisterCapacity) -> Answer:
        shelf, seller = self.ground.shelves[asked.instrument_id], asked.participant_id
        had = shelf.registered.get(seller, 0)
        if asked.quantity < had - shelf.free(seller):
            return {"CAPACITY_INSUFFICIENT"}
        shelf.registered[seller] = asked.quantity
        return [said("CapacityRegistered", quantity=asked.quantity)]

    def _set_state(self, who: str, asked: SetInstrumentState) -> Answer:
        shelf = self.ground.shelves[asked.instrument_id]
        if shelf.state in (asked.state, "closed"):
            return {"INSTRUMENT_STATE"}
        shelf.state = asked.state
        ends = []
        if asked.state == "closed":
            ends = self.books.close(shelf)
            self.auctions.closed(shelf)
        return [*ends, said("InstrumentStateSet", instrument_id=shelf.name, state=asked.state)]
