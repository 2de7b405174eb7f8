"""`fence decide`, `rules` and `check` as they are called: the golden vectors, lines at fault, other rulesets."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from exchange.cli.root import root
from tests.support.command import exchange
from tests.unit.fence.cases import shipped, vectors

SHIPPED = files("exchange.fence") / "rulesets" / "2026-11-29.yaml"


def typed(*names: str) -> str:
    """The vectors of these names, one a line."""
    return "".join(json.dumps({"id": name, "hops": vectors()[name]["hops"]}) + "\n" for name in names)


def called(*arguments: str, given: str | bytes = "") -> Result:
    return CliRunner().invoke(root, ["fence", *arguments], input=given)


def answers(ended: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.fixture
def candidate(tmp_path: Path) -> Path:
    """The shipped ruleset with another threshold, under another version."""
    path = tmp_path / "candidate.yaml"
    text = SHIPPED.read_text("utf-8").replace('"2026.11.1"', '"2026.12.0"')
    path.write_text(text.replace("op: gte, value: 100000}", "op: gte, value: 50000}"), "utf-8")
    return path


def test_the_golden_vectors_pass_whole_through_the_command(tmp_path: Path) -> None:
    ended = exchange("fence", "decide", directory=tmp_path, typed=typed(*vectors()))
    assert (ended.code, ended.err) == (0, "")
    found = [json.loads(line) for line in ended.out.splitlines()]
    assert [each["id"] for each in found] == list(vectors())
    assert len(found) == 20
    for each in found:
        expected = vectors()[each["id"]]["expected"]
        assert {name: each[name] for name in each if name in expected or name == "per_hop"} == expected


def test_a_decision_says_what_it_rests_on() -> None:
    (found,) = answers(called("decide", given=typed("T-15")))
    assert found["ruleset_version"] == "2026.11.1"
    assert found["ruleset_digest"] == shipped().digest
    assert len(found["inputs_digest"]) == 64
    assert (found["admitted"], found["missing"]) == (False, [])
    (said,) = found["contributions"]
    assert (said["rule_id"], said["citation"], said["evidence"]) == ("US-01", "28 CFR Part 202", "secondary")
    assert "derived.us.bulk" in said["rests_on"]


def test_what_is_missing_is_named_in_order() -> None:
    hop = vectors()["T-05"]["hops"][0] | {"purpose": None, "origin": "XX", "destination": None}
    (found,) = answers(called("decide", given=json.dumps({"id": "M", "hops": [hop]})))
    assert found["missing"] == sorted(found["missing"])
    assert {"origin", "destination"} <= set(found["missing"])


def test_lines_at_fault_are_named_and_the_others_decided() -> None:
    hop = vectors()["T-05"]["hops"][0]
    lines = [
        typed("T-01").encode(),
        b"{\n",
        b"\n",
        b'{"id": "W", "hops": [{"origin": 5}]}\n',
        b'{"id": "S", "hops": []}\n',
        json.dumps({"hops": [hop]}).encode() + b"\n",
        b"\xff\xfe\n",
        b"[" * 100_000 + b"\n",
        json.dumps({"id": "Z", "hops": [hop | {"instruments": [{"tz": "Asia/Lingang"}]}]}).encode() + b"\n",
        b'{"id": "N"}\n',
        b"7\n",
        typed("T-20").encode().rstrip(),
    ]
    ended = called("decide", given=b"".join(lines))
    assert ended.exit_code == 2
    assert [each["id"] for each in answers(ended)] == ["T-01", "T-20"]
    told = ended.stderr.splitlines()
    assert told[0].startswith("exchange: line 2: it is not JSON")
    assert told[1].startswith(
        "exchange: line 4 (W): the crossing cannot be read: Expected `str | null`, got `int`"
    )
    assert [line.split(":")[1].strip() for line in told[2:-1]] == [
        "line 5 (S)",
        "line 6",
        "line 7",
        "line 8",
        "line 9 (Z)",
        "line 10 (N)",
        "line 11",
    ]
    assert told[-1] == "exchange: 9 of 11 lines were not decided"


def test_a_line_may_call_itself_by_a_number_and_hold_what_else_its_writer_knows() -> None:
    lines = [vectors()["T-01"] | {"id": 7}, vectors()["T-02"] | {"id": 0}]
    found = answers(called("decide", given="\n".join(json.dumps(line) for line in lines)))
    assert [each["id"] for each in found] == [7, 0]
    assert called("decide", given='{"id": true, "hops": []}').exit_code == 2


def test_lines_at_fault_are_json_too_where_that_is_asked_for() -> None:
    ended = called("decide", "--json", given=typed("T-01") + '{"id": "S", "hops": 7}\n')
    assert ended.exit_code == 2
    (error,) = [json.loads(line)["error"] for line in ended.stderr.splitlines()]
    assert (error["kind"], error["exit_code"], error["line"], error["id"]) == ("Misuse", 2, 2, "S")


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert len(answers(called("decide", given=b"\xef\xbb\xbf" + typed("T-01").encode()))) == 1


def test_another_ruleset_decides_otherwise_and_names_itself(candidate: Path) -> None:
    hop = vectors()["T-05"]["hops"][0]
    counts = hop["counts"] | {"pi_count_cum": 99_999}
    line = json.dumps({"id": "B", "hops": [hop | {"counts": counts}]})
    (ours,) = answers(called("decide", given=line))
    (theirs,) = answers(called("decide", "--ruleset", str(candidate), given=line))
    assert (ours["outcome"], theirs["outcome"]) == ("ALLOW_COND", "FILE")
    assert theirs["ruleset_version"] == "2026.12.0"


def test_another_moment_is_another_answer() -> None:
    # The general list of T-12 ended with 16 May 2025, and the rules of the mainland began on 22 March 2024.
    (then,) = answers(called("decide", "--as-of", "2025-05-16T23:59:59+08:00", given=typed("T-12")))
    (now,) = answers(called("decide", "--as-of", "2025-05-17T00:00:00+08:00", given=typed("T-12")))
    (before,) = answers(called("decide", "--as-of", "2024-03-21T00:00:00Z", given=typed("T-12")))
    codes = [each["deciding_codes"] for each in (then, now, before)]
    assert codes == [["LG_GENERAL_OK"], ["CN_ART8_FILE"], ["RULESET_NOT_IN_FORCE"]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("decide", "--as-of", "soon"), "soon is no time"),
        (("decide", "--ruleset", "nowhere.yaml"), "'nowhere.yaml' does not exist"),
        (("rules", "CN-99"), "ruleset 2026.11.1 has no rule CN-99"),
        (("rules", "--regime", "XX"), "has no rule of regime XX"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_line(arguments: tuple[str, ...], said: str) -> None:
    ended = called(*arguments)
    assert ended.exit_code == 2
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_every_rule_is_listed_with_its_source() -> None:
    text = called("rules").stdout
    assert all(f"{rule.id} " in text for rule in shipped().rules)
    assert [line for line in text.splitlines() if len(line) > 80] == []
    one = called("rules", "CN-12").stdout
    assert "derived.cn.pi_count_cum is at least 1,000,000 or" in " ".join(one.split())
    assert "CAC Order 16 Art 7(2)" in one
    listed = json.loads(called("rules", "--json", "--regime", "US").stdout)
    assert [each["id"] for each in listed["rules"]] == [
        "US-03",
        "US-01",
        "US-02G",
        "US-02",
        "US-02N",
        "US-05",
        "US-04",
    ]
    assert listed["ruleset_digest"] == shipped().digest


def test_a_ruleset_in_order_is_summed_up_with_what_it_changes(candidate: Path) -> None:
    text = called("check", str(candidate)).stdout
    assert f"{candidate} is in order." in text
    assert "Rules    71: GEN 6, GBA 2, CN 28" in text
    assert "  rules changed: CN-11" in text
    found = json.loads(called("check", "--json", str(candidate)).stdout)
    assert (found["in_order"], found["changes"]["changed"], found["remarks"]) == (True, ["CN-11"], [])
    same = called("check", str(SHIPPED)).stdout
    assert "It decides like 2026.11.1, which is shipped." in same


def test_a_ruleset_under_a_version_that_is_taken_and_a_rule_never_tried_are_minded(candidate: Path) -> None:
    text = candidate.read_text("utf-8").replace('"2026.12.0"', '"2026.11.1"')
    transit = "when: [{fact: origin, op: eq, value: SG}, {fact: in_transit_at_origin, op: eq, value: true}]"
    candidate.write_text(text.replace(transit, "when: []"), "utf-8")
    told = called("check", str(candidate)).stdout
    assert "Mind: rule SG-05 is never tried, since SG-03T before it always matches and stops." in told
    assert "give it a version of its own" in told


def test_all_that_is_wrong_with_a_ruleset_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    text = SHIPPED.read_text("utf-8").replace("  outcome: ALLOW_COND", "  outcome: PERHAPS")
    path.write_text(text, "utf-8")
    ended = called("check", str(path))
    assert ended.exit_code == 2
    told = ended.stderr.splitlines()
    assert "rule CN-04 cannot be read" in told[0]
    assert len(told) > 10
    assert told[-1] == f"exchange: {path} is not in order: {len(told) - 1} to mend"
    found = json.loads(called("check", "--json", str(path)).stdout)
    assert (found["in_order"], len(found["faults"])) == (False, len(told) - 1)


def test_a_ruleset_that_is_not_in_order_decides_nothing(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("id: x\n", "utf-8")
    ended = called("decide", "--ruleset", str(path), given=typed("T-01"))
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "`exchange fence check" in ended.stderr
