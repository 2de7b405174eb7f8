"""Cash between three markets, whose leaders and policies end anywhere and go on: none is lost, none is there twice."""

from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.kernel.bases import Command, CommandMeta, Recorded, Source
from exchange.kernel.partition import Asked, Partition
from exchange.kernel.partitions import partition_of
from exchange.kernel.protocol import POLICY_ACTOR, Refused
from exchange.kernel.time import DAY, MINUTE, SECOND
from exchange.market.commands import ConfirmDeposit, RecordParticipant
from exchange.market.decider import decider
from exchange.market.state import Market, purse_of
from exchange.market.transfers.commands import TransferMoney
from exchange.market.transfers.facts import TransferArrived, TransferReturned, TransferSent
from exchange.market.transfers.state import Transit
from exchange.policies import POLICIES, asked_for, asked_of
from tests.properties.ledger import Ledger
from tests.unit.market.stage import BANK, NOON, a_standing, shipped

COUNT = 3
NAMES = {partition_of(name, COUNT): name for name in (f"M-{number}" for number in range(20))}
ANNE, BELA = "BU-JP-01", "BU-SG-01"
KNOWN = {0: (ANNE, BELA), 1: (ANNE, BELA), 2: (ANNE,)}
"""Whom each market knows: what Bela sends to the last one comes back."""
STEPS = 120


