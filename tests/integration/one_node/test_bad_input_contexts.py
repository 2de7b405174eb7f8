"""Bad input between good ones in the registry and the delivery too: each gets its answer, every good one is decided."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from exchange.delivery.commands import CloseEntitlement, ConfirmReceipt, ReportRange
from exchange.delivery.facts import RangePublished
from exchange.kernel.bases import Command, CommandMeta, Fact, Source
from exchange.kernel.protocol import POLICY_ACTOR, InputUnreadable, Refused, Repeated, Tick
from exchange.kernel.time import DAY, HOUR, SECOND
from exchange.market.commands import CancelOrder
from exchange.registry.commands import FileOpinion, RegisterProduct, Role
from exchange.registry.facts import ParticipantAdmitted
from exchange.sdk import Exchange
from streams.codec import codec_for
from streams.limits import COMMAND_BYTES_MAX
from streams.node.directory import DataDirectory
from streams.topics import commands_topic, journal_topic
from tests.support import eventually, unique_name
from tests.support.bad import Bad, answer_to, fits, out_of_range, raw_producer, refused, unreadable
from tests.support.node import PLENTY_S, Node
from tests.support.reckoning import every_command_has_one_outcome, fold
from tests.support.trade import BANK, OPERATOR, Trade, a_participant

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
async def trade(node: DataDirectory) -> AsyncIterator[Trade]:
    async with Exchange.open(node.path) as exchange:
        yield await Trade(exchange).prepare()


@dataclass(frozen=True)
class Room:
    """A context's partition into which anything may be put. Shape: `actor` may ask for each of the `good`."""

    context: str
    number: int
    now: int
    actor: str
    good: Callable[[int], Command]
    accepted: type[Fact]

    def said(self, command: Command, actor: str = "", **changed: Any) -> bytes:
        values = {
            "id": unique_name("c"),
            "actor": actor or self.actor,
            "valid_until": self.now + HOUR,
        } | changed
        return codec_for(self.context).encode_command(CommandMeta(**values), command)


async def registry_of(trade: Trade) -> tuple[Room, list[Bad]]:
    client, name = trade.exchange.client, unique_name("BU")
    now = await client.exchange_time("registry", trade.product_id)
    number = client.partition("registry", trade.product_id)

    def good(count: int) -> Command:
        return a_participant(f"{name}-{count}", "CN", Role.BUYER)

    room = Room("registry", number, now, OPERATOR, good, ParticipantAdmitted)
    said, admit = room.said, a_participant(unique_name("BU"), "CN", Role.BUYER)
    forged = msgspec.structs.replace(admit.commitment, signature=bytes(64))
    opinion = FileOpinion(
        product_id=trade.product_id, version="1", kind="quality", passed=True, report_digest=bytes(32), statement=""
    )  # fmt: skip
    registering = RegisterProduct(product_id="P-NONE", version="1")
    return room, [
        out_of_range(said(changed(admit, place="Mars")), "place"),
        out_of_range(said(changed(admit, roles=("king",))), "roles"),
        out_of_range(said(changed(admit, roles=())), "roles"),
        out_of_range(said(changed(admit, display_name="n" * 201)), "display_name"),
        refused(said(changed(admit, commitment=forged)), "COMMITMENT_INVALID"),
        refused(said(changed(admit, currency="ZZZ")), "CURRENCY_UNKNOWN", "ZZZ"),
        refused(said(a_participant(BANK, "HK", Role.CUSTODIAN)), "PARTICIPANT_EXISTS", BANK),
        refused(said(admit, "BU-NOBODY"), "PARTICIPANT_UNKNOWN", "BU-NOBODY"),
        refused(said(admit, trade.buyer.participant_id), "ROLE_MISSING"),
        refused(said(registering), "PRODUCT_UNKNOWN", "P-NONE"),
        refused(said(opinion, trade.seller.participant_id), "ROLE_MISSING"),
    ]


