"""Whatever two business zones hand each other, in whatever order their words arrive: each item is somewhere, once."""

from collections.abc import Callable
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.bonded import commands as asked
from exchange.bonded.accounts import books
from exchange.bonded.between.facts import (
    TransferConcluded,
    TransferDispatched,
    TransferReturned,
    TransferTakenIn,
)
from exchange.bonded.facts import EgressRequested, ItemsReturned, ItemsScrapped
from exchange.bonded.ranges import counted
from exchange.bonded.state import on_hand
from exchange.bonded.values import ItemRange
from exchange.kernel.bases import Fact
from tests.unit.bonded.stage import (
    LOT,
    OTHER,
    PROCESSOR,
    SELLER,
    ZONE,
    a_count,
    a_proposal,
    a_return,
    a_transfer,
    digest,
    items,
)
from tests.unit.bonded.two_zones import FAR, TwoZones

SIZE = 12


class Floor:
    """Two zones, and beside them where each single item is: here, on its way, there, or gone for good."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.zones = TwoZones()
        self.name = self.zones.came(SIZE)
        self.place = dict.fromkeys(range(SIZE), "here")
        self.unanswered: set[int] = set()
        self.egresses: list[tuple[str, str]] = []
        self.numbers: dict[str, list[int]] = {}
        self.books: list[str] = []

    def some(self) -> tuple[ItemRange, ...]:
        first = self.chance.randrange(SIZE)
        return items(self.name, first, min(first + self.chance.randrange(4), SIZE - 1))

    def ask(self, actor: str, command: asked.Command) -> None:
        for fact in self.zones.here.ask(actor, command):
            self.account(fact)

    def account(self, fact: Fact) -> None:
        match fact:
            case EgressRequested(egress_id=name, kind=kind, items=moved):
                self.egresses.append((name, kind))
                self.numbers[name] = [n for each in moved for n in range(each.first, each.last + 1)]
            case TransferDispatched(handed=handed):
                self.move(handed.egress_id, "here", "transit")
            case TransferTakenIn(consignment_id=made, handed=handed):
                self.move(handed.egress_id, "transit", "there")
                self.unanswered |= set(self.numbers[handed.egress_id])
                self.books.append(made)
            case TransferReturned(egress_id=name):
                self.move(name, "transit", "here")
            case TransferConcluded(egress_id=name):
                self.unanswered -= set(self.numbers[name])
            case ItemsReturned(egress_id=name):
                self.move(name, "here", "gone")
            case ItemsScrapped(items=moved):
                for each in moved:
                    for number in range(each.first, each.last + 1):
                        assert self.place[number] == "here"
                        self.place[number] = "gone"

    def move(self, egress_id: str, before: str, after: str) -> None:
        for number in self.numbers[egress_id]:
            assert self.place[number] == before
            self.place[number] = after

    def sends(self) -> None:
        handbook = f"HB-T{self.chance.randrange(4)}"
        zone = self.chance.choice((FAR, FAR, FAR, "BZ-9"))
        self.ask(PROCESSOR, a_transfer(self.some(), handbook_no=handbook, to_zone_id=zone))

    def sends_back(self) -> None:
        self.ask(PROCESSOR, a_return(self.some()))

    def arrives(self) -> None:
        if self.egresses:
            name, kind = self.chance.choice(self.egresses)
            receiver = OTHER if kind == "transfer" else SELLER
            self.ask(receiver, self.zones.here.arrival(name, receiver))

    def is_withdrawn(self) -> None:
        if self.egresses:
            name, _ = self.chance.choice(self.egresses)
            self.ask(PROCESSOR, asked.WithdrawEgress(egress_id=name, grounds="Not now."))

    def scraps(self) -> None:
        self.ask(
            PROCESSOR, asked.ScrapItems(items=self.some(), grounds="Black.", evidence_sha256=digest("list"))
        )

    def counts(self) -> None:
        found = list(self.place.values()).count("here")
        self.ask(PROCESSOR, a_count(self.name, found))

    def a_handbook_opens_there(self) -> None:
        number = self.chance.randrange(4)
        self.zones.there.ask(PROCESSOR, a_proposal(f"HB-T{number}", zone_id=FAR))

    def here_is_heard(self) -> None:
        for fact in self.zones.hear(ZONE):
            self.account(fact)

    def there_is_heard(self) -> None:
        for fact in self.zones.hear(FAR):
            self.account(fact)

    def every_item_is_somewhere_once(self) -> None:
        lot = self.zones.here.state.consignments[self.name].lots[LOT]
        found = {number for first, last in on_hand(lot) for number in range(first, last + 1)}
        away = {number for first, last in lot.transit for number in range(first, last + 1)}
        assert found == {number for number, place in self.place.items() if place == "here"}
        assert away - self.unanswered == {n for n, place in self.place.items() if place == "transit"}
        assert self.unanswered <= away
        there = [self.zones.there.state.consignments[each] for each in self.books]
        came = sum(counted(on_hand(book)) for each in there for book in each.lots.values())
        assert came == list(self.place.values()).count("there")
        for line in books(self.zones.here.state.consignments[self.name]):
            left = line.consumed + line.returned + line.transferred_out + line.scrapped + line.destroyed
            assert line.admitted == left + line.in_transit + line.on_hand


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_every_item_is_in_the_account_of_exactly_one_zone_or_on_its_way(seed: int) -> None:
    floor = Floor(seed)
    rarely: list[Callable[[], None]] = [floor.scraps, floor.is_withdrawn, floor.a_handbook_opens_there]
    acts = [floor.sends, floor.sends, floor.arrives, floor.arrives, floor.sends_back, floor.counts]
    for _ in range(50):
        floor.chance.choice([*acts, floor.here_is_heard, floor.there_is_heard, floor.chance.choice(rarely)])()
        floor.every_item_is_somewhere_once()
    while floor.zones.waiting(ZONE) or floor.zones.waiting(FAR):
        floor.here_is_heard()
        floor.there_is_heard()
        floor.every_item_is_somewhere_once()
    assert not floor.unanswered
    assert "transit" not in floor.place.values()
    for stage in floor.zones.zones.values():
        assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


def test_the_busy_day_sees_transfers_taken_in_turned_away_and_on_their_way() -> None:
    """That the days above are not all alike."""
    seen: set[str] = set()
    for seed in range(6):
        floor = Floor(seed)
        for _ in range(60):
            act = floor.chance.choice(
                [floor.sends, floor.arrives, floor.arrives, floor.here_is_heard, floor.there_is_heard]
            )
            act()
            if floor.unanswered:
                seen.add("unanswered")
        seen |= {type(each.fact).__name__ for each in floor.zones.here.journal}
        seen |= {type(each.fact).__name__ for each in floor.zones.there.journal}
    assert seen >= {
        "unanswered",
        "TransferDispatched",
        "TransferTakenIn",
        "TransferTurnedAway",
        "TransferConcluded",
        "TransferReturned",
    }
