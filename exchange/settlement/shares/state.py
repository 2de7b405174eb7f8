"""What is remembered of revenue shares: agreements, and claims that no market has answered yet."""

import msgspec

from exchange.settlement.shares.facts import GuaranteeClaimed, RevenueShareAgreed, RevenueShareReported


class Agreement(msgspec.Struct):
    """An agreement.

    Units: `to_recoup_minor` of the guarantee is paid and not earned yet. Shape: `guaranteed` once the guarantee is
    paid, if there is one; `periods` are those reported.
    """

    agreed: RevenueShareAgreed
    guaranteed: bool
    to_recoup_minor: int = 0
    periods: set[str] = msgspec.field(default_factory=set)


class Shares(msgspec.Struct):
    """All agreements, and claims under way: of guarantees and of shares."""

    agreements: dict[str, Agreement] = msgspec.field(default_factory=dict)
    guarantees: dict[str, GuaranteeClaimed] = msgspec.field(default_factory=dict)
    reports: dict[str, RevenueShareReported] = msgspec.field(default_factory=dict)
