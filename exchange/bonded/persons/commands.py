"""What a business zone is asked to count."""

from typing import Annotated

import msgspec

from exchange.bonded.persons.values import OriginNames, PersonSets
from exchange.kernel.bases import Command, Count
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.persons import PersonsOf, Year


class CountSale(Command, frozen=True):
    """Count the persons of what a market has sold abroad of an output. Sent by a policy.

    Shape: `owner` is the group of the buyer.
    """

    exporter_id: ParticipantId
    output_id: Id
    owner: Id
    year: Year


class RecordLetOut(Command, frozen=True):
    """Remember persons whom an exporter let out of a business zone, or sold of what was made there. Sent by a policy.

    Shape: `owner` is the group of whoever receives them; what was let out here is known already.
    """

    exporter_id: ParticipantId
    year: Year
    owner: Id
    persons: Annotated[tuple[PersonsOf, ...], msgspec.Meta(max_length=200)]


class UnitePersons(Command, frozen=True):
    """Say how many distinct persons several consignments and sources hold together, in a calendar year.

    Units: `persons` were collected in the mainland, `sensitive_persons` are those of them whose information is
    sensitive, `foreign_persons` were collected elsewhere. Shape: `origin_ids` are consignments, sources, and lots that
    are described apart; `sets` names the files of salted hashes that show it, which stay where they are; without them
    the numbers are exact counts of the exporter's own. Source: rules.md 7.
    """

    year: Year
    origin_ids: OriginNames
    persons: Count
    sensitive_persons: Count
    foreign_persons: Count
    sets: PersonSets = ()


COMMANDS: tuple[type[Command], ...] = (CountSale, RecordLetOut, UnitePersons)
"""Newest last, so that their schemas keep their ids."""
