"""The errors of the exchange. A refusal is not among them: the domain's "no" is a fact."""

from collections.abc import Mapping
from typing import Self


class ExchangeError(Exception):
    """Anything the exchange raises on purpose. The message says what, which and what to do next.

    Shape: `fields` are the values in the message that a log keeps apart.
    """

    fields: Mapping[str, int | str] = {}

    def about(self, **fields: int | str) -> Self:
        """This error, with what it is about."""
        self.fields = fields
        return self


class InvariantBroken(ExchangeError):
    """A bug or a corrupt journal. Nobody catches it: the worker stops and says where."""


class Unavailable(ExchangeError):
    """A broker or database is out of reach: wait, then try the same input again."""


class Unreadable(ExchangeError):
    """Bytes that no known schema explains."""


class Misuse(ExchangeError):
    """A caller's mistake at a public door: says what, which, and what to do next."""
