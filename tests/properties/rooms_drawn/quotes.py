"""Requests, quotes, awards and samples."""

from exchange.kernel.time import DAY
from exchange.market.quotes import commands as quoting
from tests.properties.rooms_drawn.picking import HOURS, RARE, SELLERS, Asked, a_licence, one_of
from tests.properties.rooms_twin.rooms import Rooms

MEASURE = "agreement"


def request(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    sampling = quoting.Sampling(days=4, answer_days=3, samples_max=2) if which % 3 else None
    quality = quoting.Quality(measure=MEASURE, threshold_bp=9_500) if number % 14 else None
    wanted = quoting.Wanted(
        title="speech",
        unit="minute",
        quantity=8,
        currency="XXX" if number == RARE else "JPY",
        closes_at=rooms.ground.at + (number % 9) * DAY,
        quality=quality,
        sampling=sampling,
        invited=("T",) if number % 7 == 6 else ("S", "Z") if number == RARE - 1 else (),
    )
    return who, quoting.RequestQuotes(wanted=wanted)


def give_quote(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    found = one_of(list(rooms.board.requests), which // 2)
    if found is None and number < RARE - 1:
        return request(rooms, who, which, number)
    seller = SELLERS[which % 2]
    shelf = f"speech-{SELLERS[(which + (number == RARE)) % 2]}" if number < RARE - 1 or which % 2 else HOURS
    command = quoting.Quote(
        request_id=found or "RQ-0.0.9",
        instrument_id=shelf,
        price=100 + 37 * number,
        quantity=1 + number % 9,
        valid_until=rooms.ground.at + (number % 12) * DAY,
    )
    return (who if number == RARE else seller), command


def _a_quote(rooms: Rooms, which: int) -> str:
    quotes = list(rooms.board.quotes.values())
    found = one_of([each for each in quotes if not each.over and each.left] or quotes, which)
    return found.name if found else "QU-0.0.9"


def _asker(rooms: Rooms, request_id: str, who: str) -> str:
    found = rooms.board.requests.get(request_id)
    return found.who if found else who


def award(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    quote = rooms.board.quotes.get(_a_quote(rooms, which))
    if quote is None and number < RARE:
        return give_quote(rooms, who, which, number)
    most = max(1, quote.left) if quote else 1
    command = quoting.AwardQuote(
        quote_id=quote.name if quote else "QU-0.0.9",
        quantity=most + 1 if number == 20 else 1 + number % most,
        licence_digest=a_licence(number),
    )
    asker = _asker(rooms, quote.request, who) if quote else who
    return (who if number == RARE - 1 else asker), command


def _an_award(rooms: Rooms, which: int, who: str, number: int, side: str) -> tuple[str, str]:
    """Whose word it is, and the award."""
    found = one_of(list(rooms.board.awards.values()), which)
    if found is None:
        return who, "AW-0.0.9"
    sides = {"seller": found.quote.seller, "buyer": _asker(rooms, found.quote.request, who)}
    return (who if number == RARE else sides[side]), found.name


def sample(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    if not rooms.board.awards and number < RARE:
        return award(rooms, who, which, number)
    by, name = _an_award(rooms, which, who, number, "seller")
    measure = quoting.Measured(
        measure="speed" if number == 20 else MEASURE, value_bp=9_400 + 10 * (number % 20)
    )
    return by, quoting.SubmitSample(award_id=name, digest=b"sample", measured=(measure,))


def accept_sample(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    if not any(each.shown is not None for each in rooms.board.awards.values()) and number < RARE:
        return sample(rooms, who, which, number)
    by, name = _an_award(rooms, which, who, number, "buyer")
    return by, quoting.AcceptSample(award_id=name)


def reject_sample(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    by, name = _an_award(rooms, which, who, number, "buyer")
    return by, quoting.RejectSample(award_id=name, grounds="poor", value_bp=None if number % 2 else 9_000)


def end_award(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    by, name = _an_award(rooms, which, who, number, "buyer" if number % 2 else "seller")
    return by, quoting.EndAward(award_id=name, grounds="x")


def withdraw_quote(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    quote = rooms.board.quotes.get(_a_quote(rooms, which))
    command = quoting.WithdrawQuote(quote_id=quote.name if quote else "QU-0.0.9")
    return (quote.seller if quote and number < RARE else who), command


def withdraw_request(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    found = one_of(list(rooms.board.requests.values()), which)
    command = quoting.WithdrawRequest(request_id=found.name if found else "RQ-0.0.9")
    return (found.who if found and number < RARE else who), command
