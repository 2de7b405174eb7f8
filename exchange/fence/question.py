"""What makes a question to the fence the same one when it is asked again."""

from hashlib import blake2b

import msgspec

_PASSING = ("as_of", "counts")
"""What changes from one moment to the next: where it matters, other codes decide."""
_PASSING_OF_A_LICENCE = ("valid_from", "valid_to", "seats_used")


def same_words(words: tuple[str, ...]) -> str:
    """The digest of a question that is asked in these words. Shape: hexadecimal of BLAKE2b-128."""
    return blake2b(msgspec.json.encode(words), digest_size=16).hexdigest()


def question(crossing: str, ruleset_digest: str) -> str:
    """The digest of a recorded crossing without what time alone changes in it, and of the ruleset that is asked.

    Shape: hexadecimal of BLAKE2b-128.
    """
    plain = msgspec.json.decode(crossing)
    for hop in plain["hops"]:
        for name in _PASSING:
            hop.pop(name, None)
        for name in _PASSING_OF_A_LICENCE:
            (hop.get("licence") or {}).pop(name, None)
    text = msgspec.json.encode((ruleset_digest, plain), order="deterministic")
    return blake2b(text, digest_size=16).hexdigest()
