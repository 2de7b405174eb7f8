"""Sessions on view-only stations, and fenced volumes, through the door to the business zones."""

from exchange.bonded.commands import OfferOutput
from exchange.bonded.facts import CaseOpened, OutputOffered
from exchange.bonded.fenced.commands import (
    DeclarePool,
    DestroyVolume,
    EndSession,
    GrantVolume,
    OpenSession,
    RecordStation,
    ReportBreach,
    ReportEnforcement,
    RevokeVolume,
)
from exchange.bonded.fenced.facts import (
    EnforcementReported,
    PoolDeclared,
    SessionEnded,
    SessionOpened,
    StationRecorded,
    VolumeCondemned,
    VolumeGranted,
    VolumeRevoked,
)
from exchange.bonded.fenced.words import Breach
from exchange.sdk.door import Door
from exchange.sdk.zones import place_of
from streams.deadline import DEADLINE_S


class FencedRooms(Door):
    """Lets workers see data, and pools have volumes."""

    async def declare_pool(
        self, command: DeclarePool, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PoolDeclared:
        """Say who works in a pool, as its processor."""
        return await self._fact(PoolDeclared, "bonded", command.zone_id, command, id, deadline_s)

    async def record_station(
        self, command: RecordStation, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> StationRecorded:
        """Say what a station lets its worker do, as an operator."""
        return await self._fact(StationRecorded, "bonded", command.zone_id, command, id, deadline_s)

    async def open_session(
        self, command: OpenSession, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SessionOpened:
        """Let a worker see something. Raises: Refusal where the fence does not let it, with its codes."""
        named = command.job_run_id or next((each.consignment_id for each in command.items), "")
        return await self._fact(SessionOpened, "bonded", place_of(named), command, id, deadline_s)

    async def end_session(
        self, session_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SessionEnded:
        """Let a worker see nothing more."""
        command = EndSession(session_id=session_id, grounds=grounds)
        return await self._fact(SessionEnded, "bonded", place_of(session_id), command, id, deadline_s)

    async def report_breach(
        self,
        session_id: str,
        breach: Breach,
        statement: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> CaseOpened:
        """Say that a worker did in a session what none lets it do; it ends."""
        command = ReportBreach(session_id=session_id, breach=breach, statement=statement)
        return await self._fact(CaseOpened, "bonded", place_of(session_id), command, id, deadline_s)

    async def grant_volume(
        self, command: GrantVolume, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> VolumeGranted:
        """Open a volume to a pool. Raises: Refusal where the fence does not let it, with its codes."""
        place = place_of(command.subject_id)
        return await self._fact(VolumeGranted, "bonded", place, command, id, deadline_s)

    async def revoke_volume(
        self, volume_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> VolumeRevoked:
        """Close a volume to everybody."""
        command = RevokeVolume(volume_id=volume_id, grounds=grounds)
        return await self._fact(VolumeRevoked, "bonded", place_of(volume_id), command, id, deadline_s)

    async def destroy_volume(
        self, volume_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> VolumeCondemned:
        """Have what is on a volume deleted."""
        command = DestroyVolume(volume_id=volume_id, grounds=grounds)
        return await self._fact(VolumeCondemned, "bonded", place_of(volume_id), command, id, deadline_s)

    async def report_enforcement(
        self, command: ReportEnforcement, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> EnforcementReported:
        """Say what the port that guards a volume did and found."""
        place = place_of(command.volume_id)
        return await self._fact(EnforcementReported, "bonded", place, command, id, deadline_s)

    async def offer_output(
        self,
        output_id: str,
        product_id: str,
        version: str,
        *,
        foreign_authority_request: bool = False,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> OutputOffered:
        """Say which product version an output is: the markets are told what is behind it."""
        command = OfferOutput(
            output_id=output_id,
            product_id=product_id,
            version=version,
            foreign_authority_request=foreign_authority_request,
        )
        return await self._fact(OutputOffered, "bonded", place_of(output_id), command, id, deadline_s)
