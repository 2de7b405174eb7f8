"""A market that sells 10 Mbps of LK-HK for November 2026, with the line recorded as world/links.csv has it."""

from typing import Any

from exchange.kernel.time import HOUR, instant
from exchange.market.commands import (
    AcceptDelivery,
    BookRules,
    InstrumentTerms,
    OpenInstrument,
    PlaceOrder,
    RecordParticipant,
    RegisterCapacity,
    Side,
    Use,
)
from exchange.market.facts import TradeMatched
from exchange.market.lines.commands import MeasureLine, RecordLine, RerouteLine
from tests.unit.market.stage import (
    BANK,
    OPERATOR,
    STAYS,
    Stage,
    a_standing,
    a_use,
    licence,
    terms,
    the,
    the_ruleset,
)

SOLD = instant("2026-10-30T00:00:00Z")
BEGINS, ENDS = instant("2026-10-31T16:00:00Z"), instant("2026-11-30T16:00:00Z")
SETTLED = instant("2026-12-03T16:00:00Z")
WORSE = instant("2026-11-10T03:00:00Z")
LINE, ASSESSOR, HOLDER, OTHER = "LN-CN-01", "AS-CN-01", "BU-JP-01", "BU-SG-01"
BOOK, PRICE = "LK-HK-202611", 600_000
EVIDENCE = bytes(range(32))


def a_month(**changed: Any) -> InstrumentTerms:
    """P-32: 10 Mbps of LK-HK for a month at CNY 6,000.00; a tick is a fen."""
    rules = BookRules(
        kind="bandwidth",
        delivery_place="LK-HK",
        window_from=BEGINS,
        window_until=ENDS,
        settlement="on_provision",
        capacity_needed=True,
    )
    values: dict[str, Any] = {
        "instrument_id": BOOK,
        "listing_id": BOOK,
        "product_id": "P-32",
        "title": "10 Mbps-month LK-HK",
        "unit": "10 Mbps-month",
        "seller_id": None,
        "posted_price": None,
        "moves_data": False,
        "stored_in": "CN-LG",
        "licence": licence(spatial=("CN", "HK", "SG"), term_days=31),
        "rules": rules,
    }
    return terms(**(values | changed))


def a_line(link_id: str = "LK-HK", *places: str, **changed: Any) -> RecordLine:
    """A line in service; LK-HK promises 30 ms and 50 ppm."""
    values: dict[str, Any] = {
        "operator_id": LINE,
        "places": places or ("CN-LG", "HK"),
        "kind": "dedicated",
        "state": "in_service",
        "capacity_mbps": 100_000,
        "rtt_ms_max": 30,
        "loss_ppm_max": 50,
    }
    return RecordLine(link_id=link_id, **(values | changed))


def a_measurement(from_at: int = WORSE, hours: int = 2, loss_ppm: int = 80, **changed: Any) -> MeasureLine:
    """Two hours of too much loss."""
    values: dict[str, Any] = {
        "link_id": "LK-HK",
        "rtt_ms": 28,
        "throughput_mbps": 41_000,
        "evidence": EVIDENCE,
    }
    return MeasureLine(from_at=from_at, hours=hours, loss_ppm=loss_ppm, **(values | changed))


def a_way_round(*via: str, **changed: Any) -> RerouteLine:
    """Until the end of November, since the line is being repaired."""
    values: dict[str, Any] = {"until": ENDS, "grounds": "The cable is being repaired.", "link_id": "LK-HK"}
    return RerouteLine(instrument_id=BOOK, via=via, **(values | changed))


def a_line_market(*changed: InstrumentTerms, lots: int = 100) -> Stage:
    """Everybody known, two buyers with money, the line recorded, the month on sale and its seller asking."""
    stage = Stage(at=SOLD)
    for who, place, *roles in (
        (OPERATOR, "CN-LG", "operator"),
        (BANK, "HK", "custodian"),
        (LINE, "CN-LG", "seller", "line_operator"),
        (ASSESSOR, "CN", "assessor"),
        (HOLDER, "JP", "buyer", "seller"),
        (OTHER, "SG", "buyer"),
    ):
        stage.told(RecordParticipant(standing=a_standing(who, place, *roles)))
    stage.told(the_ruleset(), *(OpenInstrument(terms=each) for each in changed or (a_month(),)))
    stage.deposited(HOLDER, 10_000_000).deposited(OTHER, 10_000_000)
    stage.ask(OPERATOR, a_line())
    stage.ask(OPERATOR, RegisterCapacity(instrument_id=BOOK, participant_id=LINE, quantity=100))
    stage.ask(LINE, an_order(Side.ASK, lots, PRICE))
    return stage


def an_order(side: Side, quantity: int, price: int = PRICE) -> PlaceOrder:
    """For units of the month, under the licence on offer."""
    return PlaceOrder(
        instrument_id=BOOK,
        side=side,
        quantity=quantity,
        price=price,
        use=a_use() if side is Side.BID else Use(),
        time_in_force=STAYS,
    )


def bought(
    stage: Stage, buyer_id: str = HOLDER, quantity: int = 1, price: int = PRICE, *, accepted: bool = True
) -> str:
    """Units of the month, accepted by their buyer at once unless it waits; the trade's id."""
    trade_id = the(TradeMatched, stage.ask(buyer_id, an_order(Side.BID, quantity, price))).trade_id
    if accepted:
        stage.ask(buyer_id, AcceptDelivery(trade_id=trade_id))
    return trade_id


def until(stage: Stage, moment: int) -> list[Any]:
    """What happens by itself until then."""
    stage.at = moment
    return stage.settle()


def measured(stage: Stage, at: int = WORSE + 3 * HOUR, actor: str = ASSESSOR, **changed: Any) -> list[Any]:
    """Let somebody say how good the line was."""
    stage.at = max(stage.at, at)
    return stage.ask(actor, a_measurement(**changed))
