"""Files with which banks are told to pay; which sets are in which, `payouts` says."""

from collections.abc import Iterable

from exchange.settlement.files.facts import PaymentFileIssued
from exchange.settlement.vocabulary import FACTS as SETTLEMENT_FACTS
from exchange.store import Change, Insert
from exchange.views.columns import count, table, text
from exchange.views.view import COMMON_IGNORED, Here, View

PAYMENT_FILES = table(
    "payment_files",
    "Files with which custodian banks are told to pay net sets",
    text("file_id", key=True),
    count("seq"),
    text("bank_id"),
    text("account_id", comment="the exchange's, which pays"),
    text("currency"),
    text("value_date"),
    count("payments"),
    count("amount_minor", comment="all of them together"),
    text("issued_by"),
    count("at"),
    indexes=[("bank_id",)],
)


def _issued(here: Here, fact: PaymentFileIssued) -> Iterable[Change]:
    yield Insert(
        PAYMENT_FILES,
        {
            "file_id": fact.file_id,
            "seq": here.seq,
            "bank_id": fact.bank_id,
            "account_id": fact.account_id,
            "currency": fact.currency,
            "value_date": fact.value_date,
            "payments": len(fact.payments),
            "amount_minor": sum(each.amount_minor for each in fact.payments),
            "issued_by": here.meta.actor,
            "at": here.at,
        },
    )


PAYMENT_FILES_VIEW = View(
    name="payment_files",
    contexts=("settlement",),
    tables=(PAYMENT_FILES,),
    handlers={PaymentFileIssued: _issued},
    # The other rooms of the settlement have views of their own.
    ignores=COMMON_IGNORED | (frozenset(SETTLEMENT_FACTS) - {PaymentFileIssued}),
)
