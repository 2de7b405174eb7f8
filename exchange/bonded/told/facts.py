"""What a business zone came to know of attestations, published lists and groups."""

from exchange.kernel.attestation import AttestationTerms
from exchange.kernel.bases import Fact
from exchange.kernel.ids import Id, ProductId
from exchange.kernel.lists import ListTerms
from exchange.kernel.persons import Year
from exchange.kernel.product import Version


class AttestationRecorded(Fact, frozen=True):
    """An attestation is known here, or stands otherwise; whatever is open is asked about again."""

    attestation: AttestationTerms


class ListRecorded(Fact, frozen=True):
    """A version of a list is known here, or stands otherwise; whatever is open is asked about again."""

    terms: ListTerms


class CentreRegistrationRecorded(Fact, frozen=True):
    """A product version is registered at the service centre, or no longer."""

    list_id: Id
    product_id: ProductId
    version: Version
    registered: bool


class SplittingRecorded(Fact, frozen=True):
    """A group was found to split personal information, or the finding was taken back."""

    beneficial_owner: Id
    year: Year
    confirmed: bool


FACTS: tuple[type[Fact], ...] = (
    AttestationRecorded,
    ListRecorded,
    CentreRegistrationRecorded,
    SplittingRecorded,
)
"""Newest last, so that their schemas keep their ids."""
