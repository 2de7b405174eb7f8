"""The close of a day: what is summed up of a ledger, in canonical JSON, under the operator's signature.

Shape: JSON without spaces, keys in order, whole numbers only; what is signed is exactly these bytes.
"""

from hashlib import blake2b

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from exchange.kernel.errors import Misuse

_encode = msgspec.json.Encoder(order="sorted").encode


class Range(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A partition's entries since the last close. Shape: facts `first` up to, not including, `before`.

    `digest` is BLAKE2b-256 over each of the ledger's postings and its entry as a JSON array and a line feed.
    """

    context: str
    partition: int
    first: int
    before: int
    entries: int
    postings: int
    digest: str


class JournalHead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far the journal had been read: the next offset and fact, the claim that led, the digest that seals chain."""

    context: str
    partition: int
    offset: int
    claim: int
    seq: int
    digest: str


class Total(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an account of the chart comes to."""

    account: int
    debit_minor: int
    credit_minor: int


class Balance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a party's account comes to that is not at zero."""

    account: int
    party: str
    debit_minor: int
    credit_minor: int


class Close(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ledger at the close of a day.

    Shape: `number` counts a ledger's closes from 1; `previous` is the digest of the one before, empty for the first;
    `until` is the end of the day, or the moment of closing while it ran. Units: times in ISO 8601, UTC.
    """

    kind: str = "corridor ledger close"
    format: int = 1
    node_id: str
    currency: str
    asset: str
    number: int
    day: str
    until: str
    closed_at: str
    previous: str
    ranges: tuple[Range, ...]
    journals: tuple[JournalHead, ...]
    trial_balance: tuple[Total, ...]
    balances: tuple[Balance, ...]


class SignedClose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A close with its digest (BLAKE2b-256) and the Ed25519 signature over the same bytes, all in hexadecimal."""

    close: Close
    digest: str
    public_key: str
    signature: str


def sign(close: Close, key: Ed25519PrivateKey) -> SignedClose:
    """Put a signature to a close."""
    said = _encode(close)
    return SignedClose(
        close=close,
        digest=digest_of(close),
        public_key=key.public_key().public_bytes_raw().hex(),
        signature=key.sign(said).hex(),
    )


def digest_of(close: Close) -> str:
    """The digest of what is signed."""
    return blake2b(_encode(close), digest_size=32).hexdigest()


def holds(signed: SignedClose, public_key: str) -> bool:
    """Whether digest and signature are those of the close, by this key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signed.signature), _encode(signed.close))
    except (ValueError, InvalidSignature):
        return False
    return signed.public_key == public_key and signed.digest == digest_of(signed.close)


def written(signed: SignedClose) -> str:
    """The document, as it stands in its file and its row."""
    return _encode(signed).decode()


def read(text: str | bytes, where: str) -> SignedClose:
    """Read a document. Raises: Misuse if it is none."""
    try:
        return msgspec.json.decode(text, type=SignedClose)
    except msgspec.MsgspecError as error:
        raise Misuse(f"{where} is no close of a ledger ({error}); take it from where it was kept") from error
