"""A deletion certificate as a verifiable credential that anyone can check with nothing but itself.

Source: W3C Verifiable Credentials Data Model 2.0; Data Integrity EdDSA Cryptosuites 1.0, eddsa-jcs-2022; did:key. The
canonical form is RFC 8785's: names sorted, no spaces, whole numbers only.
"""

from hashlib import sha256
from typing import Any

import msgspec

from exchange.bonded.digests import signed
from exchange.bonded.facts import DestructionRecorded
from exchange.kernel.time import iso

_CONTEXT = ["https://www.w3.org/ns/credentials/v2", {"@vocab": "https://corridor.invalid/deletion#"}]
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519 = b"\xed\x01"
_canonical = msgspec.json.Encoder(order="deterministic").encode


def document(
    certificate: DestructionRecorded, verifier_id: str, public_key: bytes, method: str, sample: int
) -> dict[str, Any]:
    """The credential before it is signed: its issuer is the verifier, by its key."""
    erasure = msgspec.structs.asdict(certificate.erasure)
    erasure["key_log_sha256"] = _hex(certificate.erasure.key_log_sha256)
    subject = {
        "id": f"urn:corridor:consignment:{certificate.consignment_id}",
        "zone": certificate.zone_id,
        "items": [f"{each.lot}:{each.first}-{each.last}" for each in certificate.items],
        "outputs": list(certificate.output_ids),
        "merkleRoot": certificate.merkle_root.hex(),
        "hashes": certificate.hashes,
        "operator": certificate.operator_id,
        "verifier": verifier_id,
        "verificationMethod": method,
        "verificationSample": sample,
        "erasure": {_camel(name): value for name, value in erasure.items() if value is not None},
    }
    return {
        "@context": _CONTEXT,
        "id": f"urn:corridor:certificate:{certificate.certificate_id}",
        "type": ["VerifiableCredential", "DeletionCertificate"],
        "issuer": _did(public_key),
        "validFrom": iso(certificate.recorded_at),
        "credentialSubject": subject,
    }


def signed_bytes(unsigned: dict[str, Any]) -> bytes:
    """The bytes that the issuer of a credential signs."""
    return sha256(_canonical(_proof(unsigned))).digest() + sha256(_canonical(unsigned)).digest()


def with_proof(unsigned: dict[str, Any], signature: bytes) -> str:
    """The credential with its issuer's signature, as canonical JSON."""
    proof = {**_proof(unsigned), "proofValue": _multibase(signature)}
    return _canonical({**unsigned, "proof": proof}).decode()


def verifies(credential: str) -> bool:
    """Whether a credential carries the proof of its issuer over all of it; the issuer's key is in its name."""
    try:
        unsigned = msgspec.json.decode(credential, type=dict[str, Any])
        proof = unsigned.pop("proof")
        signature = _unbase(proof.pop("proofValue"))
        key = _unbase(str(unsigned["issuer"]).removeprefix("did:key:"))
    except (msgspec.DecodeError, KeyError, AttributeError, TypeError, ValueError):
        return False
    if proof != _proof(unsigned) or not key.startswith(_ED25519):
        return False
    return signed(key.removeprefix(_ED25519), signature, signed_bytes(unsigned))


def _proof(unsigned: dict[str, Any]) -> dict[str, Any]:
    issuer = str(unsigned["issuer"])
    return {
        "@context": unsigned.get("@context"),
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "verificationMethod": f"{issuer}#{issuer.removeprefix('did:key:')}",
        "proofPurpose": "assertionMethod",
    }


def _did(public_key: bytes) -> str:
    return f"did:key:{_multibase(_ED25519 + public_key)}"


def _multibase(data: bytes) -> str:
    """Base58 with Bitcoin's alphabet, after the `z` that says so."""
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        digits = _ALPHABET[rest] + digits
    return "z" + _ALPHABET[0] * (len(data) - len(data.lstrip(b"\0"))) + digits


def _unbase(text: str) -> bytes:
    if not text.startswith("z"):
        raise ValueError(f"{text!r} is not base58")
    number = 0
    for digit in text[1:]:
        number = number * 58 + _ALPHABET.index(digit)
    zeros = len(text[1:]) - len(text[1:].lstrip(_ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _hex(digest: bytes | None) -> str | None:
    return None if digest is None else digest.hex()


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
