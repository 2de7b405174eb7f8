"""Which rule answers what the registry tells, and which fold takes which fact."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import asdict

from exchange.bonded.parties import not_a_policy
from exchange.bonded.state import Bonded
from exchange.bonded.told import fold
from exchange.bonded.told.commands import (
    RecordAttestation,
    RecordCentreRegistration,
    RecordList,
    RecordSplitting,
)
from exchange.bonded.told.facts import (
    AttestationRecorded,
    CentreRegistrationRecorded,
    ListRecorded,
    SplittingRecorded,
)
from exchange.kernel.bases import Cause, Command, Fact


def attestation(bonded: Bonded, command: RecordAttestation, cause: Cause) -> Sequence[Fact]:
    """Remember whose word stands how."""
    refusal = not_a_policy(command, cause)
    return (refusal or AttestationRecorded(attestation=command.attestation),)


def published_list(bonded: Bonded, command: RecordList, cause: Cause) -> Sequence[Fact]:
    """Remember how a list stands."""
    refusal = not_a_policy(command, cause)
    return (refusal or ListRecorded(terms=command.terms),)


def centre_registration(bonded: Bonded, command: RecordCentreRegistration, cause: Cause) -> Sequence[Fact]:
    """Remember whether a product version is registered under a list."""
    refusal = not_a_policy(command, cause)
    return (refusal or CentreRegistrationRecorded(**asdict(command)),)


def splitting(bonded: Bonded, command: RecordSplitting, cause: Cause) -> Sequence[Fact]:
    """Remember what was found of a group."""
    refusal = not_a_policy(command, cause)
    return (refusal or SplittingRecorded(**asdict(command)),)


DECIDE: Mapping[type[Command], Callable[[Bonded, Any, Cause], Sequence[Fact]]] = {
    RecordAttestation: attestation,
    RecordList: published_list,
    RecordCentreRegistration: centre_registration,
    RecordSplitting: splitting,
}
EVOLVE: Mapping[type[Fact], Callable[[Bonded, Any, int], None]] = {
    AttestationRecorded: fold.attested,
    ListRecorded: fold.listed,
    CentreRegistrationRecorded: fold.registered,
    SplittingRecorded: fold.found,
}
