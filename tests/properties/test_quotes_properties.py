"""Whatever is asked about quotes: money is conserved, each hold ends once, no more is awarded than was requested."""

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.kernel.bases import Command, Fact
from exchange.kernel.protocol import Refused
from exchange.kernel.time import DAY
from exchange.market.commands import OpenInstrument, RecordParticipant, RecordStanding
from exchange.market.credit.commands import SetCreditLimit
from exchange.market.quotes import commands as asked
from exchange.market.quotes.facts import AwardEnded, AwardTraded, QuoteAwarded, RequestEnded
from exchange.market.quotes.state import Quoting
from exchange.market.state import Market
from exchange.views.postings import TEMPLATES, entry_of
from tests.properties.market_machine import ConservingStage
from tests.unit.market.quoting import (
    ASKER,
    FIRST,
    SECOND,
    a_quote,
    a_sample,
    an_award,
    speech,
    wanted,
)
from tests.unit.market.stage import OPERATOR, a_standing, everyone, pack, the_ruleset, unpack

SELLERS = (FIRST, SECOND)
WANTED = 12
MONEY = 1_000
"""Its cash, and what it may draw at first."""
KINDS = (
    *("request",) * 2,
    *("quote",) * 5,
    *("award",) * 6,
    *("sample",) * 8,
    *(
        "accept",
        "reject",
        "reject",
        "end",
        "withdraw",
        "withdraw_request",
        "suspend",
        "wait",
        "wait",
        "limit",
    ),
)
STEPS = st.tuples(st.sampled_from(KINDS), st.integers(0, 3), st.integers(1, WANTED + 1))
"""What is done, to which of those there are, and how much of it."""


def a_limit(limit_minor: int) -> SetCreditLimit:
    return SetCreditLimit(participant_id=ASKER, currency="USD", limit_minor=limit_minor)


