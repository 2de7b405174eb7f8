"""Who says what a line promises and how good it was, and what is refused of it."""

from typing import Any

import pytest
from msgspec.structs import replace

from exchange.kernel.bases import Command
from exchange.kernel.protocol import Refused
from exchange.kernel.time import DAY, HOUR
from exchange.market.commands import (
    AcceptDelivery,
    BookRules,
    InstrumentTerms,
    RecordParticipant,
    RecordStanding,
    Side,
)
from exchange.market.facts import TradeMatched
from exchange.market.lines import recording
from exchange.market.lines.facts import LineBreached, LineCredited, LineMeasured, LineRecorded
from tests.unit.market.line_stage import (
    ASSESSOR,
    BEGINS,
    ENDS,
    HOLDER,
    LINE,
    SETTLED,
    WORSE,
    a_line,
    a_line_market,
    a_measurement,
    a_month,
    a_way_round,
    an_order,
    bought,
    measured,
    until,
)
from tests.unit.market.stage import OPERATOR, Stage, a_standing, licence, refusal, the

LATER = WORSE + 3 * HOUR


def reason(stage: Stage, actor: str, command: Command) -> tuple[str, str]:
    """Why it is refused, and of what."""
    refused: Refused = refusal(stage.ask(actor, command))
    return refused.reason, refused.subject


def test_a_line_is_recorded_and_how_it_stands_is_said_again() -> None:
    stage = a_line_market()
    bought(stage)
    (recorded,) = stage.ask(OPERATOR, a_line(state="down", rtt_ms_max=25))
    assert isinstance(recorded, LineRecorded)
    assert (recorded.state, recorded.rtt_ms_max) == ("down", 25)
    assert stage.market.lines.lines["LK-HK"].recorded is recorded


@pytest.mark.parametrize(
    ("actor", "changed", "expected"),
    [
        ("SE-XX-01", {}, ("PARTICIPANT_UNKNOWN", "SE-XX-01")),
        (LINE, {}, ("ROLE_MISSING", LINE)),
        (OPERATOR, {"operator_id": "LN-XX-01"}, ("PARTICIPANT_UNKNOWN", "LN-XX-01")),
        (OPERATOR, {"places": ("HK", "HK")}, ("LINE_PATH_BROKEN", "LK-HK")),
        (OPERATOR, {"loss_ppm_max": 51}, ("LINE_PROMISED", "LK-HK")),
        (OPERATOR, {"rtt_ms_max": 31}, ("LINE_PROMISED", "LK-HK")),
        (OPERATOR, {"places": ("CN-LG", "SG")}, ("LINE_PROMISED", "LK-HK")),
    ],
)
def test_what_is_said_of_a_line_may_be_refused(
    actor: str, changed: dict[str, Any], expected: tuple[str, str]
) -> None:
    stage = a_line_market()
    bought(stage)
    assert reason(stage, actor, a_line(**changed)) == expected


def test_a_line_promises_less_once_nobody_has_a_right_to_it() -> None:
    stage = a_line_market()
    bought(stage)
    stage.at = SETTLED
    assert the(LineRecorded, stage.ask(OPERATOR, a_line(loss_ppm_max=51))).loss_ppm_max == 51


def test_so_many_lines_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = a_line_market()
    monkeypatch.setattr(recording, "LINES_MAX", 1)
    assert reason(stage, OPERATOR, a_line("LK-SG", "CN-LG", "SG")) == ("LINES_TOO_MANY", "LK-SG")
    the(LineRecorded, stage.ask(OPERATOR, a_line(state="down")))


@pytest.mark.parametrize(
    ("actor", "changed", "expected"),
    [
        ("AS-XX-01", {}, ("PARTICIPANT_UNKNOWN", "AS-XX-01")),
        (LINE, {}, ("ROLE_MISSING", LINE)),
        (HOLDER, {}, ("ROLE_MISSING", HOLDER)),
        (ASSESSOR, {"link_id": "LK-XX"}, ("LINE_UNKNOWN", "LK-XX")),
        (ASSESSOR, {"from_at": WORSE + 1}, ("LINE_HOURS", "LK-HK")),
        (ASSESSOR, {"from_at": LATER}, ("LINE_HOURS", "LK-HK")),
        (ASSESSOR, {"from_at": LATER - 3 * DAY - HOUR}, ("LINE_HOURS", "LK-HK")),
        (ASSESSOR, {"throughput_mbps": 100_001}, ("LINE_CAPACITY", "LK-HK")),
        (OPERATOR, {"corrects": True, "grounds": "Wrong."}, ("LINE_HOURS", "LK-HK")),
    ],
)
def test_a_measurement_may_be_refused(actor: str, changed: dict[str, Any], expected: tuple[str, str]) -> None:
    stage = a_line_market()
    stage.at = LATER
    assert reason(stage, actor, a_measurement(**changed)) == expected


def test_the_last_hour_that_may_be_measured_is_the_one_of_three_days_ago() -> None:
    stage = a_line_market()
    stage.at = LATER - 1
    the(LineMeasured, stage.ask(ASSESSOR, a_measurement(from_at=LATER - 3 * DAY - HOUR)))


