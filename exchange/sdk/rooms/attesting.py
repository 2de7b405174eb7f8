"""Giving one's word with evidence, and doubting that of others, through the door to safeguards."""

from exchange.registry.attesting.commands import (
    Attest,
    DoubtAttestation,
    UpholdAttestation,
    WithdrawAttestation,
)
from exchange.registry.attesting.facts import (
    AttestationDoubted,
    AttestationGiven,
    AttestationUpheld,
    AttestationWithdrawn,
)
from exchange.sdk.door import REGISTRY, Door
from streams.deadline import DEADLINE_S


class Attesting(Door):
    """Gives its word, doubts and upholds that of others."""

    async def attest(
        self, word: Attest, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> AttestationGiven:
        """Give one's word of a fact that crossings rest on, as whoever hands over or takes over."""
        return await self._fact(AttestationGiven, "registry", REGISTRY, word, id, deadline_s)

    async def doubt_attestation(
        self, attestation_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> AttestationDoubted:
        """Doubt a word, in office; whatever rests on it is decided again without it."""
        command = DoubtAttestation(attestation_id=attestation_id, grounds=grounds)
        return await self._fact(AttestationDoubted, "registry", REGISTRY, command, id, deadline_s)

    async def uphold_attestation(
        self, attestation_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> AttestationUpheld:
        """Let a word count again that was doubted, as the counter or the governance."""
        command = UpholdAttestation(attestation_id=attestation_id, grounds=grounds)
        return await self._fact(AttestationUpheld, "registry", REGISTRY, command, id, deadline_s)

    async def withdraw_attestation(
        self, attestation_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> AttestationWithdrawn:
        """Take one's own word back, for good."""
        command = WithdrawAttestation(attestation_id=attestation_id, grounds=grounds)
        return await self._fact(AttestationWithdrawn, "registry", REGISTRY, command, id, deadline_s)
