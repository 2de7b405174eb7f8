"""What the market and the settlement say to each other of one participant's payables: netted, and paid as one."""

from hashlib import blake2b

import msgspec

from exchange.kernel.bases import Count, Line, Value
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.time import Day

_json = msgspec.json.Encoder(order="deterministic")


class NetSet(Value, frozen=True, omit_defaults=True):
    """What one market partition owes a participant in one currency, less what it owes there: paid whole or not at all.

    Units: minor units of `currency`; `amount_minor` = payable + commission + share - netted. Shape: `partition` is the
    market's, in which the money is held; `payee_id` the account it is paid to, which the settlement adds where one is
    named (a set without reads as it did before there were any). Source: settlement.md section 7.
    """

    set_id: Id
    run_id: Id
    partition: Count
    participant_id: ParticipantId
    currency: Line
    value_date: Day
    payable_minor: BalanceMinor
    commission_minor: BalanceMinor
    share_minor: BalanceMinor
    netted_minor: BalanceMinor
    amount_minor: BalanceMinor
    payee_id: Line = ""


def digest_of(net: NetSet) -> bytes:
    """BLAKE2b-256 of a net set's canonical JSON: what whoever releases it names."""
    return blake2b(_json.encode(net), digest_size=32).digest()
