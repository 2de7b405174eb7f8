"""`fence`: what may cross which border, decided, explained, tried with other rules, and by whose word these hold."""

import click

from exchange.cli.fence_activating import activate, propose, sign
from exchange.cli.fence_body import seat, seats
from exchange.cli.fence_deciding import decide
from exchange.cli.fence_explaining import explain
from exchange.cli.fence_matrix import matrix
from exchange.cli.fence_replaying import replay
from exchange.cli.fence_rules import check, rules
from exchange.cli.options import example


@click.group(
    epilog=example(
        "exchange fence decide < intents.jsonl > decisions.jsonl",
        "exchange fence explain D-0.17.0",
        "exchange fence replay --ruleset candidate.yaml",
    )
)
def fence() -> None:
    """Decide crossings, explain decisions, and try other rules on them.

    Rulesets are software defaults and no legal advice; every answer names its rule, source and version.
    """


for each in (decide, explain, matrix, replay, rules, check, propose, sign, activate, seats, seat):
    fence.add_command(each)
