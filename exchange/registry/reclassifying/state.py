"""What the registry remembers of what product versions were made from; versions by their name, `product/version`."""

import msgspec

from exchange.kernel.descent import Carried, Inherited
from exchange.kernel.safeguard import ReceivedUnder


class Descent(msgspec.Struct):
    """What was made from what, and what that inherits.

    Shape: `made` names what was made from a version; `inherited` is what is found of a version's upstream since
    somebody looked, nothing where it is not named; `known` is what each upstream carried when somebody did; `todo` are
    those to be looked at again. `received` has under which safeguards a participant received a version, by
    `participant product/version`; `bound` those that bind what was made from what was received. `in_bond` is what a
    version that was made in bond carries as its zone says, by `seller product/version`.
    """

    made: dict[str, list[str]] = msgspec.field(default_factory=dict)
    inherited: dict[str, Inherited] = msgspec.field(default_factory=dict)
    known: dict[str, dict[str, tuple[Carried, ...]]] = msgspec.field(default_factory=dict)
    todo: list[str] = msgspec.field(default_factory=list)
    received: dict[str, ReceivedUnder] = msgspec.field(default_factory=dict)
    bound: dict[str, ReceivedUnder] = msgspec.field(default_factory=dict)
    in_bond: dict[str, Inherited] = msgspec.field(default_factory=dict)
