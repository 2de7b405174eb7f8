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

_FACT_OF: Mapping[type[Command], type[Fact]] = {
    RecordAttestation: AttestationRecorded,
    RecordList: ListRecorded,
    RecordCentreRegistration: CentreRegistrationRecorded,
    RecordSplitting: SplittingRecorded,
}


def record(bonded: Bonded, command: Command, cause: Cause) -> Sequence[Fact]:
    """Remember what the registry says; its checks are the registry's."""
    if refusal := not_a_policy(command, cause):
        return (refusal,)
    return (_FACT_OF[type(command)](**asdict(command)),)


DECIDE: Mapping[type[Command], Callable[[Bonded, Any, Cause], Sequence[Fact]]] = dict.fromkeys(
    _FACT_OF, record
)
EVOLVE: Mapping[type[Fact], Callable[[Bonded, Any, int], None]] = {
    AttestationRecorded: fold.attested,
    ListRecorded: fold.listed,
    CentreRegistrationRecorded: fold.registered,
    SplittingRecorded: fold.found,
}
