"""An instrument as the command line knows it: its market, and prices in its currency instead of ticks."""

from pathlib import Path
from typing import Any, NamedTuple

from exchange.kernel.errors import Misuse


class Shown(NamedTuple):
    """What prices and quantities of an instrument are written with."""

    instrument_id: str
    market_id: str
    currency: str
    tick_micros: int
    decimals: int
    step: int
    licence: bytes

    def price(self, ticks: int | None) -> str:
        """A price for people, without its currency."""
        from exchange.kernel.price import price_text

        return "" if ticks is None else price_text(ticks, self.tick_micros, self.decimals)

    def micros(self, micros: int) -> str:
        """A price of millionths, such as an average."""
        from exchange.kernel.price import price_text

        return price_text(micros, 1, self.decimals)

    def ticks(self, written: str) -> int:
        """The ticks of a price as it was typed. Raises: Misuse if it is none, or off the tick."""
        from exchange.kernel.price import ticks_of

        return ticks_of(written, self.tick_micros, self.decimals, self.step)


def instruments_of(path: Path) -> dict[str, Shown]:
    """Every instrument that the tables know."""
    from exchange.cli.looking import rows_of

    return {row["instrument_id"]: _shown(row) for row in rows_of(path, "instruments")}


def instrument_of(path: Path, name: str) -> Shown:
    """An instrument. Raises: Misuse if the tables know none of that name."""
    found = instruments_of(path).get(name)
    if found is None:
        raise Misuse(
            f"no instrument {name} is known; `exchange query instruments` names those there are, and one just opened is"
            " there a moment later"
        )
    return found


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
    )
