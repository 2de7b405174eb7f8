"""Where the facts of business zones stand."""

from exchange.kernel.errors import Misuse


def place_of(name: str) -> int:
    """The partition that an id of bonded processing names. Raises: Misuse if it is no such id."""
    kind, _, rest = name.partition("-")
    number, _, _ = rest.partition(".")
    if not kind.isalpha() or not number.isdecimal():
        raise Misuse(f"{name!r} is no id of a business zone's fact; one looks like C-0.12.0")
    return int(number)
