"""What tests of several parts share."""

from tests.support.names import unique_name
from tests.support.waiting import eventually

__all__ = ["eventually", "unique_name"]
