"""What may be asked about the seats of the management body."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Command
from exchange.kernel.panel import Constituency, MemberName
from exchange.kernel.time import Instant
from exchange.registry.approvals import Approvals


class SeatMember(Command, frozen=True):
    """Give the seat of a constituency to somebody, who signs with this key until `valid_until`.

    Shape: `public_key` is Ed25519; once all three seats have been held, the members of the other two who hold theirs
    sign `exchange.registry.body.signing.seat_bytes`.
    """

    constituency: Constituency
    name: MemberName
    public_key: Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
    valid_until: Instant
    approvals: Approvals = ()


COMMANDS: tuple[type[Command], ...] = (SeatMember,)
