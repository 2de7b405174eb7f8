"""The doors after a trade, on a market that decides in this process."""

from typing import Any

from exchange.kernel.bases import Command, FactMeta, Recorded
from exchange.kernel.panel import PanelMember
from exchange.kernel.protocol import Refused
from exchange.market.commands import AcceptDelivery
from exchange.market.facts import EntitlementGranted, PurchaseAccepted, PurchaseRefunded
from exchange.market.fees.commands import SetFeeSchedule
from exchange.market.fees.state import Amount
from exchange.market.supply.commands import SetSupplyTax
from exchange.sdk import Buyer, Custodian, Operator, Seller
from streams.answers import Answer, AnswerPosition
from streams.deadline import Deadline
from tests.unit.market.stage import BANK, BUYER, OPERATOR, SELLER, Stage, a_bid, a_market, the

PANEL = (
    PanelMember(name="Ms Chen", constituency="government"),
    PanelMember(name="Mr Sato", constituency="institution"),
    PanelMember(name="Ms Lim", constituency="industry"),
)


class Deciding:
    """A client whose exchange is one market, and nothing follows from what it says."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def watch_all(self, deadline: Deadline) -> None:
        pass

    async def ask(self, context: str, key: str, command: Command, *, actor: str, **_: Any) -> Answer:
        assert (context, key) == ("market", "M-DATA")
        facts = self._stage.ask(actor, command)
        meta = FactMeta(
            seq=0, claim=0, cause=0, index=0, last=0, command_id="c", actor=actor, at=self._stage.at
        )
        return Answer(
            context=context,
            command_id="c",
            outcome=tuple(Recorded(meta, fact) for fact in facts),
            refused=next((fact for fact in facts if isinstance(fact, Refused)), None),
            position=AnswerPosition("market.journal", 0, 0, 0),
        )

    async def settle(self, answer: Answer, deadline: Deadline) -> tuple[Answer, ...]:
        return ()


class Doors:
    """One market, and everybody's door to it."""

    def __init__(self) -> None:
        self.stage = a_market(cash_minor=10_000_000)
        client: Any = Deciding(self.stage)
        self.buyer, self.seller = Buyer(client, BUYER), Seller(client, SELLER)
        self.operator, self.bank = Operator(client, OPERATOR), Custodian(client, BANK)

    def bought(self, accepted: bool = False) -> EntitlementGranted:
        granted = the(EntitlementGranted, self.stage.ask(BUYER, a_bid()))
        if accepted:
            self.stage.ask(BUYER, AcceptDelivery(trade_id=granted.trade_id))
        return granted


async def test_a_buyer_rejects_and_its_seller_concedes() -> None:
    doors = Doors()
    whole, part = doors.bought(), doors.bought()
    assert (await doors.buyer.reject(whole, "Nothing came.")).refund_minor == 1_200_000
    assert isinstance(await doors.seller.concede(whole), PurchaseRefunded)
    rejected = await doors.buyer.accept_part(part, "A week is missing.", amount_minor=900_000)
    assert rejected.refund_minor == 300_000
    conceded = await doors.seller.concede(part)
    assert isinstance(conceded, PurchaseAccepted)
    assert conceded.refunded_minor == 300_000


async def test_both_sides_dispute_and_a_panel_rules_or_they_agree() -> None:
    doors = Doors()
    ruled, agreed = doors.bought(), doors.bought()
    assert (await doors.buyer.dispute(ruled, "Off by hours.")).opened_by == BUYER
    assert (await doors.seller.submit_evidence(ruled, bytes(32), "log")).party_id == SELLER
    assert (await doors.operator.rule(ruled, 400_000, PANEL, "As found.")).buyer_minor == 400_000
    assert (await doors.seller.dispute(agreed, "All was there.")).opened_by == SELLER
    await doors.buyer.propose_settlement(agreed, 100_000)
    assert (await doors.seller.propose_settlement(agreed, 100_000)).side == "seller"
    assert not doors.stage.market.disputes


async def test_money_of_an_accepted_purchase_goes_back() -> None:
    doors = Doors()
    sold = doors.bought(accepted=True)
    assert (await doors.seller.refund_part(sold, 200_000, "R-1", "Outage.")).left_minor == 1_000_000
    assert (await doors.operator.refund_part(sold, 100_000, "R-2", "Outage.")).left_minor == 900_000
    assert (await doors.operator.bust(sold, "A wrong price.")).stage == "accepted"
    assert doors.stage.purse(BUYER).cash == 10_000_000


async def test_cash_is_withdrawn_on_the_banks_word() -> None:
    doors = Doors()
    first = await doors.buyer.withdraw("M-DATA", 500, "CNY")
    second = await doors.buyer.withdraw("M-DATA", 600, "CNY")
    paid = await doors.bank.confirm_withdrawal("M-DATA", first.withdrawal_id, "WD-1")
    rejected = await doors.bank.reject_withdrawal("M-DATA", second.withdrawal_id, "Closed.")
    assert (paid.amount_minor, rejected.amount_minor) == (500, 600)
    assert doors.stage.purse(BUYER).cash == 10_000_000 - 500


async def test_an_operator_sets_fees_and_limits_and_a_seller_its_broker() -> None:
    doors = Doors()
    schedule = SetFeeSchedule(
        fee_bp=300,
        tax_authority="CN",
        tax_rate_bp=600,
        service_fee=Amount(currency="CNY", amount_minor=998_000),
    )
    assert (await doors.operator.set_fee_schedule("M-DATA", schedule)).fee_bp == 300
    tax = SetSupplyTax(authority="CN", rate_bp=600)
    assert (await doors.operator.set_supply_tax("M-DATA", tax)).prices == "inclusive"
    assert (await doors.operator.charge_service_fee("M-DATA", BUYER)).net_minor == 941_509
    assert (await doors.operator.set_credit_limit("M-DATA", BUYER, 700, "CNY")).limit_minor == 700
    assert (await doors.seller.appoint_broker("M-DATA", "L-0.1.0", None)).broker_id is None
