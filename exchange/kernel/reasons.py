"""Why the exchange says no: a word on the wire, what brings it about, and what to do about it."""

from enum import StrEnum
from typing import Self


class Why(StrEnum):
    """The base of every enumeration of reasons: a member without a cause and a remedy cannot be defined.

    Shape: the value is the word on the wire; `cause` and `remedy` are one sentence or two each, for people.
    """

    cause: str
    remedy: str

    def __new__(cls, word: str, cause: str, remedy: str) -> Self:
        """Take a member's three parts as they are written."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.cause, member.remedy = cause, remedy
        return member
