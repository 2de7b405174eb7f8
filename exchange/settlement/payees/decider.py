"""Where participants are paid to, as a room of the settlement."""

from exchange.settlement.payees import commands as asked
from exchange.settlement.payees import facts as happened
from exchange.settlement.payees.naming import name_payee
from exchange.settlement.payees.state import KEPT, Payee, payee_key
from exchange.settlement.room import Room
from exchange.settlement.state import Settlement


def payee_named(settlement: Settlement, fact: happened.PayeeNamed, at: int) -> None:
    payees = settlement.payees
    named = payees.named.setdefault(payee_key(fact.participant_id, fact.currency), [])
    named.append(Payee(fact.payee_id, payees.made, fact.holder, fact.account_number, fact.bic))
    del named[:-KEPT]
    payees.made += 1


ROOM = Room(
    commands=asked.COMMANDS,
    facts=happened.FACTS,
    answers={asked.NamePayee: name_payee},
    folds={happened.PayeeNamed: payee_named},
    due={},
)
