"""What the registry remembers of what product versions were made from; versions by their name, `product/version`."""

import msgspec

from exchange.kernel.descent import Carried, Inherited


class Descent(msgspec.Struct):
    """What was made from what, and what that inherits.

    Shape: `made` names what was made from a version; `inherited` is what is found of a version's upstream since
    somebody looked, nothing where it is not named; `known` is what each upstream carried when somebody did; `todo` are
    those to be looked at again.
    """

    made: dict[str, list[str]] = msgspec.field(default_factory=dict)
    inherited: dict[str, Inherited] = msgspec.field(default_factory=dict)
    known: dict[str, dict[str, tuple[Carried, ...]]] = msgspec.field(default_factory=dict)
    todo: list[str] = msgspec.field(default_factory=list)
