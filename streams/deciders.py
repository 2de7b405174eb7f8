"""All deciders of the exchange, put together once, at the door."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import exchange.bonded.decider
import exchange.delivery.decider
import exchange.market.decider
import exchange.registry.decider
from exchange.fence import load_rulesets
from exchange.kernel.decider import Decider


def all_deciders(commands_per_second: Mapping[str, int] | None = None) -> Mapping[str, Decider[Any]]:
    """Every context's decider by name, with the rulesets that this installation has.

    Shape: of some contexts a participant may ask `commands_per_second`; of the others what is usual there.
    """
    rates = commands_per_second or {}
    rulesets = load_rulesets()
    deciders: tuple[Decider[Any], ...] = (
        exchange.registry.decider.decider(rulesets),
        exchange.market.decider.decider(rulesets),
        exchange.delivery.decider.decider(),
        exchange.bonded.decider.decider(rulesets),
    )
    return {
        each.context: replace(
            each, commands_per_second_max=rates.get(each.context, each.commands_per_second_max)
        )
        for each in deciders
    }
