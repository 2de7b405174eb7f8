"""What sessions and volumes are made of."""

from typing import Annotated, Literal, TypeAlias

import msgspec

from exchange.kernel.bases import Line
from exchange.kernel.ids import Id

Ability: TypeAlias = Literal["view", "annotate", "export", "clipboard", "print", "capture", "network"]
ABILITIES: tuple[Ability, ...] = ("view", "annotate", "export", "clipboard", "print", "capture", "network")
"""What a station may let its worker do."""
VIEW_ONLY: tuple[Ability, ...] = ("view", "annotate")
"""What a session on bonded data lets its worker do; everything else it does not. Source: seeds.md S1-13."""
Abilities = Annotated[tuple[Ability, ...], msgspec.Meta(min_length=1, max_length=len(ABILITIES))]
Breach: TypeAlias = Literal["export", "clipboard", "print", "capture", "network", "other"]
"""What a worker did, or tried, that a session does not let it do."""
Workers = Annotated[tuple[Id, ...], msgspec.Meta(max_length=500)]
"""Names that only their employer can tell the persons of."""
Mode: TypeAlias = Literal["read", "write"]
Step: TypeAlias = Literal["granted", "revoked", "sealed", "destroyed", "inspected"]
"""What a port does with a volume; it inspects without being told to."""
Basis: TypeAlias = Literal[
    "asked",
    "time",
    "fence",
    "suspended",
    "revoked",
    "retention",
    "gone",
    "job_ended",
    "incident",
    "pool",
    "station",
]
"""Why somebody sees or holds no more: it was asked for; its time is over; the fence answers otherwise since something
changed; the processor is suspended, or may not process there any more; the consignment's admission is revoked; its last
day is over; it has left the books; the job run ended; something went wrong; the worker left the pool; the station went
down or does more than it may."""
Sentences = Annotated[tuple[Line, ...], msgspec.Meta(max_length=20)]
Paths = Annotated[tuple[Line, ...], msgspec.Meta(max_length=50)]
