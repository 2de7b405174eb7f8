"""Rules: what of a purchase is on credit when it is accepted."""

from exchange.kernel.bases import Cause
from exchange.kernel.on_credit import OnCredit
from exchange.kernel.time import DAY
from exchange.market.bills.state import CREDIT_DAYS, billed_minor, whose
from exchange.market.state import Market, purse_of


def on_credit_for(
    market: Market, buyer_id: str, currency: str, gross_minor: int, cause: Cause
) -> OnCredit | None:
    """All that its buyer owes and no bill says yet.

    Shape: cash is spent before credit is drawn, and credit that is drawn has no name; so what is accepted first is owed
    for first.
    """
    owed, name = purse_of(market, buyer_id, currency).owed, whose(buyer_id, currency)
    amount = min(gross_minor, owed - billed_minor(market.bills, name)) if owed else 0
    if amount <= 0:
        return None
    days = market.bills.days.get(name, CREDIT_DAYS)
    return OnCredit(amount_minor=amount, due_at=cause.at + days * DAY)
