"""The rulesets shipped with the exchange."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from exchange.fence.parsing import parse_ruleset
from exchange.fence.ruleset import Ruleset


@cache
def load_rulesets() -> Mapping[str, Ruleset]:
    """Read every ruleset of the package, by the digest of its text: once, for all who ask.

    Raises: Misuse naming the file and the rule that is not in order.
    """
    folder = files("exchange.fence") / "rulesets"
    shipped = sorted(
        (each for each in folder.iterdir() if each.name.endswith(".yaml")), key=lambda each: each.name
    )
    parsed = [parse_ruleset(each.read_text(encoding="utf-8")) for each in shipped]
    return {ruleset.digest: ruleset for ruleset in parsed}
