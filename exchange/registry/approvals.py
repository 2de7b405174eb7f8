"""What a member of the management body signs with its name: an approval."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Value
from exchange.kernel.panel import MemberName


class Approval(Value, frozen=True):
    """A member's signature over what is proposed. Shape: Ed25519, by the key that the member was seated with."""

    member: MemberName
    signature: Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]


Approvals = Annotated[tuple[Approval, ...], msgspec.Meta(max_length=9)]
