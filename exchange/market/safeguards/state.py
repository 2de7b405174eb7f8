"""What a market remembers of safeguards, found by whom they are between."""

from collections.abc import Iterator

import msgspec

from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.safeguard import SafeguardTerms


class Safeguards(msgspec.Struct):
    """All that were brought, by id; the ids by their parties, and those of each recipient that is named."""

    held: dict[Id, SafeguardTerms] = msgspec.field(default_factory=dict)
    by_pair: dict[str, list[Id]] = msgspec.field(default_factory=dict)
    by_recipient: dict[ParticipantId, list[Id]] = msgspec.field(default_factory=dict)


def pair_of(exporter_id: str | None, recipient_id: str | None) -> str:
    """Two parties as one name; None is anybody."""
    return f"{exporter_id or '*'} {recipient_id or '*'}"


def between(safeguards: Safeguards, exporter_id: str, recipient_id: str) -> Iterator[SafeguardTerms]:
    """Those that may matter to what one hands to the other: named or open, and contracts that work in both ways."""
    for pair in ((exporter_id, recipient_id), (exporter_id, None), (None, recipient_id)):
        for name in safeguards.by_pair.get(pair_of(*pair), ()):
            yield safeguards.held[name]
    for name in safeguards.by_pair.get(pair_of(recipient_id, exporter_id), ()):
        if safeguards.held[name].kind == "GBA-SC":
            yield safeguards.held[name]


def own_safeguards(safeguards: Safeguards, recipient_id: str) -> tuple[str, ...]:
    """Those that name a recipient, and so tell it apart from all others."""
    return tuple(safeguards.by_recipient.get(recipient_id, ()))
