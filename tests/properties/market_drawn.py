"""Books to trade in, and the orders that are drawn for them."""

from fractions import Fraction
from typing import Any, NamedTuple

from hypothesis import strategies as st

from exchange.fence import Ruleset
from exchange.kernel.time import DAY, HOUR, MINUTE, SECOND, instant
from exchange.market.commands import (
    BookRules,
    OpenInstrument,
    Side,
    TimeInForce,
    Use,
)
from tests.properties.market_twin import Shelf
from tests.unit.fence.cases import rewritten
from tests.unit.market.stage import a_use, terms

OWNERS = {"A": "one", "B": "two", "C": "three", "D": "four", "E": "four"}
PLACES = {"A": "JP", "B": "SG", "C": "JP", "D": "SG", "E": "JP"}
FORCES = {
    "day": TimeInForce.DAY,
    "good_till_cancelled": TimeInForce.GOOD_TILL_CANCELLED,
    "immediate_or_cancel": TimeInForce.IMMEDIATE_OR_CANCEL,
    "fill_or_kill": TimeInForce.FILL_OR_KILL,
    "good_till_date": TimeInForce.GOOD_TILL_DATE,
}
_PARTED = (
    ("B", "destination", "SG"),
    ("C", "purpose", "trade"),
    ("D", "recipient.place", "SG"),
)
"""Sellers, and what the rulesets here say of whom they may not sell to."""


def parted(content: dict[str, Any]) -> None:
    """Have rules tell sellers apart: what one may sell, another may not."""
    (licence,) = [each for each in content["rules"] if each["id"] == "LIC-01"]
    place = content["rules"].index(licence)
    content["rules"][place:place] = [
        licence
        | {
            "id": f"LIC-1{number}",
            "when": [
                {"fact": "exporter.id", "op": "eq", "value": seller},
                {"fact": fact, "op": "eq", "value": value},
            ],
            "valid_to": None,
        }
        for number, (seller, fact, value) in enumerate(_PARTED)
    ]


def _parted(until: str | None) -> Ruleset:
    def change(content: dict[str, Any]) -> None:
        parted(content)
        (licence,) = [each for each in content["rules"] if each["id"] == "LIC-01"]
        licence["valid_to"] = until

    return rewritten(change)


RULESETS = {"strict": _parted(None), "lax": _parted("2020-01-01"), "dated": _parted("2026-11-03")}
"""Alike but for how long the licence has to cover the use."""
DATED_ENDS = instant("2026-11-03T16:00:00Z")


class Book(NamedTuple):
    """An instrument as both are told of it."""

    tick_micros: int
    terms: dict[str, Any]
    rules: dict[str, Any]

    def shelf(self, at: int) -> Shelf:
        """The twin's."""
        rules = BookRules(**self.rules)
        return Shelf(
            lot=Fraction(self.tick_micros, 10_000),
            seller=self.terms.get("seller_id"),
            posted=self.terms.get("posted_price"),
            fenced=self.terms.get("moves_data", False),
            price_step=rules.price_step,
            step=rules.quantity_step,
            smallest=rules.quantity_min,
            largest=rules.quantity_max,
            reference=rules.reference_price,
            collar=None if rules.collar_bp is None else Fraction(rules.collar_bp, 10_000),
            needs_capacity=rules.capacity_needed,
            orders_max=rules.orders_max,
            session_end_us=rules.session_ends_minute * MINUTE,
            first=None if rules.first_trade is None else at + rules.first_trade,
            gate=None if rules.last_trade is None else at + rules.last_trade,
            call_us=rules.call_us,
            then_closes=rules.after_call == "closed",
        )

    def opening(self, name: str, at: int) -> OpenInstrument:
        """The market's; its first and last trade are so long after it is opened."""
        hours = {key: at + self.rules[key] for key in ("first_trade", "last_trade") if key in self.rules}
        values = {"seller_id": None, "posted_price": None, "moves_data": False, **self.terms}
        rules = BookRules(**(self.rules | hours))
        book = terms(instrument_id=name, unit="licence", tick_micros=self.tick_micros, rules=rules, **values)
        return OpenInstrument(terms=book)


