"""What a business zone is told by the registry's policies."""

from exchange.kernel.attestation import AttestationTerms
from exchange.kernel.bases import Command
from exchange.kernel.ids import Id, ProductId
from exchange.kernel.lists import ListTerms
from exchange.kernel.persons import Year
from exchange.kernel.product import Version


class RecordAttestation(Command, frozen=True):
    """Remember an attestation as it stands now. Sent by a policy."""

    attestation: AttestationTerms


class RecordList(Command, frozen=True):
    """Remember a version of a published list as it stands now. Sent by a policy."""

    terms: ListTerms


class RecordCentreRegistration(Command, frozen=True):
    """Remember whether a product version is registered at the service centre. Sent by a policy."""

    list_id: Id
    product_id: ProductId
    version: Version
    registered: bool


class RecordSplitting(Command, frozen=True):
    """Remember that a group was found to split personal information, or that it was not. Sent by a policy."""

    beneficial_owner: Id
    year: Year
    confirmed: bool


COMMANDS: tuple[type[Command], ...] = (
    RecordAttestation,
    RecordList,
    RecordCentreRegistration,
    RecordSplitting,
)
"""Newest last, so that their schemas keep their ids."""
