"""What a volume holds, as one hash that anyone with the same files finds too."""

from collections.abc import Iterable
from hashlib import sha256

from exchange.bonded.merkle import root

_TITLE = b"corridor file 1"


def file_hash(path: str, content_sha256: bytes) -> bytes:
    """The hash of one file: of its path below the volume, and of its content."""
    name = path.encode("utf-8", "surrogateescape")
    return sha256(_TITLE + len(name).to_bytes(4, "big") + name + content_sha256).digest()


def files_root(files: Iterable[tuple[str, bytes]]) -> bytes:
    """The Merkle root over all files of a volume, in the order of their paths. Source: RFC 9162 section 2.1.1."""
    return root([file_hash(path, digest) for path, digest in sorted(files)])
