"""An amount among several, to the last minor unit. Source: settlement.md section 5 (3)."""

from collections.abc import Iterable

from exchange.kernel.share_parts import SharePart
from exchange.settlement.shares.commands import Beneficiary


def split(amount_minor: int, among: Iterable[Beneficiary]) -> tuple[SharePart, ...]:
    """Floor each part, then give what is left to the largest remainders; ties to the lower share id."""
    shares = sorted(among, key=lambda each: each.share_id)
    whole = sum(each.weight for each in shares)
    parts = [divmod(amount_minor * each.weight, whole) for each in shares]
    left = amount_minor - sum(floor for floor, _ in parts)
    largest = sorted(range(len(parts)), key=lambda place: -parts[place][1])[:left]
    return tuple(
        SharePart(
            share_id=each.share_id,
            participant_id=each.participant_id,
            amount_minor=parts[place][0] + (place in largest),
        )
        for place, each in enumerate(shares)
    )
