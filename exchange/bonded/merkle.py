"""Merkle trees over hashes of what was deleted: the root stands in a fact, a proof shows that an item was among it.

Source: RFC 9162 section 2.1, with SHA-256. A hash is salted, so that nothing of an item can be guessed from it.
"""

from collections.abc import Sequence
from hashlib import sha256

_LEAF, _NODE = b"\x00", b"\x01"


def salted(salt: bytes, content_sha256: bytes) -> bytes:
    """The hash by which an item is named in the tree: SHA-256 of a salt of its own and of its content's digest."""
    return sha256(salt + content_sha256).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The root over hashes, in their order; that of none is the digest of nothing."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return sha256(_LEAF + hashes[0]).digest()
    half = _split(len(hashes))
    return _node(root(hashes[:half]), root(hashes[half:]))


def proof(hashes: Sequence[bytes], place: int) -> list[bytes]:
    """What shows that the hash at `place` is in the tree, from the leaf up."""
    if len(hashes) <= 1:
        return []
    half = _split(len(hashes))
    if place < half:
        return [*proof(hashes[:half], place), root(hashes[half:])]
    return [*proof(hashes[half:], place - half), root(hashes[:half])]


def proves(the_hash: bytes, place: int, count: int, path: Sequence[bytes], the_root: bytes) -> bool:
    """Whether `path` shows that a hash stands at `place` of `count` under a root."""
    if not 0 <= place < count:
        return False
    node, last, left = sha256(_LEAF + the_hash).digest(), count - 1, place
    for beside in path:
        if last == 0:
            return False
        if left % 2 == 1 or left == last:
            node = _node(beside, node)
            while left % 2 == 0 and left != 0:
                left, last = left // 2, last // 2
        else:
            node = _node(node, beside)
        left, last = left // 2, last // 2
    return last == 0 and node == the_root


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1
