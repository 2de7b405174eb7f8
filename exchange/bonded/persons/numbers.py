"""How many distinct persons are behind what one exporter lets out."""

from collections.abc import Iterable, Sequence

from exchange.bonded.persons.covering import together_in
from exchange.bonded.persons.state import Union
from exchange.bonded.state import Bonded
from exchange.bonded.traits import Behind, is_foreign
from exchange.kernel.unions import Numbers


def numbers(
    unions: Sequence[Union],
    domestic: Iterable[Behind],
    everything: Iterable[Behind],
    mainland: frozenset[str],
) -> Numbers:
    """Persons of the mainland, sensitive ones of these, and persons of elsewhere; None where nobody knows.

    Shape: `domestic` is what is behind data that carries domestic personal information, `everything` what is behind
    any; what several hold together only `unions` say, and never their sum.
    """
    of_mainland = [each for each in domestic if each.carried.domestic_pi]
    foreign = [each for each in everything if is_foreign(each.carried, mainland)]
    return Numbers(
        together_in(unions, of_mainland, "persons"),
        together_in(unions, of_mainland, "sensitive"),
        together_in(unions, foreign, "foreign"),
    )


def unions_of(bonded: Bonded, exporter_id: str, year: int) -> list[Union]:
    """What an exporter has declared for a year of several together."""
    return [each for each in bonded.united.get(exporter_id, ()) if each.year == year]
