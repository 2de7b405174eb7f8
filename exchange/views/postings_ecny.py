"""Posting templates of e-CNY, in two ledgers that never mix. Source: settlement.md section 2."""

from collections.abc import Callable, Mapping
from typing import Any

from exchange.kernel.bases import Fact
from exchange.kernel.money import ECNY
from exchange.market.ecny.facts import EcnyConverted, EcnyInterestCredited
from exchange.views.accounts import cash, custodian, operator_equity, wallet
from exchange.views.entry import Entry, Posting
from exchange.views.postings_coming_in import coming_in


def _converted(fact: EcnyConverted) -> Entry:
    owner, bank, currency, amount = fact.participant_id, fact.bank_id, fact.currency, fact.amount_minor
    if fact.direction == "to_ecny":
        return Entry(
            fact.conversion_id,
            (
                Posting(cash(owner), custodian(bank), currency, amount),
                Posting(wallet(bank), cash(owner), currency, amount, ECNY),
            ),
        )
    sold = Posting(cash(owner), wallet(bank), currency, amount, ECNY)
    return Entry(fact.conversion_id, (sold, *coming_in(fact, custodian(bank), currency, amount)))


def _interest(fact: EcnyInterestCredited) -> Entry:
    borne = Posting(wallet(fact.bank_id), operator_equity(), fact.currency, fact.amount_minor, ECNY)
    return Entry(fact.reference, (borne,))


ECNY_TEMPLATES: Mapping[type[Fact], Callable[[Any], Entry]] = {
    EcnyConverted: _converted,
    EcnyInterestCredited: _interest,
}
