"""Posting templates of subsidies. Source: settlement.md section 2; the memo 9010 is no posting, but `subsidy_usage`."""

from collections.abc import Callable, Mapping
from typing import Any

from exchange.kernel.bases import Fact
from exchange.kernel.errors import InvariantBroken
from exchange.market.subsidies.facts import SubsidyApplied
from exchange.settlement.subsidies.facts import SubsidyFunded, SubsidyPledged
from exchange.views.accounts import custodian, subsidy_due, subsidy_fund
from exchange.views.entry import Entry, Posting
from exchange.views.postings_coming_in import coming_in


def _pledged(fact: SubsidyPledged) -> Entry:
    due, fund = subsidy_due(fact.sponsor_id), subsidy_fund(fact.programme_id)
    return Entry(fact.programme_id, (Posting(due, fund, fact.currency, fact.amount_minor),))


def _funded(fact: SubsidyFunded) -> Entry:
    bank, more = custodian(fact.bank_id), fact.amount_minor - fact.pledged_minor
    if more < 0:
        raise InvariantBroken(f"the entry of SubsidyFunded {fact.reference} does not balance: {fact}")
    return Entry(
        fact.reference,
        (
            Posting(bank, subsidy_due(fact.sponsor_id), fact.currency, fact.pledged_minor),
            Posting(bank, subsidy_fund(fact.programme_id), fact.currency, more),
        ),
    )


def _applied(fact: SubsidyApplied) -> Entry:
    fund = subsidy_fund(fact.programme_id)
    return Entry(fact.claim_id, coming_in(fact, fund, fact.currency, fact.amount_minor))


SUBSIDY_TEMPLATES: Mapping[type[Fact], Callable[[Any], Entry]] = {
    SubsidyPledged: _pledged,
    SubsidyFunded: _funded,
    SubsidyApplied: _applied,
}
