"""The three constituencies of the management body, each with one seat on every panel.

Source: seeds.md S1-35.
"""

from typing import Annotated, Literal, TypeAlias

import msgspec

from exchange.kernel.bases import Value

Constituency: TypeAlias = Literal["government", "institution", "industry"]
CONSTITUENCIES: tuple[Constituency, ...] = ("government", "institution", "industry")
MemberName = Annotated[str, msgspec.Meta(max_length=150, pattern=r"^\S(.*\S)?\Z")]
"""What a person who rules or signs is called."""


class PanelMember(Value, frozen=True):
    """One of the three who rule."""

    name: MemberName
    constituency: Constituency


Panel = Annotated[tuple[PanelMember, ...], msgspec.Meta(min_length=3, max_length=3)]