async def delivery_of(trade: Trade) -> tuple[Room, list[Bad]]:
    client, product = trade.exchange.client, trade.product_id
    entitlement = (await trade.buyer.buy(trade.listing, use=trade.use)).entitlement
    now = await client.exchange_time("delivery", product)

    def good(count: int) -> Command:
        return ReportRange(
            product_id=product, first=count, last=count, count=1, size_bytes=1, digest=bytes(32),
            first_offset=count + 1, last_offset=count + 1, stream_claim=0,
        )  # fmt: skip

    room = Room(
        "delivery",
        client.partition("delivery", product),
        now,
        trade.seller.participant_id,
        good,
        RangePublished,
    )
    said = room.said
    receipt = ConfirmReceipt(
        entitlement_id=entitlement.entitlement_id,
        product_id=product,
        first=0,
        last=0,
        count=1,
        digest=bytes(32),
    )
    closing = CloseEntitlement(
        entitlement_id=entitlement.entitlement_id, product_id=product, verdict="refunded"
    )
    buyer = trade.buyer.participant_id
    return room, [
        out_of_range(said(changed(receipt, digest=bytes(31)), buyer), "digest"),
        out_of_range(said(changed(receipt, count=-1), buyer), "count"),
        out_of_range(said(changed(closing, verdict="perhaps")), "verdict"),
        refused(said(good(10_000)), "RANGE_NOT_NEXT"),
        refused(said(good(0), buyer), "PRODUCT_NOT_OWN"),
        refused(said(changed(good(0), product_id="P-NONE")), "PRODUCT_UNKNOWN", "P-NONE"),
        refused(said(receipt), "ENTITLEMENT_NOT_OWN", entitlement.entitlement_id),
        refused(said(changed(receipt, first=7, last=9), buyer), "RANGE_UNKNOWN"),
        refused(said(changed(receipt, entitlement_id="E-NONE"), buyer), "ENTITLEMENT_UNKNOWN", "E-NONE"),
        refused(said(closing), "NOT_PERMITTED", "only the exchange itself"),
    ]


def changed(command: Any, **values: Any) -> Any:
    return msgspec.structs.replace(command, **values)


def common(room: Room) -> list[Bad]:
    """What is bad in every context, said of one that would be good."""
    said, good, now = room.said, room.good(0), room.now
    value, name = said(good), unique_name("twice")
    other = codec_for("market").encode_command(
        CommandMeta(id="c", actor=room.actor, valid_until=now), CancelOrder(order_id="O-0.0.0")
    )
    made_up = Source(topic=journal_topic("market"), partition=0, seq=2**63 - 1, index=0)
    nobodys = said(good, "BU-NOBODY", id=name)
    reason = "PARTICIPANT_UNKNOWN" if room.context == "registry" else "PRODUCT_NOT_OWN"
    return [
        Bad(None, (InputUnreadable, "EMPTY", "no value"), key=b"k"),
        unreadable(b"", "0 bytes are too few"),
        unreadable(b"?" * 100, "first byte is 0x3f"),
        unreadable(b"\x00\xff\xff\xff\xff" + value[5:], "schema id 4294967295 is in no ids.json here"),
        unreadable(other, f"not one of the commands of {room.context}"),
        unreadable(value[:-1], "ends too early"),
        unreadable(value + b"\x00", "1 bytes are left over"),
        unreadable(said(good, "no name at all"), "actor"),
        unreadable(b"\x00" * (COMMAND_BYTES_MAX + 1), f"at most {COMMAND_BYTES_MAX}", "OVERSIZED"),
        refused(said(good, valid_until=now - SECOND), "COMMAND_EXPIRED"),
        refused(said(good, valid_until=now + 8 * DAY), "VALID_UNTIL_TOO_FAR"),
        refused(said(good, POLICY_ACTOR), "NOT_PERMITTED", "speak as a participant"),
        refused(said(good, source=made_up), "NOT_PERMITTED", "only policies name a source"),
        Bad(nobodys, (Refused, reason, "")),
        Bad(nobodys, (Repeated, "", "")),
        refused(said(room.good(1), "BU-NOBODY", id=name), "ID_TAKEN", "choose a new id"),
        Bad(said(Tick()), (None, "NOTHING_DUE", "")),
    ]


@pytest.mark.parametrize("of", [registry_of, delivery_of])
async def test_bad_input_between_good_ones_gets_its_answer_in_every_context(
    trade: Trade, node: DataDirectory, of: Any
) -> None:
    room, own = await of(trade)
    servers, bads = Node(node).servers, [*common(room), *own]
    goods: list[int] = []
    offsets: list[int] = []
    async with raw_producer(servers) as producer:

        async def put(value: bytes | None, key: bytes | None = None) -> int:
            topic = commands_topic(room.context)
            return int((await producer.send_and_wait(topic, value, key=key, partition=room.number)).offset)

        for count, bad in enumerate(bads):
            goods.append(await put(room.said(room.good(count))))
            offsets.append(await put(bad.value, bad.key))
        goods.append(await put(room.said(room.good(len(bads)))))

    async def answered() -> bool:
        return goods[-1] in (await fold(servers, room.context, room.number)).outcomes

    await eventually(answered, PLENTY_S)
    folded = await fold(servers, room.context, room.number)
    await every_command_has_one_outcome(servers, (room.context, room.number), folded)
    wrong = [
        f"{bad.wanted} got {found}"
        for offset, bad in zip(offsets, bads, strict=True)
        if not fits(bad.wanted, found := answer_to(folded, offset))
    ]
    assert not wrong, "\n".join(wrong)
    for good in goods:
        assert [type(fact) for fact in answer_to(folded, good)] == [room.accepted]
