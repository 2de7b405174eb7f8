"""What happened about what is behind product versions."""

from exchange.kernel.bases import Fact
from exchange.kernel.provenance import Provenance


class ProvenanceRecorded(Fact, frozen=True):
    """From now on the fence is asked about this product version with what is behind it."""

    provenance: Provenance


FACTS: tuple[type[Fact], ...] = (ProvenanceRecorded,)
