"""Hypothesis strategies for hops of every kind, sensible or not."""

from datetime import date
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from exchange.fence import Hop, Licence
from exchange.fence.fields import fields
from tests.unit.fence.cases import DAY_ONE, LAST_DAY, a_list, a_safeguard, changed, hop_of

PLACES = ("CN", "CN-LG", "HK", "DE", "SG", "JP", "US", "TH", "VN", "MO", "AE", "GB")
MOVES = (
    ("CN", "SG"),
    ("CN", "JP"),
    ("CN-LG", "DE"),
    ("CN", "CN"),
    ("SG", "CN"),
    ("DE", "CN"),
    ("US", "CN"),
    ("JP", "DE"),
)
CONSENTS = ("SG_S26_SUMMARY", "JP_ART28_INFORMED", "EU_ART49", "TH_S28")
TYPES = (
    "CN-ASSESS",
    "CN-SCC",
    "CN-CERT",
    "GBA-SC",
    "EU-SCC",
    "EU-BCR",
    "EU-DPF",
    "SG-CONTRACT",
    "CBPR",
    "PRP",
)
MORE_TYPES = ("JP-EQUIV", "TH-CONTRACT", "TH-BCR", "SG-BCR", "ASEAN-MCC")
# Words of parts that a hop need not have are left to the strategies of those parts.
WORDS = sorted(name for name, field in fields().items() if field.words is not None)
FLAGS = sorted(
    name for name, field in fields().items() if field.kind == "flag" and not name.startswith("licence.")
)
COUNTS = (0, 1, 100, 101, 1_000, 9_999, 10_000, 10_001, 99_999, 100_000, 999_999, 1_000_000)

GENEROUS = Licence(
    spatial=PLACES,
    purposes=("sale", "transport", "trade", "contract", "other"),
    valid_from=None,
    valid_to=None,
    tz="UTC",
    status="active",
)

places = st.sampled_from(PLACES)
days = st.sampled_from(
    (None, DAY_ONE, LAST_DAY, date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 3), date(2027, 1, 1))
)
zones = st.sampled_from(("Asia/Shanghai", "UTC", "America/New_York"))
counts = st.sampled_from(COUNTS)
moments = st.integers(1_793_500_000_000_000, 1_800_000_000_000_000)


def values(name: str) -> list[Any]:
    """Every known value of a field that is a word or a flag."""
    words = fields()[name].words
    return [False, True] if words is None else sorted(words)


@st.composite
def safeguards(draw: st.DrawFn) -> Any:
    """A safeguard in whatever state."""
    return a_safeguard(
        draw(st.sampled_from(TYPES + MORE_TYPES)),
        names_destinations=draw(st.sampled_from((("ANY",), ("CN", "SG"), ("DE",), ()))),
        valid_from=draw(days),
        valid_to=draw(days),
        tz=draw(zones),
        status=draw(st.sampled_from(("active", "active", "revoked"))),
        scope_changed=draw(st.sampled_from((False, False, True))),
        tia_current=draw(st.booleans()),
        filed_on=draw(days),
        filing_due_on=draw(days),
    )


@st.composite
def lists(draw: st.DrawFn) -> Any:
    """A reference to a list in whatever state."""
    return a_list(
        draw(st.sampled_from(("FTZ-NEG", "LG-GENERAL"))),
        valid_from=draw(days),
        valid_to=draw(days),
        tz=draw(zones),
        covers_scenario=draw(st.booleans()),
        field_listed=draw(st.booleans()),
        listed_route=draw(st.sampled_from((None, "FILE", "ASSESS"))),
        registered_with_centre=draw(st.booleans()),
    )


@st.composite
def licences(draw: st.DrawFn) -> Licence:
    """A licence in whatever state."""
    return Licence(
        spatial=tuple(draw(st.lists(places, max_size=6))),
        purposes=tuple(draw(st.lists(st.sampled_from(values("purpose")), max_size=6))),
        valid_from=draw(days),
        valid_to=draw(days),
        tz=draw(zones),
        status=draw(st.sampled_from(("active", "suspended"))),
    )


@st.composite
def hops(draw: st.DrawFn) -> Hop:
    """A hop between known places in which every fact is known; most are near one that could be admitted."""
    base = draw(st.sampled_from(("T-02", "T-05", "T-07", "T-16", "T-18")))
    hop = hop_of(base, as_of=draw(moments))
    for name in draw(st.lists(st.sampled_from(WORDS + FLAGS), max_size=3)):
        hop = changed(hop, **{name.replace(".", "__"): draw(st.sampled_from(values(name)))})
    origin, destination = draw(st.sampled_from(MOVES) | st.tuples(places, places))
    elsewhere = st.lists(places, min_size=1, max_size=2)
    hop = replace(
        hop,
        origin=origin,
        destination=destination,
        collected_in=tuple(draw(st.just([origin]) | st.just(list(hop.collected_in)) | elsewhere)),
        remote_access_from=tuple(draw(st.just([]) | st.lists(places, max_size=2))),
        consents=tuple(draw(st.lists(st.sampled_from(CONSENTS), max_size=1))),
        safeguards=tuple(draw(st.lists(safeguards(), max_size=3, unique_by=lambda each: each.id))),
        list_refs=tuple(draw(st.lists(lists(), max_size=2))),
        licence=draw(st.one_of(st.none(), st.just(GENEROUS), st.none(), st.just(GENEROUS), licences())),
    )
    return changed(
        hop,
        recipient__place=draw(st.just(destination) | places),
        counts__pi_count_cum=draw(counts),
        counts__sensitive_count_cum=draw(st.just(0) | counts),
        data__us_persons_12m=draw(counts),
        zone__retention_until=draw(st.none() | days),
    )
