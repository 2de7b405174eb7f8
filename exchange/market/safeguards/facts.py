"""What a market came to know of safeguards."""

from exchange.kernel.bases import Fact
from exchange.kernel.safeguard import SafeguardTerms


class SafeguardBrought(Fact, frozen=True):
    """A safeguard is known here, or stands otherwise."""

    safeguard: SafeguardTerms


FACTS: tuple[type[Fact], ...] = (SafeguardBrought,)
