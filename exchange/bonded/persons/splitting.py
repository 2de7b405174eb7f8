"""Whether a group splits personal information among exporters of a business zone so that each stays below a threshold.

Source: rules.md section 5.3, CN-17; CAC Order 20 Art 5(3).
"""

from collections.abc import Iterable, Mapping, Sequence

from exchange.bonded.persons.numbers import numbers, unions_of
from exchange.bonded.persons.state import LetOut, received_key
from exchange.bonded.state import Bonded
from exchange.bonded.traits import Behind
from exchange.bonded.values import Party
from exchange.fence import Ruleset
from exchange.fence.splitting import Splitting, suspected
from exchange.kernel.persons import PersonsOf
from exchange.kernel.unions import Numbers, distinct


def splitting(
    bonded: Bonded,
    ruleset: Ruleset,
    exporter: Party,
    recipients: str,
    year: int,
    behind: Sequence[Behind],
    domestic: bool,
    at: int,
) -> Splitting | None:
    """What a zone makes of it by sums, were `exporter` to let out what `behind` is behind to the group `recipients`.

    Shape: `domestic` where it carries domestic personal information; None where the persons of one of the group's
    exporters are not known.
    """
    received = bonded.received.get(received_key(recipients, year), {})
    elsewhere = bonded.elsewhere.get(received_key(recipients, year), {})
    mainland = frozenset(ruleset.terms.places.mainland)
    each = []
    for name in sorted({*received, *elsewhere, exporter.participant_id}):
        party = bonded.parties.get(name)
        if party is None or party.beneficial_owner != exporter.beneficial_owner:
            continue
        let_out = received.get(name, LetOut())
        now = behind if name == exporter.participant_id else ()
        with_domestic = _all(bonded, let_out.domestic, now if domestic else ())
        unions = unions_of(bonded, name, year)
        here = numbers(unions, with_domestic.values(), _all(bonded, let_out.any, now).values(), mainland)
        each.append(_together(here, elsewhere.get(name, {}).values()))
    return suspected(each, ruleset, at)


def _together(here: Numbers, elsewhere: Iterable[PersonsOf]) -> Numbers:
    there = [Numbers(each.persons, each.sensitive_persons, each.foreign_persons) for each in elsewhere]
    return Numbers(*map(distinct, zip(here, *there, strict=True)))


def _all(bonded: Bonded, names: Sequence[str], now: Sequence[Behind]) -> Mapping[str, Behind]:
    before = {name: Behind(name, bonded.origins[name].traits, bonded.origins[name].carried) for name in names}
    return before | {each.origin_id: each for each in now}