class Board:
    """One buyer and two sellers, of whom anything may be asked, sense or none."""

    def __init__(self) -> None:
        self.stage = ConservingStage()
        self.stage.told(*everyone(), the_ruleset())
        for seller_id in SELLERS:
            self.stage.told(RecordParticipant(standing=a_standing(seller_id, "CN-LG", "seller")))
            fine = speech(seller_id, tick_micros=3_333, moves_data=False)
            self.stage.told(OpenInstrument(terms=fine))
        self.stage.deposited(ASKER, MONEY, "USD")
        self.stage.ask(OPERATOR, a_limit(MONEY))
        self.idle: set[str] = set()
        self.made: dict[str, list[str]] = {"RQ": [], "QU": [], "AW": []}

    def do(self, kind: str, which: int, number: int) -> None:
        seller = SELLERS[which % 2]
        request, quote, award = (self._one(name, which) for name in ("RQ", "QU", "AW"))
        commands: dict[str, tuple[str, Command]] = {
            "request": (ASKER, asked.RequestQuotes(wanted=self._wanted(which, number))),
            "quote": (seller, self._quote(request, seller, number)),
            "award": (ASKER, an_award(quote, 1 + number // 3)),
            "sample": (self._seller_of(award), a_sample(award, 9_400 + 20 * number)),
            "accept": (ASKER, asked.AcceptSample(award_id=award)),
            "reject": (ASKER, asked.RejectSample(award_id=award, grounds="poor")),
            "end": (
                ASKER if which % 2 else self._seller_of(award),
                asked.EndAward(award_id=award, grounds="x"),
            ),
            "withdraw": (seller, asked.WithdrawQuote(quote_id=quote)),
            "withdraw_request": (ASKER, asked.WithdrawRequest(request_id=request)),
            "limit": (OPERATOR, a_limit(300 * number)),
        }
        if kind in commands:
            self._note(self.stage.ask(*commands[kind]))
        elif kind == "wait":
            self.stage.at += number * DAY // 3
            self.stage.settle()
        else:
            self.stage.told(RecordStanding(participant_id=seller, active=seller in self.idle))
            self.idle ^= {seller}

    def _one(self, name: str, which: int) -> str:
        made = self.made[name]
        return made[-1 - which % len(made)] if made else f"{name}-0.0.0"

    def _wanted(self, which: int, number: int) -> asked.Wanted:
        sampling = asked.Sampling(days=4, answer_days=3, samples_max=2) if which % 2 else None
        return wanted(quantity=WANTED, sampling=sampling, closes_at=self.stage.at + number * DAY)

    def _quote(self, request: str, seller: str, number: int) -> asked.Quote:
        until = self.stage.at + 3 * number * DAY
        return a_quote(request, seller, 100 + 37 * number, quantity=number, valid_until=until)

    def _seller_of(self, award_id: str) -> str:
        quoting = self.stage.market.quoting
        award = quoting.awards.get(award_id)
        return FIRST if award is None else quoting.quotes[award.quote_id].seller_id

    def _note(self, facts: list[Fact]) -> None:
        for fact in facts:
            for name in ("request_id", "quote_id", "award_id"):
                made = getattr(fact, name, None)
                if isinstance(made, str) and made not in self.made[made[:2]]:
                    self.made[made[:2]].append(made)


def sound(market: Market) -> None:
    """What holds after every step."""
    quoting = market.quoting
    assert market.holds.keys() == quoting.awards.keys()
    for award in quoting.awards.values():
        assert market.holds[award.award_id].amount_minor == award.held_minor
    for request in quoting.requests.values():
        live = sum(quoting.awards[each].quantity for each in request.award_ids)
        assert request.awarded == request.traded + live <= request.wanted.quantity
        for quote_id in request.quote_ids:
            assert 0 <= quoting.quotes[quote_id].quantity_left <= quoting.quotes[quote_id].quantity
    assert sum(quoting.open_requests.values()) == len(quoting.requests)


def audited(journal: list[tuple[Fact, int]]) -> None:
    """From the facts alone: each award has one end, no request is awarded beyond what it wants, all entries balance."""
    facts = [fact for fact, _ in journal]
    awarded = {fact.award_id: fact for fact in facts if isinstance(fact, QuoteAwarded)}
    ends = Counter(fact.award_id for fact in facts if isinstance(fact, AwardTraded | AwardEnded))
    assert set(ends) <= set(awarded)
    assert set(ends.values()) <= {1}
    traded: Counter[str] = Counter()
    for fact in facts:
        if isinstance(fact, AwardTraded):
            traded[fact.request_id] += fact.quantity
        if isinstance(fact, AwardEnded):
            assert fact.released_minor == awarded[fact.award_id].held_minor
        if isinstance(fact, RequestEnded):
            assert fact.traded == traded[fact.request_id] <= WANTED
    balances: Counter[Any] = Counter()
    for fact in facts:
        for posting in entry_of(fact).postings if type(fact) in TEMPLATES else ():
            balances[posting.debit] -= posting.amount_minor
            balances[posting.credit] += posting.amount_minor
    assert sum(balances.values()) == 0
    assert all(amount >= 0 for account, amount in balances.items() if account.code not in (1010, 1100))
    assert all(amount <= 0 for account, amount in balances.items() if account.code == 1100)


@given(steps=st.lists(STEPS, min_size=20, max_size=80))
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_money_is_conserved_and_every_hold_ends_once(steps: list[tuple[str, int, int]]) -> None:
    board = Board()
    board.do("request", 1, 6)
    for step in steps:
        board.do(*step)
        sound(board.stage.market)
    stage = board.stage
    while (due := stage.decider.next_deadline(stage.market)) is not None:
        stage.at = max(stage.at, due)
        stage.settle()
        sound(stage.market)
    assert not stage.market.holds
    assert stage.market.quoting == Quoting()
    audited(stage.journal)
    replays(stage)


def replays(stage: ConservingStage) -> None:
    again = ConservingStage()
    for fact, at in stage.journal:
        assert not isinstance(fact, Refused)
        again.decider.evolve(again.market, fact, at)
    assert pack(again.market) == pack(stage.market)
    assert pack(unpack(pack(stage.market))) == pack(stage.market)
