"""Numbers of bank accounts: which are IBANs, whether they can be, and how they are shown to most."""

import re
from typing import Annotated, Final

import msgspec

_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", re.ASCII)
_SHOWN: Final = 4
_HEAD: Final = 4
_WHOLE: Final = 12
_NONE: Final = r"\x00-\x1f\x7f\ufffe\uffff"
_SIGN: Final = rf"[^{_NONE}]"

AccountNumber = Annotated[
    str, msgspec.Meta(min_length=4, max_length=34, pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*\Z")
]
"""An IBAN without spaces, or a bank's own number (BBAN)."""
Holder = Annotated[
    str, msgspec.Meta(min_length=1, max_length=140, pattern=rf"^{_SIGN}*[^\s{_NONE}]{_SIGN}*\Z")
]
"""Whose an account is, as its bank knows it: one line of text that XML can hold."""
HolderOrNone = Annotated[str, msgspec.Meta(max_length=140, pattern=rf"^{_SIGN}*\Z")]
Bic = Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?\Z")]
"""What a bank is known by. Source: ISO 9362."""
BicOrNone = Annotated[str, msgspec.Meta(pattern=r"^([A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?)?\Z")]


def reads_as_iban(number: str) -> bool:
    """Whether a number has the shape of an IBAN: then its check digits have to be right."""
    return _IBAN.fullmatch(number) is not None


def checked_iban(number: str) -> bool:
    """Whether the check digits of an IBAN are right. Source: ISO 13616, ISO 7064 MOD 97-10."""
    digits = "".join(str(int(each, 36)) for each in number[4:] + number[:4])
    return int(digits) % 97 == 1


def masked(number: str) -> str:
    """A number as it is shown: enough of it to tell two apart, too little to pay to."""
    head = number[:_HEAD] if len(number) >= _WHOLE else ""
    return f"{head}…{number[-_SHOWN:]}" if len(number) > _SHOWN * 2 else f"…{number[-2:]}"
