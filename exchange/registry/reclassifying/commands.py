"""What may be asked about what a product version is."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Command
from exchange.kernel.descent import Inherited
from exchange.kernel.ids import ParticipantId, ProductId
from exchange.kernel.product import DataTraits, Version
from exchange.kernel.safeguard import SafeguardType


class ReclassifyProduct(Command, frozen=True):
    """Say that a registered product version is other data than was described; what rests on it is decided again.

    Shape: `traits` are the whole description from now on; `evidence_digest` is the BLAKE2b-256 of what shows it. Its
    seller may say that more is to be asked of it, the counter or an operator also that less is.
    """

    product_id: ProductId
    version: Version
    traits: DataTraits
    grounds: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
    evidence_digest: Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]


class RecordReceived(Command, frozen=True):
    """Remember that a participant has data under safeguards that bind it onward; asked by the exchange itself.

    Shape: what it makes of that product version is bound by these kinds too. Source: rules.md, CN-23D.
    """

    participant_id: ParticipantId
    product_id: ProductId
    version: Version
    received_under: Annotated[tuple[SafeguardType, ...], msgspec.Meta(min_length=1, max_length=15)]


class RecordCarried(Command, frozen=True):
    """Remember what a product version that was made in bond carries, as its zone says; asked by the exchange itself.

    Shape: `carried` is all of it; it says nothing of a version that is another seller's.
    """

    product_id: ProductId
    version: Version
    seller_id: ParticipantId
    carried: Inherited


COMMANDS: tuple[type[Command], ...] = (ReclassifyProduct, RecordReceived, RecordCarried)
