"""Payment files as a room of the settlement."""

from exchange.settlement.files import commands as asked
from exchange.settlement.files import facts as happened
from exchange.settlement.files.issuing import issue
from exchange.settlement.room import Room
from exchange.settlement.state import Settlement


def issued(settlement: Settlement, fact: happened.PaymentFileIssued, at: int) -> None:
    for payment in fact.payments:
        payout = settlement.payouts.open[payment.set_id]
        payout.file_id, payout.bank_id = fact.file_id, fact.bank_id


ROOM = Room(
    commands=asked.COMMANDS,
    facts=happened.FACTS,
    answers={asked.IssuePaymentFile: issue},
    folds={happened.PaymentFileIssued: issued},
    due={},
)
