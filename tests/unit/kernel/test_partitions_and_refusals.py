"""Which partition owns a key, and how a context says no."""

from exchange.kernel.partitions import partition_of
from exchange.kernel.protocol import ProtocolReason, Tick
from exchange.kernel.refusals import refused
from tests.support.stage import sound


def test_a_key_keeps_its_partition_for_ever() -> None:
    assert [partition_of(key, 16) for key in ("registry", "M-DATA", "P-07", "")] == [13, 2, 12, 4]


def test_keys_spread_over_all_partitions() -> None:
    assert {partition_of(f"P-{number}", 8) for number in range(200)} == set(range(8))


def test_a_refusal_keeps_the_bounds_of_its_fact_however_long_its_words() -> None:
    refusal = refused(Tick(), ProtocolReason.NOT_PERMITTED, "s" * 300, "d" * 3_000, ["c" * 300] * 200)
    assert sound(refusal)
    assert (refusal.command, refusal.reason) == ("Tick", "NOT_PERMITTED")
    assert (len(refusal.subject), len(refusal.detail), len(refusal.codes)) == (200, 2_000, 100)
