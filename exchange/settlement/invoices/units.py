"""Units that things are sold by, as codes of UN/ECE Recommendation 20. Source: settlement.md section 8."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PIECE: Final = "C62"
"""One of something: a licence, a seat, an issue."""
_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "day": "DAY",
        "month": "MON",
        "year": "ANN",
        "hour": "HUR",
        "GPU-hour": "HUR",
        "minute": "MIN",
        "call": "C0",
        "gigabyte": "E34",
        "GB": "E34",
        "TB-month": "E35",
        "object": "H87",
        "Mbps-month": "E20",
    }
)


def code_of(unit: str) -> str:
    """The code of a unit; what has none of its own is counted."""
    return _CODES.get(unit, PIECE)
