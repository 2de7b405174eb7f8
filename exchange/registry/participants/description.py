"""What is known of a participant, and may become otherwise: all but its name and what it signed."""

from exchange.kernel.bases import Line, Names, Value
from exchange.kernel.ids import Id
from exchange.kernel.product import Place
from exchange.registry.commands import Role


class Description(Value, frozen=True):
    """A participant as it is described now: where it is, whose it is, what it does here, and which laws bind it."""

    place: Place
    roles: tuple[Role, ...]
    beneficial_owner: Id
    currency: Line
    registered_zones: Names
    ciio: bool
    gba_registered: bool
    us_covered_person: bool
    is_intermediary: bool
    bound_by_comparable_law: bool
