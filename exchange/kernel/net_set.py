"""What the market and the settlement say to each other of one participant's payables: netted, and paid as one."""

from hashlib import blake2b
from typing import NamedTuple

import msgspec

from exchange.kernel.bases import Count, Line, Value
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import BalanceMinor, in_turn
from exchange.kernel.time import Day


class NetSet(Value, frozen=True):
    """What one market partition owes a participant in one currency, less what it owes there: paid whole or not at all.

    Units: minor units of `currency`; `amount_minor` = payable + commission + share - netted - recovered, where
    `netted_minor` repays credit and `recovered_minor` what it owed for refunds. Shape: `partition` is the market's, in
    which the money is held; `payee_id` the account it is paid to, which the settlement adds where one is named.
    Source: settlement.md section 7.
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
    recovered_minor: BalanceMinor = 0
    payee_id: Line = ""


class Left(NamedTuple):
    """What is to be paid, by what it is owed for. Units: minor units."""

    payable_minor: int
    commission_minor: int
    share_minor: int


def left_of(net: NetSet) -> Left:
    """What is left once all that is owed was set off: of sales first, then of commissions, then of shares."""
    pockets = (net.payable_minor, net.commission_minor, net.share_minor)
    taken = in_turn(net.netted_minor + net.recovered_minor, *pockets)
    return Left(*(pocket - part for pocket, part in zip(pockets, taken, strict=True)))


def digest_of(net: NetSet) -> bytes:
    """BLAKE2b-256 of a net set's canonical JSON: what whoever releases it names.

    Shape: in the order of its fields; one that recovers nothing, or that goes nowhere yet, has the digest that it had
    before sets said so.
    """
    said = msgspec.to_builtins(net)
    for later in ("recovered_minor", "payee_id"):
        if not said[later]:
            del said[later]
    return blake2b(msgspec.json.encode(said), digest_size=32).digest()
