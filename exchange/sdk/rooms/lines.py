"""Lines through the doors: who records and measures them, and who leads what was sold of one another way round."""

from collections.abc import Sequence
from hashlib import blake2b

from exchange.market.lines.commands import EndReroute, MeasureLine, RecordLine, RerouteLine
from exchange.market.lines.facts import LineMeasured, LineRecorded, LineRerouted, RerouteEnded
from exchange.sdk.door import Door
from streams.deadline import DEADLINE_S


class LineKeeper(Door):
    """Says what lines there are."""

    async def record_line(
        self, market_id: str, line: RecordLine, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> LineRecorded:
        """Say what a line connects and promises, or how it stands now."""
        return await self._fact(LineRecorded, "market", market_id, line, id, deadline_s)


class LineMeter(Door):
    """Says how good lines were."""

    async def measure_line(
        self,
        market_id: str,
        link_id: str,
        from_at: int,
        hours: int = 1,
        *,
        rtt_ms: int,
        loss_ppm: int,
        throughput_mbps: int,
        evidence: bytes,
        correct_on: str | None = None,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> LineMeasured:
        """Say how good a line was in whole hours; of the evidence only its BLAKE2b-256 leaves whoever measured.

        Shape: `correct_on` names the grounds on which what was said of these hours before is corrected.
        """
        command = MeasureLine(
            link_id=link_id,
            from_at=from_at,
            hours=hours,
            rtt_ms=rtt_ms,
            loss_ppm=loss_ppm,
            throughput_mbps=throughput_mbps,
            evidence=blake2b(evidence, digest_size=32).digest(),
            corrects=correct_on is not None,
            grounds=correct_on or "",
        )
        return await self._fact(LineMeasured, "market", market_id, command, id, deadline_s)


class LineRunner(Door):
    """Runs lines."""

    async def reroute_line(
        self,
        market_id: str,
        instrument_id: str,
        link_id: str,
        via: Sequence[str],
        *,
        until: int,
        grounds: str,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> LineRerouted:
        """Lead what was sold of a line over others for a while, if the fence lets it pass where these lead."""
        command = RerouteLine(
            instrument_id=instrument_id, link_id=link_id, via=tuple(via), until=until, grounds=grounds
        )
        return await self._fact(LineRerouted, "market", market_id, command, id, deadline_s)

    async def end_reroute(
        self,
        market_id: str,
        instrument_id: str,
        link_id: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> RerouteEnded:
        """Lead it over its own line again."""
        command = EndReroute(instrument_id=instrument_id, link_id=link_id)
        return await self._fact(RerouteEnded, "market", market_id, command, id, deadline_s)
