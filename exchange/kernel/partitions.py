"""Which partition owns a key. The same key always has the same owner, so the count never changes."""

from hashlib import blake2b


def partition_of(key: str, partitions: int) -> int:
    """The partition, of `partitions`, that owns `key`: the BLAKE2b-64 of its UTF-8, modulo the count."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big") % partitions
