"""Units that are bought, used up and subscribed to."""

from exchange.kernel.plan import PlanTerms, PriceTier
from exchange.kernel.time import DAY
from exchange.market.plans import commands as planning
from exchange.market.subscriptions import commands as subscribing
from tests.properties.rooms_drawn.picking import CALLS, MONTHS, RARE, SEATS, Asked, a_use_of, one_of
from tests.properties.rooms_twin.rooms import Rooms


def tiers(*prices: tuple[int, int]) -> tuple[PriceTier, ...]:
    """Unit prices in millionths, each with the units from which on it holds."""
    return tuple(PriceTier(from_units=units, unit_micros=micros) for units, micros in prices)


PLANS = {
    CALLS: PlanTerms(
        sale="once",
        counts="calls",
        unit="call",
        model="graduated",
        tiers=tiers((0, 35_500), (60, 28_001)),
        period="month",
        unused="refunded",
        units_min=2,
    ),
    SEATS: PlanTerms(
        sale="once",
        counts="seats",
        unit="seat-month",
        model="volume",
        tiers=tiers((0, 9_533_333), (3, 7_200_001)),
        period="month",
    ),
    MONTHS: PlanTerms(
        sale="subscription",
        counts="seats",
        unit="seat",
        model="volume",
        tiers=tiers((0, 12_345_678), (2, 11_000_000)),
        period="month",
        grace_days=3,
    ),
}


def buy(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    name = (CALLS, CALLS, SEATS, MONTHS if number == RARE else SEATS)[which % 4]
    units = 1 + number * 7 if name == CALLS else 1 + number % 4
    most = 400 if number % 10 == 9 else None
    command = planning.BuyUnits(instrument_id=name, units=units, use=a_use_of(number), amount_max_minor=most)
    return who, command


def use(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    having = sorted({buyer for _, buyer in rooms.plans.balances})
    command = planning.RecordUsage(
        instrument_id=CALLS, buyer_id=one_of(having, which) or who, metered=1 + number * 5
    )
    return ("S" if number < RARE else who), command


def top_up(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    terms = planning.TopUpTerms(threshold=number * 2, units=2 + which * 3, use=a_use_of(number))
    off = number % 7 == 6
    return who, planning.SetTopUp(instrument_id=CALLS, top_up=None if off else terms)


def set_plan(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    name = (CALLS, SEATS, MONTHS)[which % 3]
    first = tiers((0, 40_000 + number)) if name == CALLS else tiers((0, 8_000_000 + number))
    prices = first + tiers((0 if number % 10 == 9 else 5, 30_000))
    other = PLANS[(SEATS, CALLS, SEATS)[which % 3]] if number % 10 == 8 else PLANS[name]
    values = {field: getattr(other, field) for field in other.__struct_fields__} | {"tiers": prices}
    command = planning.SetPricePlan(instrument_id=name, plan=PlanTerms(**values))
    return ("S" if number < RARE else who), command


def subscribe(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    most = 900 if number % 10 == 9 else None
    name = MONTHS if number < RARE - 2 else CALLS
    command = subscribing.Subscribe(
        instrument_id=name, units=1 + number % 3, use=a_use_of(number), amount_max_minor=most
    )
    return who, command


def unsubscribe(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    it = one_of(list(rooms.subscriptions.open.values()), which)
    if it is None and number < RARE:
        return subscribe(rooms, who, which, number)
    command = subscribing.CancelSubscription(
        subscription_id=it.name if it else "SU-0.0.9", when="now" if number % 3 == 0 else "period_end"
    )
    by = who if it is None or number == RARE else it.who if number % 2 else it.seller
    return by, command


def announce(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    command = planning.AnnouncePrice(
        instrument_id=MONTHS,
        tiers=tiers((0, 5_000_000 + 333_333 * number)),
        effective_at=rooms.ground.at + (25 + number) * DAY,
    )
    return ("S" if number < RARE else who), command
