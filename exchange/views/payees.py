"""Where participants are paid to, without the numbers: enough of each to tell two apart."""

from collections.abc import Iterable

from exchange.kernel.bank_numbers import masked
from exchange.settlement.payees.facts import PayeeNamed
from exchange.settlement.vocabulary import FACTS as SETTLEMENT_FACTS
from exchange.store import Change, Insert, Update
from exchange.views.columns import count, table, text
from exchange.views.view import COMMON_IGNORED, Here, View

PAYEES = table(
    "payees",
    "Bank accounts to which participants are paid, from the next run after they were named on",
    text("payee_id", key=True),
    count("seq"),
    text("participant_id"),
    text("currency"),
    text("holder"),
    text("account", comment="its first and last characters"),
    text("bic"),
    text("named_by"),
    count("at"),
    count("replaced_at", null=True, comment="null: it is the one in use"),
    indexes=[("participant_id",)],
)


def _named(here: Here, fact: PayeeNamed) -> Iterable[Change]:
    if fact.before_id:
        yield Update(PAYEES, {"payee_id": fact.before_id}, {"replaced_at": here.at})
    yield Insert(
        PAYEES,
        {
            "payee_id": fact.payee_id,
            "seq": here.seq,
            "participant_id": fact.participant_id,
            "currency": fact.currency,
            "holder": fact.holder,
            "account": masked(fact.account_number),
            "bic": fact.bic,
            "named_by": here.meta.actor,
            "at": here.at,
            "replaced_at": None,
        },
    )


PAYEES_VIEW = View(
    name="payees",
    contexts=("settlement",),
    tables=(PAYEES,),
    handlers={PayeeNamed: _named},
    # The other rooms of the settlement have views of their own.
    ignores=COMMON_IGNORED | (frozenset(SETTLEMENT_FACTS) - {PayeeNamed}),
)
