"""Attestations as a market was told of them: a party's word, with evidence, that a pair's crossing is decided with."""
