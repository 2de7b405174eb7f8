"""The golden vectors: what the loaded regimes answer, and that no other is ever admitted."""

import pytest

from exchange.fence import Outcome, decide
from tests.unit.fence.cases import answer, shipped, vector, vectors

ANSWERED = ("T-15", "T-16", "T-18")


@pytest.mark.parametrize("name", ANSWERED)
def test_a_golden_vector_is_answered_as_written(name: str) -> None:
    assert answer(decide(vector(name), shipped())) == vectors()[name]["expected"]


@pytest.mark.parametrize("name", [name for name in vectors() if name not in ANSWERED])
def test_a_vector_whose_regime_is_not_loaded_is_never_admitted(name: str) -> None:
    decision = decide(vector(name), shipped())
    assert decision.outcome >= Outcome.REVIEW
    assert "RULES_NOT_LOADED" in decision.reason_codes
