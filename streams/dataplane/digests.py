"""The digest of a range of records: what a seller and a buyer compare."""

import struct
from collections.abc import Callable, Iterable
from hashlib import blake2b

from streams.dataplane.layout import STAMP, STAMP_HEADER, Headers, StreamRecord

_LENGTH = struct.Struct(">I")
_HEAD = struct.Struct(">IQI")
_SEQ_BYTES = 8
_NONE = 2**32 - 1
_LONE_STAMP = (
    _LENGTH.pack(1) + _LENGTH.pack(len(STAMP_HEADER)) + STAMP_HEADER.encode() + _LENGTH.pack(STAMP.size)
)


class RangeDigest:
    """BLAKE2b-256 over records in the order of their sequence numbers, taken one after another.

    Shape: each record contributes, every integer big-endian:

        u32 8            u64 seq
        u32 length       key          (length 2^32-1 and no bytes where there is no key)
        u32 length       value        (likewise)
        u32 headers      then for each header, in the order in which they lie in the topic:
            u32 length   name, UTF-8
            u32 length   value        (length 2^32-1 and no bytes where there is none)

    The header `corridor` is one of them, so claim, event time and key epoch are covered too.
    Units: `size_bytes` counts keys and values.
    """

    __slots__ = ("_hash", "count", "size_bytes")

    def __init__(self) -> None:
        self._hash = blake2b(digest_size=32)
        self.count = 0
        self.size_bytes = 0

    def add(self, records: Iterable[StreamRecord]) -> None:
        """Take the next records."""
        parts: list[bytes] = []
        head, length, stamp_size = _HEAD.pack, _LENGTH.pack, STAMP.size
        count = size = 0
        for record in records:
            key, value, headers = record.key or b"", record.value or b"", record.headers
            key_size, value_size = len(key), len(value)
            size += key_size + value_size
            count += 1
            parts += (
                head(_SEQ_BYTES, record.seq, _NONE if record.key is None else key_size),
                key,
                length(_NONE if record.value is None else value_size),
                value,
            )
            if (
                len(headers) == 1
                and headers[0][0] == STAMP_HEADER
                and len(headers[0][1] or b"") == stamp_size
            ):
                parts += (_LONE_STAMP, headers[0][1] or b"")
            else:
                _put_headers(parts.append, headers)
        self._hash.update(b"".join(parts))
        self.count += count
        self.size_bytes += size

    def digest(self) -> bytes:
        """The 32 bytes over everything taken so far."""
        return self._hash.digest()


def _put_headers(put: Callable[[bytes], None], headers: Headers) -> None:
    put(_LENGTH.pack(len(headers)))
    for name, value in headers:
        encoded = name.encode()
        put(_LENGTH.pack(len(encoded)))
        put(encoded)
        put(_LENGTH.pack(_NONE if value is None else len(value)))
        if value:
            put(value)
