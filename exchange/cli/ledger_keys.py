"""The keys that the operator signs closes of days with, one after the other: made when needed, shown to nobody.

The private key lies in keys/ledger.pem; keys/ledger.pub holds the public ones of all that ever signed, the newest last.
"""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.kernel.errors import AlreadyThere, Misuse

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from streams.node.directory import DataDirectory

_BLOCK = re.compile(rb"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)


def key_file(directory: "DataDirectory", file: Path | None) -> Path:
    """Where the key lies."""
    return file or directory.path / "keys" / "ledger.pem"


def signing_key(directory: "DataDirectory", file: Path | None, *, anew: bool = False) -> "Ed25519PrivateKey":
    """The key in a file; where none is named, that of the node, which is made if there never was one.

    Shape: `anew` has another key take the place of the last: the one in `file`, or one that is made.
    Raises: Misuse if the file holds none, others can read it, it cannot be written, or it is not the key that signed.
    """
    from exchange.cli.consignment_reading import read_key

    path, public = key_file(directory, file), _public_file(directory)
    known = public_keys(directory, None)
    if makes_key(directory, file, anew=anew):
        _make(path)
    if path.exists() and path.stat().st_mode & 0o077:
        raise Misuse(f"others can read {path}; take that right from them (chmod 600), or make a new key")
    key = read_key(path)
    own = key.public_key().public_bytes_raw().hex()
    if known and known[-1] != own and not anew:
        raise Misuse(
            f"{path} is not the key that closes are signed with, which {public} names last; name that one, or add"
            " --new-key to have this one sign from now on"
        )
    if own in known[:-1]:
        raise Misuse(
            f"another key took the place of {path}; name the one that {public} names last, or a new one"
        )
    if own not in known:
        _publish(public, key)
    return key


def makes_key(directory: "DataDirectory", file: Path | None, *, anew: bool) -> bool:
    """Whether signing would begin with making a key.

    Raises: Misuse if the node's is not where it must be; AlreadyThere if it is where another is to be made.
    """
    path = key_file(directory, file)
    if file is not None or (path.exists() and not anew):
        return False
    if path.exists():
        raise AlreadyThere(f"{path} is there; move it away first, to where it can do no harm")
    if public_keys(directory, None) and not anew:
        raise Misuse(
            f"{path} is not there, and closes were signed with it; bring it back from where it was kept, or name"
            " it with --key; if it is lost, --new-key makes another, for closes from now on"
        )
    return True


def public_keys(directory: "DataDirectory", file: Path | None) -> tuple[str, ...]:
    """The public keys in a file, in hexadecimal, the newest last; where none is named, the node's.

    Raises: Misuse if the file holds none.
    """
    from exchange.cli.consignment_reading import contents
    from exchange.cli.fence_body import public_key_in

    path = file or _public_file(directory)
    if file is None and not path.exists():
        # Nothing was ever closed here: no signature will be asked for.
        return ()
    content = contents(path)
    return tuple(public_key_in(each, path).hex() for each in _BLOCK.findall(content) or [content])


def _public_file(directory: "DataDirectory") -> Path:
    return directory.path / "keys" / "ledger.pub"


def _make(path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    secret = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(secret)
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        raise Misuse(f"no key can be kept in {path}: {error.strerror}; name one with --key") from error


def _publish(public: Path, key: "Ed25519PrivateKey") -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    try:
        public.parent.mkdir(mode=0o700, exist_ok=True)
        with public.open("ab") as opened:
            opened.write(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        raise Misuse(f"{public} cannot be written: {error.strerror}; see to it, then close again") from error
