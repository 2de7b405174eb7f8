"""Signing the commitment that participants are admitted with."""

from exchange.registry.digests import signed
from exchange.sdk import new_key, sign_commitment


def test_a_signed_commitment_holds_for_whom_it_was_signed_and_nobody_else() -> None:
    commitment = sign_commitment(new_key(), "SE-01", "Seller 01", "We keep to the rules.")
    assert signed("SE-01", "Seller 01", commitment)
    assert not signed("SE-02", "Seller 01", commitment)
    assert not signed("SE-01", "Seller 02", commitment)
