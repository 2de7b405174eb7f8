"""Ways through the rules that are known lead where the rules do; and the peer of the benchmark says the same."""

from typing import Any

import pytest
from msgspec.structs import replace

from exchange.fence import Crossing, Ruleset, decide, verdicts
from exchange.fence import paths as known
from exchange.fence.engine import decide_plainly, settled
from exchange.fence.paths import Paths, asks_of
from exchange.fence.regimes import REGIMES
from exchange.kernel.errors import InvariantBroken
from tests.benchmarks.fence import differing, regimes_in
from tests.benchmarks.intents import drawn, every_regime, golden
from tests.unit.fence.cases import a_safeguard, content, decided, hop_of, rewritten, shipped

DRAWN = [*golden(), every_regime(), *drawn(400, seed=7)]


def same(ruleset: Ruleset, crossings: list[Crossing]) -> bool:
    return all(decide(each, ruleset) == decide_plainly(each, ruleset) for each in crossings)


def unlearned() -> Ruleset:
    """The shipped rules, of which no way is known yet."""
    return rewritten(lambda content: None)


def test_a_known_way_leads_where_the_rules_do_the_first_time_and_after() -> None:
    ruleset = unlearned()
    assert same(ruleset, DRAWN)
    assert same(ruleset, DRAWN[::-1])


def test_ways_are_told_apart_by_numbers_and_words_that_only_another_ruleset_compares() -> None:
    def other(written: dict[str, Any]) -> None:
        rules = {rule["id"]: rule for rule in written["rules"]}
        rules["CN-10"]["when"] = [{"fact": "data.us_persons_12m", "op": "lte", "value": 100}]
        rules["US-04"]["when"] = [{"fact": "data.us_persons_12m", "op": "in", "value": [0, 101, 10_000]}]
        rules["HK-01"]["when"] = [{"fact": "storage.zone", "op": "ne", "value": "bonded"}]
        rules["LIC-01"]["when"] = [{"fact": "licence.seats", "op": "gt", "value": 3}]
        rules["CN-18"]["when"].append({"fact": "purpose", "op": "ne", "value": "trade"})

    assert same(rewritten(other), DRAWN)


def test_safeguards_parties_and_numbers_of_hops_are_not_mixed_up_on_one_way() -> None:
    first = hop_of("T-06", safeguards=(a_safeguard("CN-CERT", id="A"),))
    second = replace(
        first, safeguards=(a_safeguard("CN-CERT", id="B"), a_safeguard("CN-SCC", id="C", status="ended"))
    )
    third = replace(first, hop_no=3, safeguards=())
    found = [decided(each) for each in (first, second, third, first)]
    assert [each.satisfied_by for each in found] == [("A",), ("B",), (), ("A",)]
    assert [each.note_codes for each in found] == [(), ("INSTRUMENT_REVOKED",), (), ()]
    assert [each.per_hop[0].hop_no for each in found] == [1, 1, 3, 1]
    assert found[0] == found[3]


def test_what_is_missing_is_told_of_each_crossing_by_itself() -> None:
    one = hop_of("T-05", destination="XX")
    other = hop_of("T-05", destination="XX", recipient__place="YY")
    missing = [decided(each).per_hop[0].missing for each in (one, other, one)]
    assert missing == [("destination",), ("destination", "recipient.place"), ("destination",)]


def test_past_their_bounds_nothing_is_remembered_and_everything_still_decided(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(known, "ENDS_MAX", 3)
    monkeypatch.setattr(verdicts, "VERDICTS_MAX", 1)
    ruleset = unlearned()
    assert same(ruleset, DRAWN[:60])
    learned = [sum(1 for each in DRAWN[:60] for hop in each.hops if known_end(ruleset, hop))]
    assert 0 < learned[0] < 60


def known_end(ruleset: Ruleset, hop: Any) -> bool:
    return ruleset.period(hop.as_of).paths.end(settled(hop, ruleset)) is not None


def test_the_same_answers_never_lead_to_two_questions() -> None:
    paths = Paths(asks_of(()))
    sheet = settled(hop_of("T-05"), shipped())
    paths.remember(sheet, ("derived.pi", "data.category"), "there")
    assert paths.end(sheet) == "there"
    with pytest.raises(InvariantBroken, match=r"asks for purpose"):
        paths.remember(sheet, ("derived.pi", "purpose"), "elsewhere")


def test_the_chain_of_the_benchmark_says_the_same_of_all_vectors_and_of_crossings_drawn() -> None:
    assert differing(DRAWN, shipped()) == []
    assert regimes_in(DRAWN[-400:], shipped()) == frozenset(REGIMES)
    assert regimes_in([every_regime()], shipped()) == frozenset(REGIMES)
    spoken = {said.rule_id for each in DRAWN for said in decide(each, shipped()).contributions}
    assert len(spoken) > len(content()["rules"]) * 3 // 4
