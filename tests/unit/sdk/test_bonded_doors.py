"""The door to the business zones, before a partition that decides."""

from typing import Any

import pytest

from exchange.bonded import commands as asked
from exchange.bonded.between.commands import COMMANDS as BETWEEN
from exchange.bonded.bought.commands import (
    RecordProductCarried,
    RecordProductReceived,
    RecordProductRegistered,
    RecordProductTraits,
)
from exchange.bonded.commands import COMMANDS
from exchange.bonded.facts import ItemsReturned
from exchange.bonded.fenced.commands import COMMANDS as FENCED
from exchange.bonded.persons.commands import CountSale, RecordLetOut, UnitePersons
from exchange.bonded.ruled.commands import COMMANDS as RULED
from exchange.bonded.told.commands import COMMANDS as TOLD
from exchange.kernel.bases import Command, FactMeta, Recorded
from exchange.kernel.errors import Misuse
from exchange.kernel.protocol import Refused
from exchange.sdk import Bonded, Refusal
from exchange.sdk.zones import place_of
from streams.answers import Answer, AnswerPosition
from streams.deadline import Deadline
from tests.unit.bonded.stage import (
    ASSESSOR,
    CLEARED,
    KEYS,
    OPERATOR,
    PLATES,
    PROCESSOR,
    SELLER,
    ZONE,
    ZoneStage,
    a_destruction,
    a_link,
    a_product,
    a_proposal,
    a_return,
    a_start,
    a_zone,
    digest,
    erasure,
    items,
)


class Asking:
    """A client of an exchange that is one zone of a test."""

    def __init__(self, stage: ZoneStage) -> None:
        self.stage = stage
        self.asked: set[type[Command]] = set()

    async def watch_all(self, deadline: Deadline) -> None:
        pass

    async def ask(self, context: str, key: str | int, command: Command, *, actor: str, **_: Any) -> Answer:
        assert (context, key) in (("bonded", ZONE), ("bonded", 0))
        self.asked.add(type(command))
        facts = self.stage.ask(actor, command)
        meta = FactMeta(seq=0, claim=0, cause=0, index=0, last=0, command_id="c", actor=actor, at=0)
        return Answer(
            context=context,
            command_id="c",
            outcome=tuple(Recorded(meta, fact) for fact in facts),
            refused=next((fact for fact in facts if isinstance(fact, Refused)), None),
            position=AnswerPosition("bonded.journal", 0, 0, 0),
        )

    async def exchange_time(self, context: str, **_: Any) -> int:
        return self.stage.at

    async def settle(self, answer: Answer, deadline: Deadline) -> tuple[Answer, ...]:
        self.stage.settled()
        return ()


async def test_a_consignment_goes_through_the_door_from_admission_to_its_write_off() -> None:
    client: Any = Asking(a_zone())
    operator, processor = (Bonded(client, name) for name in (OPERATOR, PROCESSOR))
    seller, assessor = Bonded(client, SELLER), Bonded(client, ASSESSOR)
    await operator.record_link(ZONE, a_link())
    name = (await seller.propose(a_proposal())).consignment_id
    source = asked.RegisterSource(zone_id=ZONE, title="Plates", sha256=digest("p"), traits=PLATES)
    source_id = (await processor.register_source(source)).source_id
    other_id = (await processor.register_source(source)).source_id
    both = UnitePersons(
        year=2026, origin_ids=(source_id, other_id), persons=60_000, sensitive_persons=0, foreign_persons=0
    )
    assert (await processor.unite_persons(both)).united.persons == 60_000
    failing = (await processor.start(a_start(items(name, 0, 9)))).job_run_id
    await processor.fail(failing, "It did not come up.")
    run = (await processor.start(a_start(items(name, 0, 9_979)))).job_run_id
    (made,) = (await processor.complete(run, [a_product(items(name, 0, 9_979))])).made
    assert (
        await processor.report_incident(run, "undeclared_input", "Joined.", [source_id])
    ).job_run_id == run
    assert (await processor.count(name, 20, 40_000_000, digest("inventory"))).consignment_id == name
    requested = await processor.request(a_return(items(name, 9_980, 9_984)))
    answer = await seller.confirm_arrival(
        requested.egress_id, requested.parts, requested.size_bytes, KEYS[SELLER]
    )
    assert answer.fact(ItemsReturned).items == requested.items
    export = asked.RequestExport(
        output_ids=(made.output_id,),
        recipient_id=SELLER,
        destination="DE",
        link_ids=("LK-DE",),
        purpose="sale",
    )
    await processor.withdraw((await processor.request(export)).egress_id, "Not now.")
    await processor.scrap(items(name, 9_985, 9_989), "Black.", digest("list"))
    left = a_destruction(name, items(name, 9_990, 9_999), erasure=erasure(**CLEARED))
    recorded = await processor.record_destruction(left)
    assert (await assessor.verify_destruction(recorded, "read back", 3, KEYS[ASSESSOR])).sample == 3
    assert (await processor.write_off(name)).handbook_no == "HB-0001"
    by_ask_alone = {
        asked.RecordParty,
        asked.RecordPartyStanding,
        RecordProductTraits,
        asked.AdoptZoneRuleset,
        asked.RecordSafeguard,
        CountSale,
        RecordLetOut,
        asked.OpenBusinessZone,
        asked.LiftReview,
        asked.EndLift,
        asked.ReclassifySource,
        asked.ApproveAnonymisation,
        asked.DecideCase,
        asked.RequestTransfer,
    }
    elsewhere = {
        *FENCED,
        *BETWEEN,
        *TOLD,
        *RULED,
        RecordProductRegistered,
        RecordProductCarried,
        asked.OfferOutput,
        RecordProductReceived,
    }
    assert set(COMMANDS) - client.asked - elsewhere == by_ask_alone


async def test_a_zone_is_opened_through_the_door_and_a_refusal_is_raised() -> None:
    client: Any = Asking(a_zone())
    command = asked.OpenBusinessZone(zone_id=ZONE, title="x", place="CN-LG", seats=1)
    with pytest.raises(Refusal, match="ZONE_EXISTS"):
        await Bonded(client, OPERATOR).open_zone(command)


@pytest.mark.parametrize("name", ["", "C", "C-x.1.2", "12", "HB0001"])
def test_what_is_no_id_names_no_partition(name: str) -> None:
    assert place_of("C-3.12.0") == 3
    with pytest.raises(Misuse, match=r"looks like C-0\.12\.0"):
        place_of(name)
