"""The key that the operator signs the close of a day with: made when it is first needed, shown to nobody."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from streams.node.directory import DataDirectory


def key_file(directory: "DataDirectory", file: Path | None) -> Path:
    """Where the key lies."""
    return file or directory.path / "keys" / "ledger.pem"


def signing_key(directory: "DataDirectory", file: Path | None) -> "Ed25519PrivateKey":
    """The key in a file; where none is named, that of the node, which is made if it is not there.

    Raises: Misuse if the file holds none, or others can read it, or it cannot be written.
    """
    from exchange.cli.consignment_reading import read_key

    path = key_file(directory, file)
    if file is None and not path.exists():
        _make(path)
    if path.exists() and path.stat().st_mode & 0o077:
        raise Misuse(f"others can read {path}; take that right from them (chmod 600), or make a new key")
    return read_key(path)


def public_key(directory: "DataDirectory", file: Path | None) -> str:
    """The public key, in hexadecimal. Raises: Misuse if the file holds none."""
    from exchange.cli.fence_body import read_public_key

    path = file or directory.path / "keys" / "ledger.pub"
    if file is None and not path.exists():
        # Nothing was ever closed here: no signature will be asked for.
        return ""
    return read_public_key(path).hex()


def _make(path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        PublicFormat,
    )

    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        path.with_suffix(".pub").write_bytes(public)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(secret)
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        raise Misuse(f"no key can be kept in {path}: {error.strerror}; name one with --key") from error
