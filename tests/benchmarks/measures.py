"""Figures of several rounds: the median with the smallest and the largest, of sides and of their ratio."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import msgspec


class Figure(msgspec.Struct, frozen=True):
    """One quantity over all rounds."""

    unit: str
    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median of the rounds."""
        return median(self.rounds)

    def as_dict(self) -> dict[str, Any]:
        """What goes into the report."""
        return {
            "unit": self.unit,
            "median": self.median,
            "min": min(self.rounds),
            "max": max(self.rounds),
            "rounds": list(self.rounds),
        }


class Ratio(msgspec.Struct, frozen=True):
    """Ours against a peer's, round by round as they were measured one after the other.

    Shape: `at_least` or `at_most` is what was promised, if anything was.
    """

    name: str
    rounds: tuple[float, ...]
    at_least: float | None = None
    at_most: float | None = None

    @property
    def median(self) -> float:
        """The median of the rounds' ratios."""
        return median(self.rounds)

    @property
    def held(self) -> bool | None:
        """Whether the median keeps what was promised; None where nothing was."""
        if self.at_least is not None:
            return self.median >= self.at_least
        return self.median <= self.at_most if self.at_most is not None else None

    @property
    def target(self) -> str:
        """What was promised, in words."""
        if self.at_least is not None:
            return f"at least {self.at_least:g}"
        return f"at most {self.at_most:g}" if self.at_most is not None else "none"

    @property
    def verdict(self) -> str:
        """Held, or missed and by how much."""
        if self.held is None:
            return ""
        if self.held:
            return "held"
        wanted = self.at_least if self.at_least is not None else self.at_most
        assert wanted is not None
        return (
            f"missed: {self.median:.2f} where {wanted:g} was wanted, {abs(1 - self.median / wanted):.0%} off"
        )

    def as_dict(self) -> dict[str, Any]:
        """What goes into the report."""
        return {
            "name": self.name,
            "median": self.median,
            "min": min(self.rounds),
            "max": max(self.rounds),
            "rounds": list(self.rounds),
            "at_least": self.at_least,
            "at_most": self.at_most,
            "held": self.held,
        }


class Table(msgspec.Struct, frozen=True):
    """Rows of a report's section that are no ratios."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Section(msgspec.Struct, kw_only=True):
    """What one benchmark found.

    Shape: `figures` are named `side: quantity`; `said` are sentences for the reader; `data` goes to JSON only.
    """

    key: str
    title: str
    settings: Mapping[str, Any]
    figures: Mapping[str, Figure]
    ratios: Sequence[Ratio] = ()
    tables: Sequence[Table] = ()
    said: Sequence[str] = ()
    checked: Sequence[str] = ()
    plots: Sequence[str] = ()
    data: Mapping[str, Any] = msgspec.field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """What goes into the report's JSON."""
        return {
            "title": self.title,
            "settings": dict(self.settings),
            "figures": {name: figure.as_dict() for name, figure in self.figures.items()},
            "ratios": [ratio.as_dict() for ratio in self.ratios],
            "tables": [msgspec.to_builtins(table) for table in self.tables],
            "checked": list(self.checked),
            "said": list(self.said),
            "data": dict(self.data),
        }


def in_turn(unit: str, taken: Mapping[str, Sequence[float]]) -> dict[str, Figure]:
    """Figures of one unit by name."""
    return {name: Figure(unit, tuple(rounds)) for name, rounds in taken.items()}


def ratio_of(
    name: str,
    above: Sequence[float],
    below: Sequence[float],
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Ratio:
    """`above / below`, round by round."""
    rounds = tuple(a / b for a, b in zip(above, below, strict=True))
    return Ratio(name, rounds, at_least, at_most)