SLOTS = {
    "quantity_step": 2,
    "quantity_min": 2,
    "quantity_max": 8,
    "price_step": 2,
    "collar_bp": 5_000,
    "reference_price": 6,
    "capacity_needed": True,
    "orders_max": 3,
    "session_ends_minute": 720,
    "first_trade": HOUR,
    "call_us": HOUR,
    "last_trade": 30 * HOUR,
}
BOOKS = {
    "hours": Book(3_333, {}, {}),
    "data": Book(10_000, {"moves_data": True}, {}),
    "issue": Book(5_000, {"moves_data": True, "seller_id": "A"}, {}),
    "month": Book(
        7_000, {"moves_data": True, "seller_id": "A", "posted_price": 6}, {"capacity_needed": True}
    ),
    "slots": Book(10_000, {}, SLOTS),
    "call": Book(
        10_000, {"moves_data": True}, {"call_us": 2 * HOUR, "reference_price": 5, "collar_bp": 8_000}
    ),
    "ahead": Book(3_333, {}, {"call_us": 5 * HOUR, "after_call": "closed", "collar_bp": 4_000}),
}
people = st.sampled_from(sorted(OWNERS))
books = st.sampled_from(sorted(BOOKS))
prices = st.integers(1, 9)
lots = st.sampled_from((1, 2, 2, 3, 4, 4, 5, 6, 9))


class Asked(NamedTuple):
    """An order as it is drawn. Shape: `use` is a place, or a place and a purpose."""

    who: str
    side: Side
    price: int | None
    lots: int
    use: str
    market: bool = False
    force: str = "good_till_cancelled"
    expires_in: int | None = None
    post_only: bool = False
    least: int | None = None
    display: int | None = None
    mode: str = "cancel_newest"


def use_of(text: str) -> Use:
    """The use that an order names."""
    place, _, purpose = text.partition(" ")
    return a_use(place_of_use=place, purpose=purpose or "transport")


SPANS = st.sampled_from((SECOND, MINUTE, HOUR, 5 * HOUR, 17 * HOUR, 2 * DAY))
MODES = st.sampled_from(("cancel_newest", "cancel_newest", "cancel_oldest", "cancel_both", "decrement"))
CONDITIONS: tuple[dict[str, Any], ...] = (
    *({},) * 4,
    *({"display": each} for each in (1, 1, 2, 2, 4)),
    *({"force": each} for each in ("day", "immediate_or_cancel", "fill_or_kill")),
    *({"force": "good_till_date", "expires_in": each} for each in (SECOND, HOUR, HOUR, DAY)),
    {"market": True, "force": "day"},
    {"market": True, "force": "day", "price": None},
    {"market": True, "force": "immediate_or_cancel", "price": None},
    {"market": True, "force": "fill_or_kill", "price": None},
    {"market": True, "force": "day", "least": 2},
    {"post_only": True},
    {"post_only": True, "display": 2},
    {"least": 2},
    {"least": 3, "display": 2},
    {"least": 3, "force": "immediate_or_cancel"},
    {"display": 1, "force": "good_till_date", "expires_in": HOUR},
)
"""The conditions that an order may well have; `WILD` ones are put together by chance."""
WILD = st.fixed_dictionaries(
    {
        "market": st.booleans(),
        "force": st.sampled_from(sorted(FORCES)),
        "expires_in": st.sampled_from((None, None, HOUR, 0, -HOUR)),
        "post_only": st.booleans(),
        "least": st.sampled_from((None, 1, 7)),
        "display": st.sampled_from((None, 1, 7)),
    }
)


@st.composite
def drawn(draw: st.DrawFn, usual: tuple[dict[str, Any], ...]) -> Asked:
    """Mostly an order that may enter; now and then anything."""
    values = {
        "who": draw(people),
        "side": draw(st.sampled_from(Side)),
        "price": draw(st.none() if draw(st.integers(0, 49)) == 33 else prices),
        "lots": draw(lots),
        "use": draw(st.sampled_from(("JP", "JP", "SG", "MY", "JP trade", "SG trade"))),
        "mode": draw(MODES),
    }
    if draw(st.integers(0, 24)) == 13:
        return Asked(**(values | draw(WILD)))
    conditions = draw(st.sampled_from(usual))
    parts = {key: min(conditions[key], values["lots"]) for key in ("least", "display") if key in conditions}
    return Asked(**(values | conditions | parts))


ORDERS = drawn(CONDITIONS)
WAITING = drawn(
    (
        *({},) * 4,
        *({"display": each} for each in (1, 1, 2, 3)),
        {"force": "good_till_date", "expires_in": HOUR},
        {"market": True, "force": "day"},
        {"market": True, "force": "day", "price": None},
        {"market": True, "force": "day", "price": None},
    )
)
"""Orders that may wait for an auction."""
ENDING = drawn(({}, {}, *({"force": "good_till_date", "expires_in": each * HOUR} for each in (1, 3, 6, 9))))
"""Orders of which some end before an auction, some after it."""
STEPS = st.tuples(ORDERS, st.sampled_from((None, None, None, *sorted(OWNERS))))
"""An order, and sometimes somebody to suspend or reinstate after it."""
