"""Disputes: money held, an agreement or a panel's ruling. Source: settlement.md sections 2 and 7."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from exchange.market.disputes.commands import OpenDispute, ProposeSettlement, RuleOnDispute, SubmitEvidence
from tests.properties.rooms_twin.after import Afterwards, back
from tests.properties.rooms_twin.calendar import DAY_US
from tests.properties.rooms_twin.ground import Answer, Deal, Said, said, silent
from tests.properties.rooms_twin.netting import Netting

DISPUTED_UNTIL_US = 30 * DAY_US
EVIDENCE_MAX = 20


@dataclass
class Disputes:
    """A deal in dispute says itself what is held."""

    after: Afterwards
    netting: Netting

    def answers(self) -> dict[type, Callable[[str, Any], Answer]]:
        """What each command is answered by."""
        return {
            OpenDispute: self.open,
            SubmitEvidence: self.file,
            ProposeSettlement: self.propose,
            RuleOnDispute: self.rule,
        }

    def open(self, who: str, asked: OpenDispute) -> Answer:
        """The escrow is held, or what the seller is still owed for the trade."""
        deal = self.after.find(asked.trade_id)
        reasons = self._no_party(deal, who) | silent(asked.grounds)
        reasons |= self.after.not_sold(deal) if deal.stage == "accepted" else self.after.not_open(deal)
        if reasons:
            return reasons
        ground = self.after.ground
        if deal.stage == "escrow":
            deal.disputed, deal.escrow, deal.rejected = deal.escrow, 0, None
        else:
            seller = ground.money.of(deal.seller, deal.currency)
            held = 0 if deal.netted_in else min(deal.owed_left, seller.payable)
            if ground.at > deal.accepted_at + DISPUTED_UNTIL_US:
                reasons.add("DISPUTE_LATE")
            if not held:
                reasons.add("BEING_PAID" if deal.netted_in in self.netting.held else "NOTHING_HELD")
            if reasons:
                return reasons
            seller.payable -= held
            deal.disputed = held
        deal.proposals, deal.evidence = {}, []
        return [said("DisputeOpened", trade_id=deal.name, stage=deal.stage, held_minor=deal.disputed)]

    def file(self, who: str, asked: SubmitEvidence) -> Answer:
        """A document of a party's, once."""
        deal = self.after.find(asked.trade_id)
        reasons = self._no_party(deal, who) | self._none(deal)
        mine = [each for each in deal.evidence if each[0] == who]
        if (who, asked.digest) in mine:
            reasons.add("EVIDENCE_KNOWN")
        if len(mine) >= EVIDENCE_MAX:
            reasons.add("EVIDENCE_TOO_MUCH")
        if reasons:
            return reasons
        deal.evidence.append((who, asked.digest))
        return [said("EvidenceSubmitted", trade_id=deal.name, party_id=who, number=len(mine))]

    def propose(self, who: str, asked: ProposeSettlement) -> Answer:
        """What one side would let the buyer have; both the same is an agreement."""
        deal = self.after.find(asked.trade_id)
        reasons = self._no_party(deal, who) | self._none(deal) | self._too_much(deal, asked.buyer_minor)
        if reasons:
            return reasons
        deal.proposals[who] = asked.buyer_minor
        proposed = said("SettlementProposed", party_id=who, buyer_minor=asked.buyer_minor)
        agreed = [deal.proposals.get(each) for each in (deal.buyer, deal.seller)] == [asked.buyer_minor] * 2
        return [proposed, *(self._resolve(deal, asked.buyer_minor, "agreement") if agreed else [])]

    def rule(self, who: str, asked: RuleOnDispute) -> Answer:
        """Three of three constituencies, none of them a party."""
        deal = self.after.find(asked.trade_id)
        reasons = set() if self.after.ground.operates(who, "governance") else {"NOT_PERMITTED"}
        reasons |= self._none(deal) | self._too_much(deal, asked.buyer_minor)
        names, kinds = {each.name for each in asked.panel}, {each.constituency for each in asked.panel}
        if len(names) < 3 or len(kinds) < 3 or names & {deal.buyer, deal.seller}:
            reasons.add("PANEL_UNFIT")
        return reasons or self._resolve(deal, asked.buyer_minor, "panel")

    def _no_party(self, deal: Deal, who: str) -> set[str]:
        party = deal.stage == "unknown" or who in (deal.buyer, deal.seller)
        return set() if party else {"NOT_PERMITTED"}

    def _none(self, deal: Deal) -> set[str]:
        if deal.disputed is not None:
            return set()
        return {"DISPUTE_NONE"} if deal.stage in ("escrow", "accepted") else self.after.not_open(deal)

    def _too_much(self, deal: Deal, amount: int) -> set[str]:
        return {"RULING_TOO_LARGE"} if deal.disputed is not None and amount > self._most(deal) else set()

    def _most(self, deal: Deal) -> int:
        """After acceptance the fee's part comes from the exchange, the rest out of what is held."""
        held = deal.disputed or 0
        if deal.stage == "escrow":
            return held
        return next(amount for amount in range(deal.left, -1, -1) if back(deal, amount).seller <= held)

    def _resolve(self, deal: Deal, buyer: int, basis: str) -> list[Said]:
        held = deal.disputed or 0
        word = self._of_escrow(deal, buyer) if deal.stage == "escrow" else self._of_a_sale(deal, buyer)
        if deal.stage != "escrow":
            self.after.fees.bills.gone_back(deal, buyer)
            self.after.fees.bills.dispute_over(deal)
        self.after.ground.money.of(deal.buyer, deal.currency).cash += buyer
        left = word["left_minor"]
        word |= {"trade_id": deal.name, "held_minor": held, "buyer_minor": buyer, "basis": basis}
        deal.disputed = None
        self.after.over(deal, undone=not left)
        return [said("DisputeResolved", **word), *([] if left else self.after.lots_back(deal, deal.lots))]

    def _of_escrow(self, deal: Deal, buyer: int) -> dict[str, Any]:
        """The seller's part is an acceptance of that amount."""
        fees, accepted = self.after.fees, (deal.disputed or 0) - buyer
        parts = fees.split(accepted, deal.currency, deal.commission)
        recovered = fees.recovers(deal, parts)
        fees.credit(deal, parts, recovered)
        return {
            "stage": "escrow",
            "seller_minor": parts.seller,
            "fee_net_minor": parts.net,
            "fee_tax_minor": parts.tax,
            "commission_minor": parts.commission,
            "recovered_minor": recovered[0],
            "commission_recovered_minor": recovered[1],
            "left_minor": accepted,
            "on_credit": fees.bills.accepted(deal, accepted),
        }

    def _of_a_sale(self, deal: Deal, buyer: int) -> dict[str, Any]:
        """Only what the seller was owed moves, and the fee's part comes back."""
        money, parts = self.after.ground.money, back(deal, buyer)
        seller = (deal.disputed or 0) - parts.seller
        pocket = money.of(deal.seller, deal.currency)
        recovered = min(pocket.clawback, seller)
        pocket.payable += seller - recovered
        pocket.clawback -= recovered
        money.earned[deal.currency, "net"] -= parts.net
        money.earned[deal.currency, "tax"] -= parts.tax
        return {
            "stage": "accepted",
            "seller_minor": seller,
            "fee_net_minor": parts.net,
            "fee_tax_minor": parts.tax,
            "commission_minor": 0,
            "recovered_minor": recovered,
            "left_minor": deal.left - buyer,
        }
