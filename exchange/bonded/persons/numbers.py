"""How many distinct persons are behind what one exporter lets out."""

from collections.abc import Iterable

from exchange.bonded.traits import Behind, distinct, is_foreign
from exchange.fence.splitting import Distinct


def numbers(domestic: Iterable[Behind], everything: Iterable[Behind], mainland: frozenset[str]) -> Distinct:
    """Persons of the mainland, sensitive ones of these, and persons of elsewhere; None where nobody knows.

    Shape: `domestic` is what is behind data that carries domestic personal information, `everything` what is behind
    any; what several hold together is not known, and never their sum.
    """
    of_mainland = [each for each in domestic if each.carried.domestic_pi]
    foreign = [each for each in everything if is_foreign(each.carried, mainland)]
    return distinct(of_mainland), distinct(of_mainland, sensitive=True), distinct(foreign)
