"""Crossings: the golden vectors, some drawn from them by chance, and one to which every regime applies."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from msgspec.structs import replace

from exchange.fence import Crossing, Hop
from exchange.kernel.time import HOUR
from tests.unit.fence.cases import a_list, a_safeguard, changed, hop_of, vector, vectors
from tests.unit.fence.crossings import (
    CONSENTS,
    COUNTS,
    FLAGS,
    GENEROUS,
    MORE_TYPES,
    MOVES,
    PLACES,
    TYPES,
    WORDS,
    values,
)

_COUNTED = ("counts__pi_count_cum", "counts__sensitive_count_cum", "data__us_persons_12m")
_PARTS = ("origin", "destination", "exporter__place", "recipient__place", "purpose", "data__category")
_EARLY, _LATE = 1_500_000_000_000_000, 1_800_000_000_000_000
_YEAR = 365 * 24 * HOUR


def golden() -> Sequence[Crossing]:
    """The golden vectors."""
    return [vector(name) for name in vectors()]


def drawn(count: int, seed: int) -> Iterator[Crossing]:
    """Crossings of one or two hops, sensible or not, some of whose facts are not known."""
    chance = Random(seed)
    names = list(vectors())
    for _ in range(count):
        legs = 2 if chance.random() < 0.1 else 1
        yield Crossing(hops=tuple(_hop(chance, chance.choice(names), number + 1) for number in range(legs)))


def every_regime() -> Crossing:
    """Two hops to which all eleven regimes apply, with safeguards for each that examines any."""
    safeguards = [
        a_safeguard(kind) for kind in ("EU-SCC", "SG-CONTRACT", "JP-EQUIV", "TH-CONTRACT", "CN-CERT")
    ]
    first = changed(
        hop_of("T-02", licence=replace(GENEROUS, spatial=("US", "CN")), safeguards=tuple(safeguards)),
        destination="US",
        recipient__place="US",
        collected_in=("DE", "SG", "JP", "TH", "CN"),
        received_under=("GBA-SC",),
        data__us_class="health",
        data__us_persons_12m=12_000,
        lineage__domestic_pi_introduced=True,
        lineage__separable=True,
        counts__pi_count_cum=250_000,
    )
    second = changed(
        first, hop_no=2, origin="HK", destination="SG", exporter__place="HK", recipient__place="SG"
    )
    return Crossing(hops=(first, second))


def _hop(chance: Random, name: str, number: int) -> Hop:
    hop = chance.choice(vector(name).hops)
    changes: dict[str, Any] = {"hop_no": number, "as_of": hop.as_of + chance.randrange(_YEAR)}
    for field in chance.sample(WORDS + FLAGS, chance.randrange(4)):
        changes[field.replace(".", "__")] = chance.choice(values(field))
    if chance.random() < 0.7:
        changes["origin"], changes["destination"] = chance.choice(MOVES)
        changes["collected_in"] = tuple(chance.sample(PLACES, chance.randrange(1, 3)))
        changes["recipient__place"] = changes["destination"]
    for field in chance.sample(_COUNTED, chance.randrange(3)):
        changes[field] = chance.choice(COUNTS)
    changes |= _beside(chance)
    if chance.random() < 0.2:
        changes[chance.choice((*_PARTS, *_COUNTED))] = chance.choice((None, None, -1, "XX"))
    if chance.random() < 0.05:
        changes["as_of"] = chance.randrange(_EARLY, _LATE)
    return changed(hop, **{name: value for name, value in changes.items() if _fits(name, value)})


def _fits(name: str, value: Any) -> bool:
    """A count is a number, everything else that is drawn here is not."""
    if name in _COUNTED:
        return value is None or isinstance(value, int)
    return bool(value != -1)


def _beside(chance: Random) -> dict[str, Any]:
    """What a hop has besides: safeguards, lists, a licence, who looks from where."""
    beside: dict[str, Any] = {}
    if chance.random() < 0.5:
        kinds = chance.sample(TYPES + MORE_TYPES, chance.randrange(1, 4))
        beside["safeguards"] = tuple(
            a_safeguard(
                kind,
                names_destinations=chance.choice((("ANY",), ("CN", "SG"), ("DE",))),
                status=chance.choice(("active", "active", "revoked")),
                scope_changed=chance.random() < 0.2,
                tia_current=chance.random() < 0.8,
                filing_due_on=chance.choice((None, a_safeguard(kind).valid_to)),
            )
            for kind in kinds
        )
    if chance.random() < 0.2:
        beside["list_refs"] = tuple(
            a_list(
                kind, field_listed=chance.random() < 0.5, listed_route=chance.choice((None, "FILE", "ASSESS"))
            )
            for kind in chance.sample(("FTZ-NEG", "LG-GENERAL"), chance.randrange(1, 3))
        )
    if chance.random() < 0.2:
        beside["remote_access_from"] = tuple(chance.sample(PLACES, 1))
    if chance.random() < 0.2:
        beside["consents"] = (chance.choice(CONSENTS),)
    if chance.random() < 0.2:
        beside["licence"] = chance.choice((GENEROUS, replace(GENEROUS, status="suspended")))
    if chance.random() < 0.1:
        beside |= {
            "received_under": ("GBA-SC",),
            "exporter__gba_registered": True,
            "recipient__gba_registered": True,
        }
    return beside
