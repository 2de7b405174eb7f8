"""What happened to payouts."""

from typing import Literal

from exchange.kernel.bases import Count, Digest, Fact, Line, Names, Text
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.net_set import NetSet
from exchange.kernel.time import Day


class ReleaseLimitSet(Fact, frozen=True):
    """One person alone may release payouts up to so much. Units: minor units of `currency`."""

    currency: Line
    limit_minor: BalanceMinor


class ReleaseLimitProposed(Fact, frozen=True):
    """One person would raise a limit: a second one has to say the same amount. Units: minor units of `currency`."""

    currency: Line
    limit_minor: BalanceMinor
    by_id: ParticipantId


class PayoutRunOpened(Fact, frozen=True):
    """Every market is to net what it owes in a currency, for a value date."""

    run_id: Id
    currency: Line
    value_date: Day


class PayoutProposed(Fact, frozen=True):
    """A net set waits for so many persons to release it.

    Shape: `digest` is BLAKE2b-256 of the set's canonical JSON, which names the account it is paid to if there is one.
    """

    net: NetSet
    digest: Digest
    releases_needed: Count


class PayoutApproved(Fact, frozen=True):
    """One of the two persons that it takes has released a net set."""

    set_id: Id
    digest: Digest
    by_id: ParticipantId


class PayoutReleased(Fact, frozen=True):
    """The custodian bank may pay a net set. Units: `amount_minor` of `currency`."""

    set_id: Id
    digest: Digest
    by_ids: Names
    participant_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor


class PayoutPaid(Fact, frozen=True):
    """The custodian bank paid a net set. Units: `amount_minor` of `currency`. Shape: as in `NetSet`."""

    set_id: Id
    partition: Count
    participant_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    bank_id: ParticipantId
    reference: Id


class PayoutReversed(Fact, frozen=True):
    """A net set is not paid: its market undoes the whole of it, netting too."""

    set_id: Id
    partition: Count
    cause: Literal["rejected", "failed"]
    grounds: Text


class PaymentReturned(Fact, frozen=True):
    """A payment came back after its bank had confirmed it: its market owes the whole set again, netting undone too.

    Units: `amount_minor` of `currency`. Shape: `reference` is that of the movement with which it came back.
    """

    set_id: Id
    partition: Count
    participant_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    bank_id: ParticipantId
    reference: Id
    grounds: Text


FACTS: tuple[type[Fact], ...] = (
    ReleaseLimitSet,
    ReleaseLimitProposed,
    PayoutRunOpened,
    PayoutProposed,
    PayoutApproved,
    PayoutReleased,
    PayoutPaid,
    PayoutReversed,
    PaymentReturned,
)
