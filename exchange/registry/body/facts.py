"""What happened to the seats of the management body."""

from exchange.kernel.bases import Digest, Fact, Line
from exchange.kernel.ids import Id
from exchange.kernel.panel import Constituency, MemberName
from exchange.kernel.time import Instant
from exchange.registry.approvals import Approvals


class MemberSeated(Fact, frozen=True):
    """Somebody holds the seat of a constituency, in place of whoever held it before.

    Shape: `site` tells this exchange from every other and is part of all that its members sign.
    """

    constituency: Constituency
    name: MemberName
    public_key: Digest
    valid_until: Instant
    by_id: Id
    site: Line
    approvals: Approvals


FACTS: tuple[type[Fact], ...] = (MemberSeated,)
