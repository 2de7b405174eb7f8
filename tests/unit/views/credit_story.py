"""What is bought on credit at home, where the exchange collects supply tax: bills, one of them paid in part."""

from exchange.kernel.bases import Command
from exchange.kernel.protocol import Refused
from exchange.market.commands import AcceptDelivery, RecordParticipant
from exchange.market.credit.commands import SetCreditLimit
from exchange.market.facts import TradeMatched
from exchange.market.supply.commands import SetSupplyTax
from tests.unit.market.stage import BUYER, NOON, OPERATOR, a_bid, a_market, a_standing, a_use, terms, the
from tests.unit.views.story import Journal

_OWN, _APART = "ON-CREDIT", 3_000
"""Its instrument, and from which offset on it is decided: no id is one of another story's."""


def bought_on_credit(partition: int = 31) -> Journal:
    """A purchase that is accepted before it is paid, in a partition of its own."""
    stage = a_market(terms(instrument_id=_OWN), cash_minor=200_000)
    stage.offset = _APART
    stage.told(RecordParticipant(standing=a_standing(BUYER, "CN", "buyer")))
    said: tuple[Command, ...] = (
        SetCreditLimit(participant_id=BUYER, currency="CNY", limit_minor=9_000_000, days=14),
        SetSupplyTax(authority="CN", rate_bp=600, valid_from=NOON),
    )
    for command in said:
        assert not isinstance(stage.ask(OPERATOR, command)[-1], Refused)
    bid = a_bid(instrument_id=_OWN, use=a_use(place_of_use="CN"))
    trade_id = the(TradeMatched, stage.ask(BUYER, bid)).trade_id
    assert not isinstance(stage.ask(BUYER, AcceptDelivery(trade_id=trade_id))[-1], Refused)
    stage.deposited(BUYER, 500)
    stage.settle()
    journal = Journal("market", partition)
    for fact, _ in stage.journal:
        journal.add(fact)
    return journal
