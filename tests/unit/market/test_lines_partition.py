"""SC-13 in a partition as workers run it: a tick settles it in one outcome, and a reader comes to the same."""

from pathlib import Path

from exchange.kernel.protocol import POLICY_ACTOR, Refused, Tick
from exchange.kernel.time import SECOND
from exchange.market.decider import decider
from exchange.market.lines.commands import MeasureLine
from exchange.market.state import Market
from streams.jsonpipe import read_command
from tests.support.stage import Stage, size_bytes, sound
from tests.unit.market.stage import names, shipped

STORY = Path(__file__).parents[3] / "docs" / "examples" / "lines.jsonl"
OUTCOME_BYTES_MAX = 256 * 1024


def test_the_story_is_the_same_replayed_and_written_down_in_small_outcomes() -> None:
    stage: Stage[Market] = Stage(decider(shipped()))
    for number, line in enumerate(STORY.read_text(encoding="utf-8").splitlines(), start=1):
        asked = read_command("market", line, number)
        stage.at = asked.at - SECOND
        facts = stage.ask(asked.meta.actor, asked.command)
        assert all(sound(fact) or isinstance(fact, Refused) for fact in facts)
        assert size_bytes(facts) < OUTCOME_BYTES_MAX
        if isinstance(asked.command, Tick):
            assert names(facts) == ["LineCredited", "RefundApproved"]
        written = stage.partition.written_down()
        assert stage.replayed() == stage.reloaded() == written
        if isinstance(asked.command, MeasureLine):
            assert stage.state.lines.lines["LK-HK"].worse
    assert stage.ask(POLICY_ACTOR, Tick()) == ()
