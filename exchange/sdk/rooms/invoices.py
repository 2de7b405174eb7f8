"""Invoices through the doors: how one is named on them, and what is answered to them."""

from collections.abc import Sequence

from exchange.market.bills.commands import PayBill
from exchange.market.bills.facts import BillPaid
from exchange.sdk.door import SETTLEMENT, Door
from exchange.settlement.invoices.commands import RespondToInvoice, SetBillingDetails
from exchange.settlement.invoices.facts import BillingDetailsSet, InvoiceResponseGiven
from exchange.settlement.invoices.values import BillingDetails, ResponseCode, ResponseReason
from streams.deadline import DEADLINE_S


class Billing(Door):
    """Says what invoices are to say of itself, an operator of anybody."""

    async def set_billing_details(
        self,
        details: BillingDetails,
        participant_id: str | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> BillingDetailsSet:
        """Be named so on invoices from now on, and tax so what one sells; those that were numbered stay as they are."""
        who = self.participant_id if participant_id is None else participant_id
        command = SetBillingDetails(participant_id=who, details=details)
        return await self._fact(BillingDetailsSet, "settlement", SETTLEMENT, command, id, deadline_s)


class BillPayer(Door):
    """Buys on credit."""

    async def pay_bill(
        self,
        market_id: str,
        trade_id: str,
        amount_minor: int | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> BillPaid:
        """Pay what is owed for a purchase on credit, or so much of it, out of one's cash. Units: minor units."""
        command = PayBill(trade_id=trade_id, amount_minor=amount_minor)
        return await self._fact(BillPaid, "market", market_id, command, id, deadline_s)


class Invoiced(Door):
    """Gets invoices: a buyer for what it bought, a seller for the exchange's fees."""

    async def respond_to_invoice(
        self,
        number: str,
        code: ResponseCode,
        reasons: Sequence[ResponseReason] = (),
        grounds: str = "",
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> InvoiceResponseGiven:
        """Answer an invoice; UQ, CA and RE have reasons and grounds.

        Shape: to reject (RE) the invoice of a purchase is to dispute it: its money is held when this returns.
        Raises: Refusal by its market where nothing can be held for it any more; the rejection is known all the same.
        """
        command = RespondToInvoice(number=number, code=code, reasons=tuple(reasons), grounds=grounds)
        return await self._fact(InvoiceResponseGiven, "settlement", SETTLEMENT, command, id, deadline_s)