def test_an_hour_is_measured_once_and_corrected_by_an_operator_on_grounds() -> None:
    stage = a_line_market()
    measured(stage)
    assert reason(stage, ASSESSOR, a_measurement(hours=1)) == ("LINE_MEASURED", "LK-HK")
    assert reason(stage, ASSESSOR, a_measurement(corrects=True, grounds="Wrong.")) == (
        "ROLE_MISSING",
        ASSESSOR,
    )
    assert reason(stage, OPERATOR, a_measurement(corrects=True)) == ("GROUNDS_MISSING", "LK-HK")
    worse = stage.ask(OPERATOR, a_measurement(corrects=True, grounds="Read again.", loss_ppm=1_000_000))
    assert the(LineBreached, worse).loss_ppm == 1_000_000


def test_who_runs_a_line_does_not_measure_it_under_another_name() -> None:
    stage = a_line_market()
    stage.told(
        RecordParticipant(standing=a_standing("AS-CN-02", "CN", "assessor", beneficial_owner=f"UBO-{LINE}")),
        RecordStanding(participant_id=ASSESSOR, active=False),
    )
    stage.at = LATER
    assert reason(stage, "AS-CN-02", a_measurement()) == ("CONFLICT_OF_INTEREST", "LK-HK")
    assert reason(stage, ASSESSOR, a_measurement()) == ("PARTICIPANT_SUSPENDED", ASSESSOR)


def test_hours_are_remembered_for_as_long_as_a_right_may_last() -> None:
    stage = a_line_market()
    measured(stage)
    line = stage.market.lines.lines["LK-HK"]
    assert len(line.measured) == len(line.worse) == 2
    measured(stage, from_at=WORSE + 400 * DAY, at=WORSE + 401 * DAY, hours=1, loss_ppm=0)
    assert (len(line.measured), len(line.worse)) == (1, 0)


def test_terms_without_a_worse_hour_are_forgotten_as_the_next_hour_is_measured() -> None:
    stage = a_line_market()
    bought(stage)
    measured(stage, from_at=BEGINS, at=BEGINS + DAY, hours=1, loss_ppm=0)
    assert len(stage.market.lines.terms) == 1
    measured(stage, from_at=ENDS + 3 * DAY, at=ENDS + 4 * DAY, hours=1, loss_ppm=0)
    assert not stage.market.lines.terms
    assert not stage.market.lines.of_line


def test_rights_that_each_begin_at_another_time_are_forgotten_too_once_they_are_over() -> None:
    """A line that is sold for the term of its licence, not for a window."""
    rules = BookRules(kind="bandwidth", delivery_place="LK-HK", capacity_needed=True)
    stage = a_line_market(a_month(rules=rules))
    for _ in range(3):
        stage.at += HOUR
        bought(stage)
    assert len(stage.market.lines.terms) == 3
    stage.at += 40 * DAY
    bought(stage)
    assert len(stage.market.lines.terms) == len(stage.market.lines.of_line["LK-HK"]) == 1


def test_a_right_that_lasts_longer_than_hours_are_remembered_is_not_followed() -> None:
    rules = BookRules(kind="bandwidth", delivery_place="LK-HK", capacity_needed=True)
    stage = a_line_market(a_month(rules=rules, licence=licence(term_days=367)))
    bought(stage)
    assert not stage.market.lines.terms


def a_listing(**changed: Any) -> InstrumentTerms:
    """A line that its seller has listed at a posted price: it names no place of delivery."""
    values: dict[str, Any] = {
        "instrument_id": "L-0.9.0",
        "listing_id": "L-0.9.0",
        "seller_id": LINE,
        "posted_price": 600_000,
        "unit": "Mbps-month",
        "rules": BookRules(kind="bandwidth"),
    }
    return a_month(**(values | changed))


def test_what_is_sold_by_a_listing_is_of_the_line_that_is_recorded_for_it() -> None:
    stage = a_line_market(a_month(), a_listing())
    the(LineRecorded, stage.ask(OPERATOR, a_line(sold_as=("L-0.9.0",))))
    bid = replace(an_order(Side.BID, 1), instrument_id="L-0.9.0")
    trade = the(TradeMatched, stage.ask(HOLDER, bid))
    stage.ask(HOLDER, AcceptDelivery(trade_id=trade.trade_id))
    measured(stage)
    credited = the(LineCredited, until(stage, SETTLED + 31 * DAY))
    assert (credited.instrument_id, credited.hours, credited.term_hours) == ("L-0.9.0", 2, 744)
    the(LineRecorded, stage.ask(OPERATOR, a_line()))
    assert stage.market.lines.sold_as == {}


def test_only_a_listing_of_no_other_line_is_sold_of_one() -> None:
    stage = a_line_market(a_month(), a_listing())
    stage.ask(OPERATOR, a_line("LK-SG", "CN-LG", "SG", sold_as=("L-0.9.0",)))
    assert reason(stage, OPERATOR, a_line(sold_as=("L-0.9.0",))) == ("LINE_NOT_SOLD", "L-0.9.0")
    assert reason(stage, OPERATOR, a_line(sold_as=("LK-HK-202611",))) == ("LINE_NOT_SOLD", "LK-HK-202611")
    assert reason(stage, OPERATOR, a_line(sold_as=("L-9.9.9",))) == ("INSTRUMENT_UNKNOWN", "L-9.9.9")
    round_it = replace(a_way_round("LK-SG"), instrument_id="L-0.9.0")
    assert reason(stage, LINE, round_it) == ("LINE_NOT_SOLD", "L-0.9.0")
