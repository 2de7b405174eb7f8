"""What a zone remembers of attestations, published lists and groups that were found to split."""

import msgspec

from exchange.kernel.attestation import AttestationTerms
from exchange.kernel.ids import Id
from exchange.kernel.lists import ListTerms


class Told(msgspec.Struct):
    """All that the registry told.

    Shape: `attestations` by what they are about or whose controls, without those withdrawn; `registered`
    are product versions by the list under which they are; `splitting` the years in which a beneficial owner's group
    was found to split.
    """

    attestations: dict[str, dict[Id, AttestationTerms]] = msgspec.field(default_factory=dict)
    lists: dict[Id, ListTerms] = msgspec.field(default_factory=dict)
    registered: dict[Id, list[str]] = msgspec.field(default_factory=dict)
    splitting: dict[Id, list[int]] = msgspec.field(default_factory=dict)