class Markets:
    """Three partitions with a topic of commands and a journal each, and the policies that read the journals.

    Shape: `read` and `handled` are how far a leader and the policies have come, as each would find it after an end.
    """

    def __init__(self, random: Random) -> None:
        self.random = random
        self.at = NOON
        self.decider = decider(shipped())
        self.leaders = [Partition(self.decider, number) for number in range(COUNT)]
        self.topics: list[list[Asked]] = [[] for _ in range(COUNT)]
        self.journals: list[list[Recorded]] = [[] for _ in range(COUNT)]
        self.read, self.handled = [0] * COUNT, [0] * COUNT
        self.ledger = Ledger()
        self.had: Counter[tuple[int, str]] = Counter()
        for number, known in KNOWN.items():
            for name, role in ((BANK, "custodian"), *((name, "buyer") for name in known)):
                self.send(
                    number, POLICY_ACTOR, RecordParticipant(standing=a_standing(name, "HK", role)), "told"
                )

    def send(self, number: int, actor: str, command: Command, topic: str = "") -> None:
        """Put a command on a topic, as a client or, of a topic of facts, as a policy would."""
        place = len(self.topics[number])
        source = Source(topic=topic, partition=number, seq=place, index=0) if topic else None
        self.put(number, actor, command, f"c-{number}-{place}", source)

    def put(self, number: int, actor: str, command: Command, name: str, source: Source | None) -> None:
        meta = CommandMeta(id=name, actor=actor, valid_until=self.at + DAY, source=source)
        self.topics[number].append(Asked(meta, command))

    def deposit(self) -> None:
        number = self.random.randrange(COUNT)
        who, amount = self.random.choice(KNOWN[number]), self.random.randint(1, 900)
        reference = f"D-{number}-{len(self.topics[number])}"
        command = ConfirmDeposit(participant_id=who, currency="CNY", amount_minor=amount, reference=reference)
        self.send(number, BANK, command)
        self.had[number, who] += amount

    def move(self) -> None:
        number, to = self.random.randrange(COUNT), self.random.choice(list(NAMES.values()))
        amount = self.random.choice((1, 10, self.random.randint(1, 500)))
        command = TransferMoney(to_market_id=to, currency="CNY", amount_minor=amount)
        self.send(number, self.random.choice((ANNE, BELA)), command)

    def lead(self) -> None:
        """A leader answers some commands."""
        number = self.random.randrange(COUNT)
        for _ in range(self.random.randint(1, 4)):
            self.answer(number)

    def answer(self, number: int) -> bool:
        place = self.read[number]
        if place == len(self.topics[number]):
            return False
        self.at += self.random.choice((1, SECOND, MINUTE))
        for outcome in self.leaders[number].answer(place, self.at, self.topics[number][place], claim=0):
            self.journals[number] += outcome
            for recorded in outcome:
                self.ledger.post(recorded.fact)
        self.read[number] += 1
        return True

    def lose_leader(self) -> None:
        """A leader ends; the next one folds the journal, and reads on after the last command that is answered there."""
        number = self.random.randrange(COUNT)
        self.leaders[number] = Partition(self.decider, number)
        for recorded in self.journals[number]:
            self.leaders[number].fold(recorded)
        self.read[number] = max((each.meta.cause for each in self.journals[number]), default=-1) + 1

    def follow(self) -> None:
        """The policies answer some facts; where they end before that is noted, they answer them again."""
        number = self.random.randrange(COUNT)
        end = min(len(self.journals[number]), self.handled[number] + self.random.randint(1, 6))
        for recorded in self.journals[number][self.handled[number] : end]:
            self.policies(number, recorded)
        if self.random.random() < 0.7:
            self.handled[number] = end

    def policies(self, number: int, recorded: Recorded) -> None:
        for index, ask in enumerate(asked_of("market", recorded, POLICIES)):
            if ask.context == "market":
                source = Source(topic="market.journal", partition=number, seq=recorded.meta.seq, index=index)
                for target in ask.targets(COUNT):
                    self.put(target, POLICY_ACTOR, ask.command, asked_for(source), source)

    def step(self) -> None:
        words = (self.move, self.move, self.deposit, *[self.lead] * 4, self.lose_leader, *[self.follow] * 3)
        self.random.choice(words)()
        self.nothing_is_lost()

    def nothing_is_lost(self) -> None:
        held = self.ledger.balances["CNY"]
        assert min(held.values(), default=0) >= 0, held
        in_transit = {party: amount for (code, party), amount in held.items() if code == 2050 and amount}
        deposited = sum(amount for (code, _), amount in held.items() if code == 1010)
        assert sum(amount for (code, _), amount in held.items() if code == 2010) == deposited - sum(
            in_transit.values()
        )
        open_ones = {name: each.sent for number in range(COUNT) for name, each in self.transits(number)}
        assert all(amount == open_ones[name].amount_minor for name, amount in in_transit.items())

    def transits(self, number: int) -> list[tuple[str, Transit]]:
        market: Market = self.leaders[number].state
        return list(market.transits.open.items())

    def drain(self) -> None:
        """Everybody goes on until nothing is left to be done."""
        while any(
            [self.answer(number) for number in range(COUNT)]
            + [self.handled[number] < len(self.journals[number]) for number in range(COUNT)]
        ):
            for number in range(COUNT):
                for recorded in self.journals[number][self.handled[number] :]:
                    self.policies(number, recorded)
                self.handled[number] = len(self.journals[number])
            self.nothing_is_lost()

    def everything_has_ended_once(self) -> None:
        facts = [(number, each.fact) for number in range(COUNT) for each in self.journals[number]]
        sent = [fact.transfer_id for _, fact in facts if isinstance(fact, TransferSent)]
        ended = [
            fact.transfer_id for _, fact in facts if isinstance(fact, TransferArrived | TransferReturned)
        ]
        assert Counter(sent) == Counter(ended)
        assert not [fact for _, fact in facts if isinstance(fact, Refused) and fact.command == "TakeInMoney"]
        for number, fact in facts:
            if isinstance(fact, TransferSent):
                self.had[number, fact.participant_id] -= fact.amount_minor
            elif isinstance(fact, TransferArrived | TransferReturned):
                self.had[number, fact.participant_id] += fact.amount_minor
        for number in range(COUNT):
            assert not self.transits(number)
            for who in (ANNE, BELA):
                assert purse_of(self.leaders[number].state, who, "CNY").cash == self.had[number, who]


@given(seed=st.integers(0, 2**32))
@settings(max_examples=30)
def test_cash_between_markets_is_there_once_whatever_ends_when(seed: int) -> None:
    markets = Markets(Random(seed))
    for _ in range(STEPS):
        markets.step()
    markets.drain()
    markets.everything_has_ended_once()
