"""What is said of a trade: accepted, rejected, refunded, undone. Source: market.md section 7, settlement.md 2 and 3."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from exchange.kernel.protocol import POLICY_ACTOR
from exchange.market.commands import AcceptDelivery, ConcludeDelivery, RefundPurchase
from exchange.market.purchases.commands import (
    AcceptPart,
    ApproveRefund,
    BustTrade,
    ConcedeRejection,
    RejectDelivery,
)
from tests.properties.rooms_twin.calendar import DAY_US
from tests.properties.rooms_twin.fees import Fees, without_tax
from tests.properties.rooms_twin.ground import Answer, Deal, Due, Ground, Said, said, silent
from tests.properties.rooms_twin.money import half_up

CONTEST_US = 3 * DAY_US
POLICY = POLICY_ACTOR


class Back(NamedTuple):
    """What a refund after acceptance is made of."""

    seller: int
    net: int
    tax: int


def back(deal: Deal, amount: int) -> Back:
    """Fee part half up, the seller part the rest; never more than what is left of each (rule 7)."""
    fee = min(half_up(amount * deal.fee), deal.net_left + deal.tax_left)
    fee = max(fee, amount - deal.seller_left)
    net = min(without_tax(fee, deal.tax), deal.net_left)
    net = max(net, fee - deal.tax_left)
    return Back(amount - fee, net, fee - net)


@dataclass
class Afterwards:
    """Deals are the ground's; here is what becomes of them."""

    ground: Ground
    fees: Fees

    def answers(self) -> dict[type, Callable[[str, Any], Answer]]:
        """What each command is answered by."""
        return {
            AcceptDelivery: self.accept,
            ConcludeDelivery: self.conclude,
            RefundPurchase: self.refund,
            RejectDelivery: self.reject,
            AcceptPart: self.accept_part,
            ConcedeRejection: self.concede,
            ApproveRefund: self.approve,
            BustTrade: self.bust,
        }

    def accepted(self, deal: Deal, basis: str, refunded: int = 0) -> Said:
        """What is in escrow, less what goes back, is the seller's, less the fee and the commission."""
        gross = deal.escrow - refunded
        schedule = self.fees.in_force()
        parts = self.fees.split(gross, deal.currency, deal.commission)
        recovered = self.fees.recovers(deal, parts)
        self.fees.credit(deal, parts, recovered)
        self.ground.money.of(deal.buyer, deal.currency).cash += refunded
        deal.stage, deal.rejected, deal.escrow = "accepted" if gross else "over", None, 0
        deal.fee, deal.tax, deal.accepted_at = schedule.fee, schedule.tax, self.ground.at
        deal.seller_left, deal.net_left, deal.tax_left = gross - parts.net - parts.tax, parts.net, parts.tax
        deal.owed_left, deal.commission_left = parts.seller - recovered[0], parts.commission
        on_credit = self.fees.bills.accepted(deal, gross)
        return said(
            "PurchaseAccepted",
            trade_id=deal.name,
            gross_minor=gross,
            seller_minor=parts.seller,
            fee_net_minor=parts.net,
            fee_tax_minor=parts.tax,
            commission_minor=parts.commission,
            recovered_minor=recovered[0],
            commission_recovered_minor=recovered[1],
            refunded_minor=refunded,
            broker_id=deal.broker,
            basis=basis,
            on_credit=on_credit,
        )

    def refunded(self, deal: Deal, basis: str) -> list[Said]:
        """All of it goes back before acceptance, with the lots."""
        amount = deal.escrow
        self.ground.money.of(deal.buyer, deal.currency).cash += amount
        deal.escrow = 0
        self.over(deal)
        return [
            said("PurchaseRefunded", trade_id=deal.name, amount_minor=amount, basis=basis),
            *self.lots_back(deal, deal.lots),
        ]

    def over(self, deal: Deal, *, undone: bool = True) -> None:
        """Nothing more is to be said of it; where all of its money went back its right is over."""
        deal.stage, deal.rejected = "over", None
        for hears in self.ground.given_back if undone else ():
            hears(deal.name)

    def lots_back(self, deal: Deal, lots: int) -> list[Said]:
        """Lots follow the money: they can be sold again. Nobody resells here."""
        if not (deal.shelf.counted and lots):
            return []
        deal.lots -= lots
        deal.shelf.bought[deal.buyer] -= lots
        deal.shelf.sold[deal.seller] -= lots
        return [said("LotsReturned", trade_id=deal.name, quantity=lots, sold_on=0)]

    # Who may say something, and whether there is anything to be said.

    def find(self, name: str) -> Deal:
        """A trade, or one that nobody made."""
        nowhere = next(iter(self.ground.shelves.values()))
        return self.ground.deals.get(name) or Deal(name, nowhere, "", "", 0, 0, "", Fraction(0), "unknown")

    def not_open(self, deal: Deal) -> set[str]:
        """Why a trade's money is not in escrow."""
        if deal.stage == "unknown":
            return {"TRADE_UNKNOWN"}
        if deal.stage != "escrow":
            return {"PURCHASE_FINAL"}
        return set() if deal.disputed is None else {"PURCHASE_DISPUTED"}

    def not_sold(self, deal: Deal) -> set[str]:
        """Why nothing of an accepted trade can be given back."""
        if deal.stage in ("unknown", "over"):
            return self.not_open(deal)
        if deal.stage == "escrow":
            return {"PURCHASE_NOT_ACCEPTED"}
        return set() if deal.disputed is None else {"PURCHASE_DISPUTED"}

    def _foreign(self, deal: Deal, *may: str) -> set[str]:
        """The reason, unless it is one of these who asks."""
        return set() if deal.stage == "unknown" or any(may) else {"NOT_PERMITTED"}

    def _only(self, deal: Deal, who: str, party: str) -> set[str]:
        return self._foreign(deal, "yes" if who == party else "")

    def _only_seller(self, deal: Deal, who: str) -> set[str]:
        may = who == deal.seller or self.ground.operates(who)
        return self._foreign(deal, "yes" if may else "")

    # What is said before acceptance.

    def accept(self, who: str, asked: AcceptDelivery) -> Answer:
        """The buyer accepts all of it."""
        deal = self.find(asked.trade_id)
        reasons = self._only(deal, who, deal.buyer) | self.not_open(deal)
        return reasons or [self.accepted(deal, "buyer")]

    def conclude(self, who: str, asked: ConcludeDelivery) -> Answer:
        """The evidence speaks, but not against the buyer's own word, nor into a dispute."""
        deal, accepting = self.find(asked.trade_id), asked.verdict == "accept"
        if who != POLICY:
            return {"NOT_PERMITTED"}
        if deal.disputed is not None or (accepting and deal.rejected is not None):
            return [said("ConclusionNoted", trade_id=deal.name)]
        reasons = self.not_open(deal)
        if reasons:
            return reasons
        return [self.accepted(deal, asked.basis)] if accepting else self.refunded(deal, asked.basis)

    def refund(self, who: str, asked: RefundPurchase) -> Answer:
        """The seller or an operator gives all of it back."""
        deal = self.find(asked.trade_id)
        reasons = self._only_seller(deal, who) | self.not_open(deal)
        return reasons or self.refunded(deal, "seller" if who == deal.seller else "operator")

    def reject(self, who: str, asked: RejectDelivery) -> Answer:
        """The buyer wants all of it back."""
        deal = self.find(asked.trade_id)
        reasons = self._only(deal, who, deal.buyer) | self.not_open(deal) | silent(asked.grounds)
        return reasons or self._reject(deal, 0, deal.lots)

    def accept_part(self, who: str, asked: AcceptPart) -> Answer:
        """The buyer accepts a part, by money or by lots, and wants the rest back."""
        deal = self.find(asked.trade_id)
        reasons = self._only(deal, who, deal.buyer) | self.not_open(deal) | silent(asked.grounds)
        if (asked.amount_minor is None) == (asked.quantity is None):
            reasons.add("VALUE_OUT_OF_RANGE")
        if reasons:
            return reasons
        part, lots = asked.amount_minor or 0, 0
        if asked.quantity is not None:
            part = half_up(Fraction(deal.escrow * asked.quantity, deal.lots))
            lots = deal.lots - asked.quantity
        return {"PART_TOO_LARGE"} if part >= deal.escrow else self._reject(deal, part, lots)

    def _reject(self, deal: Deal, part: int, lots: int) -> Answer:
        if deal.rejected is not None and part <= deal.rejected[0]:
            return {"REJECTED_ALREADY"}
        deal.rejected, deal.stands_at = (part, lots), self.ground.at + CONTEST_US
        return [
            said(
                "DeliveryRejected",
                trade_id=deal.name,
                accepted_minor=part,
                refund_minor=deal.escrow - part,
                contest_until=deal.stands_at,
                rejected_lots=lots,
            )
        ]

    def concede(self, who: str, asked: ConcedeRejection) -> Answer:
        """The seller lets it stand."""
        deal = self.find(asked.trade_id)
        reasons = self._only(deal, who, deal.seller) | self.not_open(deal)
        if not reasons and deal.rejected is None:
            reasons = {"REJECTION_NONE"}
        return reasons or self._stands(deal)

    def _stands(self, deal: Deal) -> list[Said]:
        """What was rejected goes back, and the part that was accepted is the seller's."""
        part, lots = deal.rejected or (0, 0)
        if not part:
            return self.refunded(deal, "buyer")
        return [self.accepted(deal, "buyer", deal.escrow - part), *self.lots_back(deal, lots)]

    def dues(self) -> Iterator[Due]:
        """What nobody contests in time stands."""
        for deal in self.ground.deals.values():
            if deal.rejected is not None:
                yield Due(deal.stands_at, "rejection", deal.name, partial(self._stands, deal))

    # What is given back after acceptance.

    def approve(self, who: str, asked: ApproveRefund) -> Answer:
        """The seller or an operator gives a part back, or all that is left."""
        deal = self.find(asked.trade_id)
        reasons = self._only_seller(deal, who) | self.not_sold(deal)
        if asked.reference in deal.references:
            reasons.add("REFUND_TAKEN")
        if not reasons and asked.amount_minor > deal.left:
            reasons.add("REFUND_TOO_LARGE")
        if reasons:
            return reasons
        deal.references.append(asked.reference)
        return self._give(deal, asked.amount_minor, "seller" if who == deal.seller else "operator")

    def bust(self, who: str, asked: BustTrade) -> Answer:
        """An operator undoes it, whatever stage it is at; the tape is as if it had not been."""
        deal = self.find(asked.trade_id)
        reasons = silent(asked.grounds) | (set() if self.ground.operates(who) else {"NOT_PERMITTED"})
        reasons |= self.not_open(deal) if deal.stage != "accepted" else self.not_sold(deal)
        if reasons:
            return reasons
        busted = said("TradeBusted", trade_id=deal.name, quantity=deal.lots, stage=deal.stage)
        deal.shelf.last = [each for each in deal.shelf.last if each[0] != deal.name]
        if deal.stage == "escrow":
            return [busted, *self.refunded(deal, "bust")]
        return [busted, *self._give(deal, deal.left, "bust")]

    def _give(self, deal: Deal, amount: int, basis: str) -> list[Said]:
        """Out of what the seller is owed here, the rest it owes from now on; the fee's part out of the exchange's."""
        money, parts = self.ground.money, back(deal, amount)
        seller, broker = money.of(deal.seller, deal.currency), money.of(deal.broker, deal.currency)
        commission = min(deal.commission_left, parts.seller) if basis == "bust" else 0
        earned = min(commission, broker.commissions)
        owed = min(parts.seller - commission, seller.payable)
        broker.commissions -= earned
        broker.clawback += commission - earned
        seller.payable -= owed
        seller.clawback += parts.seller - commission - owed
        money.of(deal.buyer, deal.currency).cash += amount
        self.fees.bills.gone_back(deal, amount)
        money.earned[deal.currency, "net"] -= parts.net
        money.earned[deal.currency, "tax"] -= parts.tax
        deal.seller_left -= parts.seller
        deal.owed_left = max(0, deal.owed_left - parts.seller)
        deal.net_left -= parts.net
        deal.tax_left -= parts.tax
        refund = said(
            "RefundApproved",
            trade_id=deal.name,
            amount_minor=amount,
            payable_minor=owed,
            clawback_minor=parts.seller - commission - owed,
            fee_net_minor=parts.net,
            fee_tax_minor=parts.tax,
            left_minor=deal.left,
            commission_minor=earned,
            commission_clawback_minor=commission - earned,
            basis=basis,
        )
        if deal.left:
            return [refund]
        self.over(deal)
        return [refund, *self.lots_back(deal, deal.lots)]
