"""An instrument as the command line knows it: its market, and prices in its currency instead of ticks."""

from pathlib import Path
from typing import Any, NamedTuple

from exchange.kernel.errors import Misuse

_DECIMALS_MICRO = 6


class Shown(NamedTuple):
    """What prices and quantities of an instrument are written with."""

    instrument_id: str
    market_id: str
    currency: str
    tick_micros: int
    decimals: int
    step: int
    licence: bytes
    place: str = ""

    def price(self, ticks: int | None) -> str:
        """A price for people, without its currency."""
        from exchange.kernel.price import price_text

        return "" if ticks is None else price_text(ticks, self.tick_micros, self.decimals)

    def micros(self, micros: int) -> str:
        """A price of millionths, such as an average: half up where it lies between two that are shown."""
        from exchange.kernel.money import half_up
        from exchange.kernel.price import price_text

        last = 10 ** max(0, _DECIMALS_MICRO - self.decimals)
        return price_text(half_up(micros, last) * last, 1, self.decimals)

    def ticks(self, written: str) -> int:
        """The ticks of an order's price as it was typed. Raises: Misuse if it is none, or off the step of the book."""
        from exchange.kernel.price import ticks_of

        return ticks_of(written, self.tick_micros, self.decimals, self.step)

    def any_ticks(self, written: str) -> int:
        """The ticks of a price beside the book, which moves by single ticks. Raises: Misuse if it is none."""
        return self._replace(step=1).ticks(written)

    def minor(self, written: str) -> int:
        """The minor units of an amount as it was typed. Raises: Misuse if it is none."""
        from exchange.kernel.price import minor_of

        return minor_of(written, self.currency)

    def money(self, ticks: int) -> str:
        """A price with its currency."""
        return f"{self.currency} {self.price(ticks)}"


def instruments_of(path: Path) -> dict[str, Shown]:
    """Every instrument that the tables know."""
    from exchange.cli.looking import rows_of

    return {row["instrument_id"]: _shown(row) for row in rows_of(path, "instruments")}


def instrument_of(path: Path, name: str) -> Shown:
    """An instrument. Raises: Misuse if the tables know none of that name."""
    from exchange.cli.looking import rows_of

    rows = rows_of(path, "instruments", instrument=name)
    if not rows:
        raise Misuse(
            f"no instrument {name} is known; `exchange query instruments` names those there are, and one just opened is"
            " there a moment later"
        )
    return _shown(rows[0])


def market_named(path: Path, name: str | None) -> str:
    """The market that is meant: the one there is, where none is named. Raises: Misuse if there is not one."""
    if name is not None:
        return name
    markets = sorted({each.market_id for each in instruments_of(path).values()})
    if not markets:
        raise Misuse(
            "there is no market yet: one is there once something is listed in it, or an instrument opened"
        )
    if len(markets) > 1:
        raise Misuse(f"there are {len(markets)} markets: {', '.join(markets)}; name one with --market")
    return markets[0]


def _shown(row: dict[str, Any]) -> Shown:
    from exchange.kernel.price import decimals_of

    return Shown(
        instrument_id=row["instrument_id"],
        market_id=row["market_id"],
        currency=row["currency"],
        tick_micros=row["tick_micros"],
        decimals=decimals_of(row["tick_micros"], row["currency"], row["price_decimals"]),
        step=row["price_step"],
        licence=bytes.fromhex(row["licence_digest"]),
        place=row["delivery_place"] or "",
    )
