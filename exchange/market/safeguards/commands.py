"""What a market is told of safeguards."""

from exchange.kernel.bases import Command
from exchange.kernel.safeguard import SafeguardTerms


class BringSafeguard(Command, frozen=True):
    """Remember a safeguard as it stands now. Sent by a policy."""

    safeguard: SafeguardTerms


COMMANDS: tuple[type[Command], ...] = (BringSafeguard,)
