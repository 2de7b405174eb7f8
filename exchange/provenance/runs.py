"""From facts to runs, one after the other."""

from collections.abc import Callable, Iterable

from exchange.kernel.bases import Fact, Recorded
from exchange.provenance.bonded_runs import BONDED_RUNS
from exchange.provenance.known import Known
from exchange.provenance.model import Run
from exchange.provenance.place import Place
from exchange.provenance.trade_runs import TRADE_RUNS

CONTEXTS = ("registry", "market", "bonded", "delivery")
"""Whose journals tell of runs, in the order in which they are read: what is named later was told before."""

_RUNS: dict[type[Fact], Callable[..., Iterable[Run]]] = {**TRADE_RUNS, **BONDED_RUNS}


def runs_of(known: Known, context: str, partition: int, recorded: Recorded) -> tuple[Run, ...]:
    """What one fact says of runs, and have it remembered; nothing for most."""
    meta, fact = recorded
    known.take(fact)
    told = _RUNS.get(type(fact))
    if told is None:
        return ()
    return tuple(told(known, Place(context, partition, meta.seq, meta.at, meta.actor), fact))
