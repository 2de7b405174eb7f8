"""Decisions at the fence, beside the same rules written out by hand as a chain of statements."""

import gc
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from exchange.fence import Crossing, Ruleset, decide, load_rulesets, newest
from exchange.fence.engine import decide_plainly, settled
from exchange.fence.regimes import REGIMES
from tests.benchmarks.bench import Bench
from tests.benchmarks.intents import drawn, every_regime, golden
from tests.benchmarks.measures import Section, in_turn, ratio_of
from tests.benchmarks.peers import if_chain
from tests.benchmarks.plots import bars

DRAWN, SEED = 2_000, 20_261_102
OURS, PLAIN, CHAIN, BARE = "ours", "ours, every rule tried", "if-chain", "if-chain without the inputs' hash"
MIXED, ALL = "vectors and drawn crossings", "all eleven regimes at once"

Decide = Callable[[Crossing], Any]


def comparable(crossing: Crossing, ruleset: Ruleset) -> tuple[Any, ...]:
    """Our decision, as far as the chain says the same."""
    said = decide(crossing, ruleset)
    return (
        said.outcome.value,
        said.reason_codes,
        said.deciding_codes,
        said.note_codes,
        said.obligations,
        said.satisfied_by,
        tuple((hop.hop_no, hop.outcome.value, hop.reason_codes) for hop in said.per_hop),
        said.ruleset_version,
        said.inputs_digest,
    )


def differing(crossings: Sequence[Crossing], ruleset: Ruleset) -> list[Crossing]:
    """Those of which the two do not say the same."""
    return [each for each in crossings if comparable(each, ruleset) != tuple(if_chain.decide(each))]


def regimes_in(crossings: Sequence[Crossing], ruleset: Ruleset) -> frozenset[str]:
    """Every regime that applies to some hop of them."""
    return frozenset().union(*(settled(hop, ruleset).applying for each in crossings for hop in each.hops))


def measure(bench: Bench) -> Section:
    """Both sides on both sets, in turn."""
    ruleset = newest(load_rulesets())
    mixed = [*golden(), *drawn(max(200, int(DRAWN * bench.scale)), SEED)]
    sets: dict[str, list[Crossing]] = {MIXED: mixed, ALL: [every_regime()] * len(mixed)}
    for name, crossings in sets.items():
        if wrong := differing(crossings, ruleset):
            raise AssertionError(
                f"{name}: the chain and the engine differ on {len(wrong)}, the first: {wrong[0]}"
            )
        if regimes_in(crossings[-1:] if name == ALL else crossings, ruleset) != frozenset(REGIMES):
            raise AssertionError(f"{name}: not every regime applies")
    sides: dict[str, Decide] = {
        OURS: partial(decide, ruleset=ruleset),
        PLAIN: partial(decide_plainly, ruleset=ruleset),
        CHAIN: if_chain.decide,
        BARE: partial(if_chain.decide, hashed=False),
    }
    rates: dict[str, list[float]] = {f"{side}: {name}": [] for name in sets for side in sides}
    with bench.on_the_measured_core():
        for turn in range(bench.rounds):
            for name, crossings in sets.items():
                for side, decides in sides.items():
                    rates[f"{side}: {name}"].append(_rate(decides, crossings))
            ours, chain = (rates[f"{side}: {MIXED}"][-1] for side in (OURS, CHAIN))
            bench.say(f"fence: round {turn + 1}: ours {ours:,.0f}/s, if-chain {chain:,.0f}/s")
    return Section(
        key="fence",
        title="Decisions at the fence",
        settings={
            "crossings a round and set": len(mixed),
            "ruleset": ruleset.version,
            "rules": len(ruleset.rules),
        },
        figures=in_turn("decisions/s", rates),
        ratios=[
            ratio_of(
                f"{name}, ours / {peer}", rates[f"{OURS}: {name}"], rates[f"{peer}: {name}"], at_least=wanted
            )
            for name in sets
            for peer, wanted in ((CHAIN, 0.5), (BARE, None))
        ],
        checked=[
            "Before anything is timed both sides answer every crossing alike: outcome, all codes, duties, safeguards"
            " relied on, each hop, ruleset and hash of the inputs; and to each set all eleven regimes apply."
        ],
        said=[
            "A decision is what rules.md makes it: outcome, codes and safeguards with the ruleset's version and a hash"
            " of the inputs. Ours has beside that each rule that spoke with its source, what is missing, and until when"
            " the answer holds. It goes ways through the rules that it knows; with every rule tried it is the plain"
            " engine, which the tests compare it with."
        ],
        plots=[bars(bench.plots / "fence.svg", "Decisions at the fence", "decisions/s", rates)],
    )


def _rate(decides: Decide, crossings: Sequence[Crossing]) -> float:
    """Decisions per second of CPU. The first few are not counted."""
    for each in crossings[:200]:
        decides(each)
    gc.collect()
    gc.freeze()
    began = time.process_time()
    for each in crossings:
        decides(each)
    seconds = time.process_time() - began
    gc.unfreeze()
    return len(crossings) / seconds
