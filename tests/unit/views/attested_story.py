"""What happens to attestations, and a decision that was made with one, as facts."""

from msgspec.structs import replace

from exchange.kernel.attestation import AttestationTerms
from exchange.market.facts import FenceDecided
from exchange.registry.attesting.facts import (
    AttestationDoubted,
    AttestationGiven,
    AttestationUpheld,
    AttestationWithdrawn,
)
from tests.unit.market.test_market_attested import a_word, buy, data_of, with_word
from tests.unit.views.story import Journal

PARTY, ASSESSOR, COUNTER = "SE-XX-01", "AS-CN-01", "CO-CN-01"
DECISION = "D-7.1.0"
WORD: AttestationTerms = a_word("JP_ART28_INFORMED", "CN")
"""The seller's word of a consent that a sale of its data rests on."""


def words_given(partition: int = 9) -> Journal:
    """One is doubted, upheld and doubted again, another withdrawn."""
    journal = Journal("registry", partition)
    controls = a_word("US_CONTROLS", "CN", by_id="BU-YY-01")
    for each in (WORD, controls):
        journal.add(AttestationGiven(attestation=each), actor=each.by_id)
    doubted = replace(WORD, status="doubted")
    journal.add(AttestationDoubted(attestation=doubted, grounds="No summary.", by_id=ASSESSOR))
    journal.add(AttestationUpheld(attestation=WORD, grounds="It is there.", by_id=COUNTER))
    journal.add(AttestationDoubted(attestation=doubted, grounds="Of others.", by_id=ASSESSOR))
    journal.add(
        AttestationWithdrawn(attestation=replace(controls, status="withdrawn"), grounds="Systems changed.")
    )
    return journal


def a_decision_on_a_word(partition: int = 9) -> Journal:
    """A sale that its seller's word of a consent lets pass."""
    journal = Journal("market", partition)
    decided: FenceDecided = buy(with_word(data_of("JP", "JP", "CN"), WORD), "CN")
    journal.add(replace(decided, decision_id=DECISION))
    return journal
