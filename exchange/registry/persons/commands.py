"""What may be asked about the counting of persons."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Command, Count, Line
from exchange.kernel.ids import Id
from exchange.kernel.persons import PersonSet, VersionName, Year
from exchange.registry.safeguards.commands import Grounds


class DeclarePersons(Command, frozen=True):
    """Say how many distinct persons several of one's product versions hold together, in a calendar year.

    Units: `persons` were collected in the mainland, `sensitive_persons` are those of them whose information is
    sensitive, `foreign_persons` were collected elsewhere. Shape: `sets` names the files of salted hashes that show it,
    which stay where they are; without them the numbers are exact counts of the exporter's own. Source: rules.md 7.
    """

    year: Year
    versions: Annotated[tuple[VersionName, ...], msgspec.Meta(min_length=1, max_length=1_000)]
    persons: Count
    sensitive_persons: Count
    foreign_persons: Count
    sets: Annotated[tuple[PersonSet, ...], msgspec.Meta(max_length=3)] = ()


class ConfirmSplitting(Command, frozen=True):
    """Find that a group splits personal information among its members to stay below a threshold, in a calendar year.

    Shape: a group is all participants of one `beneficial_owner`. Source: rules.md section 5.3, CN-17D.
    """

    beneficial_owner: Id
    year: Year
    grounds: Grounds
    reference: Line = ""


class WithdrawSplitting(Command, frozen=True):
    """Take a finding of splitting back."""

    beneficial_owner: Id
    year: Year
    grounds: Grounds


COMMANDS: tuple[type[Command], ...] = (DeclarePersons, ConfirmSplitting, WithdrawSplitting)
