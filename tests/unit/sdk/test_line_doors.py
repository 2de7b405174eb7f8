"""The doors to lines: each asks the market, and gives the fact that says what happened."""

from hashlib import blake2b
from typing import Any

import pytest

from exchange.kernel.time import HOUR
from exchange.sdk import Refusal
from exchange.sdk.assessor import Assessor
from exchange.sdk.operator import Operator
from exchange.sdk.seller import Seller
from tests.unit.market.line_stage import ASSESSOR, BOOK, ENDS, LINE, WORSE, a_line, a_line_market
from tests.unit.market.stage import OPERATOR
from tests.unit.sdk.test_quotes_doors import Asking

MARKET = "M-DATA"
READING: dict[str, Any] = {"rtt_ms": 28, "throughput_mbps": 41_000, "evidence": b"hour,loss\n3,80\n"}


async def test_a_line_is_recorded_measured_corrected_and_gone_round_through_the_doors() -> None:
    client: Any = Asking(a_line_market())
    operator, assessor, seller = Operator(client, OPERATOR), Assessor(client, ASSESSOR), Seller(client, LINE)
    for line in (a_line("LK-SG", "CN-LG", "SG"), a_line("LK-SH", "SG", "HK")):
        assert (await operator.record_line(MARKET, line)).link_id == line.link_id
    client.stage.at = WORSE + 3 * HOUR
    measured = await assessor.measure_line(MARKET, "LK-HK", WORSE, 2, loss_ppm=80, **READING)
    assert measured.broken == ("loss",)
    assert measured.evidence == blake2b(READING["evidence"], digest_size=32).digest()
    with pytest.raises(Refusal, match="LINE_MEASURED"):
        await assessor.measure_line(MARKET, "LK-HK", WORSE, loss_ppm=80, **READING)
    corrected = await operator.measure_line(
        MARKET, "LK-HK", WORSE, 2, loss_ppm=1, correct_on="A faulty probe.", **READING
    )
    assert (corrected.corrects, corrected.grounds, corrected.broken) == (True, "A faulty probe.", ())
    taken = await seller.reroute_line(
        MARKET, BOOK, "LK-HK", ["LK-SG", "LK-SH"], until=ENDS, grounds="Repair."
    )
    assert taken.places == ("CN-LG", "SG", "HK")
    assert (await operator.end_reroute(MARKET, BOOK, "LK-HK")).route_id == taken.route_id
