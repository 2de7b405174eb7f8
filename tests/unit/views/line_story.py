"""What happens to a line, as facts."""

from exchange.kernel.bases import Fact
from exchange.kernel.time import DAY, HOUR
from exchange.market.lines import facts as lines

LINK, KEEPER, METER = "LK-HK", "LN-CN-01", "AS-CN-01"
ADMITTED = lines.RouteDecision(
    outcome="ALLOW",
    codes=("NO_RULE_APPLIES",),
    missing=(),
    obligations=(),
    ruleset_version="2026.11.0",
    ruleset_digest="00" * 32,
    inputs_digest="00" * 32,
)


def a_recorded_line() -> lines.LineRecorded:
    """30 ms and 50 ppm are promised."""
    return lines.LineRecorded(
        link_id=LINK,
        operator_id=KEEPER,
        places=("CN-LG", "HK"),
        kind="dedicated",
        state="in_service",
        capacity_mbps=100_000,
        rtt_ms_max=30,
        loss_ppm_max=50,
    )


def a_line(mine: str, at: int) -> tuple[Fact, ...]:
    """A line that was worse than promised for two hours, of which a buyer waits for credit, and a way round."""
    measured = lines.LineMeasured(
        measurement_id=f"LM-{mine}60.0",
        link_id=LINK,
        from_at=at,
        hours=2,
        rtt_ms=28,
        loss_ppm=80,
        throughput_mbps=41_000,
        broken=("loss",),
        by_id=METER,
        evidence=bytes(32),
        corrects=False,
        grounds="",
    )
    waits = lines.LineCreditDeferred(
        trade_id=f"T-{mine}61.0",
        entitlement_id=f"E-{mine}61.0",
        link_id=LINK,
        buyer_id="BU-JP-01",
        seller_id=KEEPER,
        starts_at=at,
        ends_at=at + 30 * DAY,
        hours=2,
        term_hours=720,
    )
    rerouted = lines.LineRerouted(
        route_id=f"LR-{mine}62.0",
        instrument_id="LK-HK-202611",
        link_id=LINK,
        via=("LK-SG", "LK-SH"),
        places=("CN-LG", "SG", "HK"),
        until=at + HOUR,
        by_id=KEEPER,
        grounds="Repair.",
        decision=ADMITTED,
    )
    return a_recorded_line(), measured, waits, rerouted
