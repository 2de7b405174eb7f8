"""What may be asked about what is behind product versions."""

from exchange.kernel.bases import Command
from exchange.kernel.provenance import Provenance


class RecordProvenance(Command, frozen=True):
    """Remember what is behind a product version that was made in bond. Sent by a policy."""

    provenance: Provenance


COMMANDS: tuple[type[Command], ...] = (RecordProvenance,)
