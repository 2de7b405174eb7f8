"""How what the registry told changes what is remembered; whatever is open is asked about again."""

from typing import TypeVar

from exchange.bonded.fold_surroundings import ask_again_all
from exchange.bonded.state import Bonded
from exchange.bonded.told.facts import (
    AttestationRecorded,
    CentreRegistrationRecorded,
    ListRecorded,
    SplittingRecorded,
)
from exchange.kernel.attestation import subject_of

_Name = TypeVar("_Name", int, str)


def attested(bonded: Bonded, fact: AttestationRecorded, at: int) -> None:
    """Remember how it stands; one that was withdrawn is forgotten."""
    terms = fact.attestation
    subject = subject_of(terms)
    held = bonded.told.attestations.setdefault(subject, {})
    held.pop(terms.attestation_id, None)
    if terms.status != "withdrawn":
        held[terms.attestation_id] = terms
    if not held:
        del bonded.told.attestations[subject]
    ask_again_all(bonded, at)


def listed(bonded: Bonded, fact: ListRecorded, at: int) -> None:
    """Remember how it stands."""
    bonded.told.lists[fact.terms.list_id] = fact.terms
    ask_again_all(bonded, at)


def registered(bonded: Bonded, fact: CentreRegistrationRecorded, at: int) -> None:
    """Remember under which list the version is."""
    _named(bonded.told.registered, fact.list_id, f"{fact.product_id}/{fact.version}", fact.registered)
    ask_again_all(bonded, at)


def found(bonded: Bonded, fact: SplittingRecorded, at: int) -> None:
    """Remember the year in which it was found."""
    _named(bonded.told.splitting, fact.beneficial_owner, fact.year, fact.confirmed)
    ask_again_all(bonded, at)


def _named(found: dict[str, list[_Name]], key: str, name: _Name, there: bool) -> None:
    names = [each for each in found.pop(key, ()) if each != name]
    if there:
        names.append(name)
    if names:
        found[key] = names
