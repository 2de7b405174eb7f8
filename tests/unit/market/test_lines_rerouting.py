"""SC-13: what was sold of a line goes another way round only where its licence permits every place of it."""

import pytest
from msgspec.structs import replace

from exchange.fence import load_rulesets, newest
from exchange.kernel.bases import Command
from exchange.kernel.time import DAY
from exchange.market.commands import OpenInstrument
from exchange.market.lines.commands import EndReroute
from exchange.market.lines.facts import LineRerouted, RerouteBarred, RerouteEnded
from tests.unit.market.line_stage import (
    BOOK,
    ENDS,
    HOLDER,
    LINE,
    SOLD,
    a_line,
    a_line_market,
    a_month,
    a_way_round,
    until,
)
from tests.unit.market.stage import OPERATOR, Stage, licence, refusal, terms, the

BACK = EndReroute(instrument_id=BOOK, link_id="LK-HK")


def a_net(*places: str) -> Stage:
    """LK-HK, and lines by which it can be gone round over Singapore; the licence permits these places."""
    month = a_month(licence=licence(spatial=places or ("CN", "HK", "SG"), term_days=31))
    stage = a_line_market(month)
    for line in (a_line("LK-SG", "CN-LG", "SG"), a_line("LK-SH", "HK", "SG"), a_line("LK-TY", "CN-LG", "JP")):
        stage.ask(OPERATOR, line)
    return stage


def test_within_the_licence_the_fence_lets_it_go_round() -> None:
    stage = a_net()
    (rerouted,) = stage.ask(LINE, a_way_round("LK-SG", "LK-SH"))
    assert isinstance(rerouted, LineRerouted)
    assert rerouted.places == ("CN-LG", "SG", "HK")
    assert (rerouted.decision.outcome, rerouted.decision.ruleset_version) == (
        "ALLOW",
        newest(load_rulesets()).version,
    )
    assert len(rerouted.decision.inputs_digest) == 64


def test_outside_the_licence_it_is_refused_with_the_fences_codes() -> None:
    stage = a_net("CN", "HK")
    barred, refused = stage.ask(LINE, a_way_round("LK-SG", "LK-SH"))
    assert isinstance(barred, RerouteBarred)
    assert (barred.decision.outcome, barred.places) == ("DENY", ("CN-LG", "SG", "HK"))
    assert refusal([refused]).reason == "FENCE_REFUSED"
    assert refusal([refused]).codes == barred.decision.codes
    assert "LICENCE" in barred.decision.codes
    assert stage.market.lines.rerouted == {}


def test_a_way_over_lines_that_are_not_dedicated_does_not_leave_the_zone() -> None:
    stage = a_net()
    stage.ask(OPERATOR, a_line("LK-SG", "CN-LG", "SG", kind="internet"))
    barred = the(RerouteBarred, stage.ask(LINE, a_way_round("LK-SG", "LK-SH")))
    assert "ZONE_NO_LINK" in barred.decision.codes


def test_a_way_round_ends_with_its_time_or_before() -> None:
    stage = a_net()
    first = the(LineRerouted, stage.ask(LINE, a_way_round("LK-SG", "LK-SH", until=SOLD + DAY)))
    other = the(LineRerouted, stage.ask(OPERATOR, a_way_round("LK-SG", "LK-SH", until=SOLD + 2 * DAY)))
    assert (first.replaces, other.replaces) == ("", first.route_id)
    until(stage, SOLD + 2 * DAY - 1)
    assert stage.market.lines.rerouted == {f"{BOOK} LK-HK": other.route_id}
    over = the(RerouteEnded, until(stage, SOLD + 2 * DAY))
    assert (over.route_id, over.by) == (other.route_id, "time")
    third = the(LineRerouted, stage.ask(LINE, a_way_round("LK-SG", "LK-SH")))
    over = the(RerouteEnded, stage.ask(LINE, BACK))
    assert (over.route_id, over.by) == (third.route_id, "operator")
    assert until(stage, ENDS) == []
    assert refusal(stage.ask(LINE, BACK)).reason == "REROUTE_NONE"


@pytest.mark.parametrize(
    ("actor", "asked", "expected"),
    [
        (HOLDER, a_way_round("LK-SG", "LK-SH"), ("ROLE_MISSING", HOLDER)),
        (HOLDER, BACK, ("ROLE_MISSING", HOLDER)),
        ("LN-XX-01", BACK, ("PARTICIPANT_UNKNOWN", "LN-XX-01")),
        (LINE, a_way_round("LK-SG", link_id="LK-XX"), ("LINE_UNKNOWN", "LK-XX")),
        (LINE, a_way_round("LK-XX"), ("LINE_UNKNOWN", "LK-XX")),
        (LINE, a_way_round("LK-HK"), ("LINE_OUT_OF_SERVICE", "LK-HK")),
        (LINE, a_way_round("LK-SG"), ("LINE_PATH_BROKEN", "LK-HK")),
        (LINE, a_way_round("LK-SH", "LK-SG"), ("LINE_PATH_BROKEN", "LK-HK")),
        (LINE, a_way_round("LK-SG", "LK-SG"), ("LINE_PATH_BROKEN", "LK-HK")),
        (LINE, a_way_round("LK-SG", "LK-SH", until=SOLD), ("LINE_HOURS", "LK-HK")),
        (LINE, a_way_round("LK-SG", "LK-SH", until=SOLD + 367 * DAY), ("LINE_HOURS", "LK-HK")),
        (LINE, a_way_round("LK-SG", "LK-SH", grounds=" "), ("GROUNDS_MISSING", "LK-HK")),
    ],
)
def test_a_way_round_may_be_refused(actor: str, asked: Command, expected: tuple[str, str]) -> None:
    refused = refusal(a_net().ask(actor, asked))
    assert (refused.reason, refused.subject) == expected


def test_a_line_that_is_down_is_no_way_round() -> None:
    stage = a_net()
    stage.ask(OPERATOR, a_line("LK-SH", "HK", "SG", state="down"))
    assert refusal(stage.ask(LINE, a_way_round("LK-SG", "LK-SH"))).reason == "LINE_OUT_OF_SERVICE"


@pytest.mark.parametrize(
    ("instrument_id", "expected"), [("L-0.1.0", "LINE_NOT_SOLD"), ("LK-XX", "INSTRUMENT_UNKNOWN")]
)
def test_only_what_is_sold_of_the_line_goes_round(instrument_id: str, expected: str) -> None:
    stage = a_net().told(OpenInstrument(terms=terms()))
    asked = replace(a_way_round("LK-SG", "LK-SH"), instrument_id=instrument_id)
    assert refusal(stage.ask(LINE, asked)).reason == expected
