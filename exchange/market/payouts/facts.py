"""What happened to what is owed here."""

from exchange.kernel.bases import Count, Fact, Line
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.net_set import NetSet
from exchange.kernel.time import Day


class NettingBegun(Fact, frozen=True):
    """This market nets what it owes in a currency, some participants at a time."""

    run_id: Id
    currency: Line
    value_date: Day


class PayablesNetted(Fact, frozen=True):
    """What is owed to a participant was netted with what it owes, and the rest is held until it is paid.

    Shape: a set of which nothing is left to be paid is over with this.
    """

    net: NetSet


class NettingEnded(Fact, frozen=True):
    """This market has netted all it owes in a currency: so many sets."""

    run_id: Id
    sets: Count


class PayoutReturned(Fact, frozen=True):
    """A net set was not paid: everything of it is as it was before, netting too.

    Units: `recovered_minor` of its payable, `commission_recovered_minor` of its commission and `share_recovered_minor`
    of its share are set against what its owner owes for refunds, of before or of meanwhile.
    """

    net: NetSet
    recovered_minor: BalanceMinor = 0
    commission_recovered_minor: BalanceMinor = 0
    share_recovered_minor: BalanceMinor = 0


class PayablesRestored(Fact, frozen=True):
    """A net set came back from a bank after it had been paid: all of it is owed again, netting undone too.

    Units: as in `PayoutReturned`. Shape: the money is with `bank_id` again, which moved it as `reference`.
    """

    net: NetSet
    bank_id: ParticipantId
    reference: Id
    recovered_minor: BalanceMinor = 0
    commission_recovered_minor: BalanceMinor = 0
    share_recovered_minor: BalanceMinor = 0


FACTS: tuple[type[Fact], ...] = (NettingBegun, PayablesNetted, NettingEnded, PayoutReturned, PayablesRestored)
