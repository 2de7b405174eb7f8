"""What a buyer means to do with the data: the same options wherever something is bought."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.market.commands import Use

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--purpose", metavar="WORD", help="What the data is for; without one the fence cannot admit it."
    ),
    click.option("--scenario", metavar="ID", help="The use scenario's id."),
    click.option("--place", metavar="PLACE", help="Where the data will be used (ISO 3166, or CN-LG)."),
    click.option(
        "--remote", multiple=True, metavar="PLACE", help="Where it is also seen from; may be repeated."
    ),
    click.option(
        "--authority",
        type=click.Choice(["yes", "no"]),
        help="Whether a court or an authority abroad asks for it; needed for data about persons.",
    ),
)


def of_use(command: F) -> F:
    """The options `purpose`, `scenario`, `place`, `remote` and `authority`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def use_of(
    licence_digest: bytes,
    purpose: str | None,
    scenario: str | None,
    place: str | None,
    remote: tuple[str, ...],
    authority: str | None,
) -> "Use":
    """The use that was given on the command line, accepting a licence. Raises: Misuse where it is out of range."""
    from exchange.market.commands import Use

    use: Use = checked(
        Use,
        purpose=purpose,
        scenario_id=scenario,
        place_of_use=place,
        remote_access_from=remote,
        licence_digest=licence_digest,
        foreign_authority_request=asked_by_authority(authority),
    )
    return use


def asked_by_authority(said: str | None) -> bool | None:
    """Whether an authority abroad asks for it; None where nobody has said."""
    return None if said is None else said == "yes"


def checked(kind: Any, /, **values: Any) -> Any:
    """A value made of what was given on the command line. Raises: Misuse where it is out of range."""
    import msgspec

    try:
        return msgspec.convert(values, kind, builtin_types=(bytes,))
    except msgspec.ValidationError as error:
        from streams.wording import in_words

        raise Misuse(in_words(error, kind, values)) from error
