"""Whatever a process remembers of the fence's answers, every outcome is the one that it would be without."""

from collections.abc import Callable
from random import Random
from typing import TypeAlias

import pytest
from msgspec.structs import replace

from exchange.kernel.bases import Command, Fact
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import DAY, HOUR
from exchange.market.commands import CancelOrder, OpenInstrument, RecordParticipant, RecordStanding
from exchange.market.fencing import Answer, Fence
from exchange.market.lists.commands import BringList
from exchange.market.persons.commands import BringPersons, BringSplitting
from exchange.market.recalling import MEMORY
from exchange.market.rulings.commands import RecordRuling
from exchange.market.safeguards.commands import BringSafeguard
from tests.properties.market_drawn import RULESETS
from tests.unit.market.people import EXPORTER, a_certificate, a_contract, a_union, of_people
from tests.unit.market.stage import Stage, a_bid, a_standing, a_use, an_ask, everyone, terms
from tests.unit.market.test_market_lists import LISTED, NEGATIVE
from tests.unit.market.test_market_sweeping import adopting

SISTER = "SE-CN-03"
SELLERS, BUYERS = (EXPORTER, SISTER, "SE-CN-02"), ("BU-SG-01", "BU-JP-01", "BU-CN-01")
BOOKS = ("L-general", "L-people", "L-seats")
STEPS = 300

Outcomes: TypeAlias = list[list[Fact]]
Step: TypeAlias = Callable[[Stage], list[Fact]]


class Quick(Stage):
    """A stage that does not look whether deciding changed the state: other tests do."""

    def ask(self, actor: str, command: Command) -> list[Fact]:
        self.settle()
        return self.ask_without_deadlines(actor, command)


def a_floor() -> Stage:
    """Data about nobody, about persons, and with a licence for so many seats; two sellers have one owner."""
    stage = Quick(rulesets={each.digest: each for each in RULESETS.values()}).told(
        *everyone(),
        adopting(RULESETS["strict"], 0),
        *(
            RecordParticipant(standing=a_standing(name, "CN-LG", "seller", beneficial_owner="UBO-1"))
            for name in (EXPORTER, SISTER)
        ),
    )
    book = {"posted_price": None, "seller_id": None, "unit": "licence", "subscription": False}
    people = of_people(
        instrument_id="L-people", told={"scenario_ids": ("SH-7",), "field_ids": ("trial.arm",)}, **book
    )
    general = terms(instrument_id="L-general", product_id="P-01", **book)
    seats = replace(general, instrument_id="L-seats", licence=replace(general.licence, seats=30))
    stage.told(*(OpenInstrument(terms=each) for each in (general, people, seats)))
    for buyer in BUYERS:
        stage.deposited(buyer, 10**9)
    return stage


def an_order(draw: Random) -> Step:
    """Of many uses, of which most may not be served; mostly crossing what is there."""
    book = draw.choice(BOOKS)
    if draw.random() < 0.4:
        ask, seller = (
            an_ask(draw.randint(95, 101), draw.randint(1, 2), instrument_id=book),
            draw.choice(SELLERS),
        )
        return lambda stage: stage.ask(seller, ask)
    use = a_use(
        purpose="sale",
        place_of_use=draw.choice(("SG", "MY", "MY", "MY", "US")),
        scenario_id=draw.choice((None, "SH-7", *(f"S-{number}" for number in range(8)))),
        foreign_authority_request=draw.choice((None, False)),
    )
    bid, buyer = (
        a_bid(draw.randint(99, 105), draw.randint(1, 2), instrument_id=book, use=use),
        draw.choice(BUYERS),
    )
    return lambda stage: stage.ask(buyer, bid)


def a_cancellation(draw: Random) -> Step:
    number = draw.randrange(10**6)

    def cancel(stage: Stage) -> list[Fact]:
        orders = sorted(stage.market.orders.values(), key=lambda order: order.entered)
        if not orders:
            return []
        order = orders[number % len(orders)]
        return stage.ask(order.participant_id, CancelOrder(order_id=order.order_id))

    return cancel


def a_change(draw: Random) -> Step:
    """Of what answers rest on: who somebody is, which rules are in force, what is held, counted, listed or ruled."""
    who, later = draw.choice(SELLERS + BUYERS), draw.choice((HOUR, DAY, 20 * DAY))
    exporter, active = draw.choice((EXPORTER, SISTER)), draw.random() < 0.5
    place, ruleset = draw.choice(("SG", "JP", "MY")), RULESETS[draw.choice(("strict", "lax", "dated"))]
    number, kind = draw.randint(1, 3), draw.choice((0, 0, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8))

    def change(stage: Stage) -> list[Fact]:
        match kind:
            case 0:
                command: Command = RecordStanding(participant_id=who, active=active)
            case 1:
                buyer = BUYERS[number - 1]
                command = RecordParticipant(standing=a_standing(buyer, place, "buyer"))
            case 2:
                command = adopting(ruleset, stage.at + later)
            case 3:
                command = BringSafeguard(safeguard=a_certificate(f"I-{exporter}", exporter_id=exporter))
            case 4:
                contract = a_contract(
                    f"I-2{number}", exporter_id=exporter, status="revoked" if active else "active"
                )
                command = BringSafeguard(safeguard=contract)
            case 5:
                command = BringPersons(united=a_union("1", persons=8_000 + number, exporter_id=exporter))
            case 6:
                command = BringSplitting(beneficial_owner="UBO-1", year=2026, confirmed=active)
            case 7:
                entries = (LISTED,) if active else NEGATIVE.entries
                command = BringList(terms=replace(NEGATIVE, entries=entries))
            case _:
                command = RecordRuling(
                    codes=("CN_ART8_FILE", "LICENCE", "LOCAL_LAW_REVIEW"),
                    product_id="P-20",
                    buyer_id=who if active else None,
                    valid_until=stage.at + later,
                    panel=("1", "2", "3"),
                    grounds="Looked at.",
                    reference=f"RC-0.{number}.0",
                )
        return stage.ask(POLICY_ACTOR, command)

    return change


def a_while(draw: Random) -> Step:
    later = draw.choice((1, HOUR, 5 * HOUR, DAY))

    def wait(stage: Stage) -> list[Fact]:
        stage.at += later
        return stage.settle()

    return wait


def a_story(seed: int) -> list[Step]:
    draw = Random(seed)
    kinds = draw.choices((an_order, a_cancellation, a_change, a_while), (90, 2, 3, 5), k=STEPS)
    return [kind(draw) for kind in kinds]


def told(story: list[Step], before: Callable[[], None]) -> Outcomes:
    """What comes of a story when this is done before each of its steps."""
    stage, outcomes = a_floor(), Outcomes()
    for step in story:
        before()
        outcomes += [step(stage), stage.settle()]
    return outcomes


@pytest.mark.parametrize("seed", range(6))
def test_an_outcome_is_the_same_whatever_is_remembered(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    recalled: list[Answer | None] = []
    again = Fence.said_again

    def said_again(fence: Fence, key: str, refusal: Answer) -> Answer | None:
        recalled.append(again(fence, key, refusal))
        return recalled[-1]

    monkeypatch.setattr(Fence, "said_again", said_again)
    MEMORY.forget()
    story = a_story(seed)
    remembering = told(story, before=lambda: None)
    assert sum(each is not None for each in recalled) > 100
    assert remembering == told(story, before=MEMORY.forget)
