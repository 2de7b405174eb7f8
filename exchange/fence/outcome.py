"""The answers the fence can give, from mildest to most severe."""

from enum import Enum
from functools import total_ordering


@total_ordering
class Outcome(Enum):
    """What a rule or a decision says of a crossing; ordered by severity.

    Source: rules.md section 2.
    """

    severity: int

    ALLOW = "ALLOW"
    ALLOW_COND = "ALLOW_COND"
    FILE = "FILE"
    ASSESS = "ASSESS"
    REVIEW = "REVIEW"
    DENY = "DENY"

    def __new__(cls, value: str) -> "Outcome":
        """Number the members in the order they are written: that order is the severity."""
        member = object.__new__(cls)
        member._value_ = value
        member.severity = len(cls.__members__)
        return member

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Outcome):
            return NotImplemented
        return self.severity < other.severity

    @property
    def admitted(self) -> bool:
        """Whether data may move on this answer alone."""
        return self.severity <= Outcome.ALLOW_COND.severity
