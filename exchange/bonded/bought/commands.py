"""What a business zone is told of product versions that are other data."""

from exchange.kernel.bases import Command, Text
from exchange.kernel.descent import Inherited
from exchange.kernel.ids import ParticipantId, ProductId
from exchange.kernel.product import DataTraits, Version
from exchange.kernel.safeguard import ReceivedUnder


class RecordProductTraits(Command, frozen=True):
    """Remember what a product version is known to be now, for what is here of it. Sent by a policy.

    Shape: `traits` None leaves them as they are; `inherited` is what is found of its upstream and is not in its traits;
    `received_under` are the kinds of safeguards that bind it.
    """

    product_id: ProductId
    version: Version
    traits: DataTraits | None
    inherited: Inherited
    grounds: Text
    received_under: ReceivedUnder = ()


class RecordProductRegistered(Command, frozen=True):
    """Remember that a product version was registered, so that data may be said to be of it. Sent by a policy.

    Shape: `traits` are what it was registered as, None where nobody said; `received_under` as in `RecordProductTraits`.
    """

    product_id: ProductId
    version: Version
    traits: DataTraits | None = None
    received_under: ReceivedUnder = ()


class RecordProductCarried(Command, frozen=True):
    """Remember what a product version that was made in bond carries, as its zone says. Sent by a policy."""

    product_id: ProductId
    version: Version
    carried: Inherited
    grounds: Text


class RecordProductReceived(Command, frozen=True):
    """Remember that a participant has a product version under safeguards that bind it onward. Sent by a policy.

    Source: rules.md, CN-23D.
    """

    participant_id: ParticipantId
    product_id: ProductId
    version: Version
    received_under: ReceivedUnder


COMMANDS: tuple[type[Command], ...] = (
    RecordProductTraits,
    RecordProductRegistered,
    RecordProductCarried,
    RecordProductReceived,
)
