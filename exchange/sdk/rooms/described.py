"""What participants and product versions are known to be, through the doors of those who may say so."""

from exchange.registry.participants.commands import UpdateParticipant
from exchange.registry.participants.facts import ParticipantUpdated
from exchange.registry.reclassifying.commands import ReclassifyProduct
from exchange.registry.reclassifying.facts import ProductReclassified
from exchange.sdk.door import REGISTRY, Door
from streams.deadline import DEADLINE_S


class Describing(Door):
    """Describes participants anew."""

    async def update(
        self, changes: UpdateParticipant, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ParticipantUpdated:
        """Say what is otherwise of a participant; every market and zone knows it when this returns."""
        return await self._fact(ParticipantUpdated, "registry", REGISTRY, changes, id, deadline_s)


class Reclassifying(Door):
    """Says that product versions are other data."""

    async def reclassify(
        self, word: ReclassifyProduct, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ProductReclassified:
        """Say what a product version is; every market and zone knows it when this returns."""
        return await self._fact(ProductReclassified, "registry", REGISTRY, word, id, deadline_s)
