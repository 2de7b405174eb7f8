"""What the fence says of a listing as a whole."""

from typing import Literal, TypeAlias

from exchange.kernel.bases import Line, Names, Value

Verdict: TypeAlias = Literal["open", "wanting", "nowhere"]


class Destinations(Value, frozen=True):
    """Where a listing could be sold as it came on sale: the fence's answer for the place and purpose it likes best.

    Shape: `open`, somebody who is there could buy it as things stand; `wanting`, nobody can yet, and `codes` (those
    that decide first), `missing`, `obligations` and `safeguards`, kinds that would count, say what is wanting;
    `demanded` are the codes of a filing or an assessment beside a REVIEW; `nowhere`, every place that its licence
    permits is barred, whatever a buyer brings, and `codes` are those of all.
    """

    verdict: Verdict
    destination: Line
    purpose: Line
    outcome: Line
    codes: Names
    missing: Names
    obligations: Names
    safeguards: Names
    ruleset_version: Line
    ruleset_digest: Line
    inputs_digest: Line
    demanded: Names = ()
