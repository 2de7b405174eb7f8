"""Posting templates of subsidies. Source: settlement.md section 2; the memo 9010 is no posting, but `subsidy_usage`."""

from collections.abc import Callable, Mapping
from typing import Any

from exchange.kernel.bases import Fact
from exchange.kernel.errors import InvariantBroken
from exchange.market.subsidies.facts import SubsidyApplied
from exchange.settlement.subsidies.facts import SubsidyFunded, SubsidyPledged
from exchange.views.accounts import cash, clawback, credit, custodian, subsidy_due, subsidy_fund
from exchange.views.entry import Entry, Posting


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
    owner, free = fact.participant_id, fact.amount_minor - fact.repaid_minor - fact.recovered_minor
    if free < 0:
        raise InvariantBroken(f"the entry of SubsidyApplied {fact.claim_id} does not balance: {fact}")
    parts = ((cash(owner), free), (credit(owner), fact.repaid_minor), (clawback(owner), fact.recovered_minor))
    fund = subsidy_fund(fact.programme_id)
    return Entry(fact.claim_id, (Posting(fund, account, fact.currency, part) for account, part in parts))


SUBSIDY_TEMPLATES: Mapping[type[Fact], Callable[[Any], Entry]] = {
    SubsidyPledged: _pledged,
    SubsidyFunded: _funded,
    SubsidyApplied: _applied,
}
