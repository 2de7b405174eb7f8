"""What is owed, netted and held until it is paid or given back. Source: settlement.md section 7."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import DAY
from exchange.market.commands import ConfirmPayout
from exchange.market.payouts.commands import NetPayables, RestorePayables, ReversePayout
from tests.properties.rooms_twin.fees import Fees
from tests.properties.rooms_twin.ground import Answer, Due, said

REMEMBERED = 120 * DAY
"""How long what was paid may come back."""


@dataclass
class Netting:
    """Sets that are held, and those that were paid, by name; `made` counts all there ever were."""

    fees: Fees
    held: dict[str, dict[str, Any]] = field(default_factory=dict)
    paid: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    made: int = 0

    def answers(self) -> dict[type, Callable[[str, Any], Answer]]:
        """What each command is answered by."""
        return {
            NetPayables: self.net,
            ConfirmPayout: self.pay,
            ReversePayout: self.not_paid,
            RestorePayables: self.came_back,
        }

    def dues(self) -> tuple[Due, ...]:
        """Nobody is owed anything beside so many others that it takes more than one outcome."""
        return ()

    def net(self, who: str, asked: NetPayables) -> Answer:
        """Everybody's, in the order of names: what is owed is set against credit, then against refunds."""
        if who != POLICY_ACTOR:
            return {"NOT_PERMITTED"}
        ground = self.fees.ground
        owed = sorted(
            name
            for (name, currency), each in ground.money.pockets.items()
            if currency == asked.currency and each.payable + each.commissions
        )
        sets = []
        for name in owed:
            pocket = ground.money.of(name, asked.currency)
            owed_in_all = pocket.payable + pocket.commissions
            netted = min(owed_in_all, pocket.owed)
            recovered = min(owed_in_all - netted, pocket.clawback)
            one = {
                "set_id": ground.named("PS", self.made),
                "run_id": asked.run_id,
                "partition": 0,
                "participant_id": name,
                "currency": asked.currency,
                "value_date": asked.value_date,
                "payable_minor": pocket.payable,
                "commission_minor": pocket.commissions,
                "share_minor": 0,
                "netted_minor": netted,
                "amount_minor": owed_in_all - netted - recovered,
                "recovered_minor": recovered,
                "payee_id": "",
            }
            for deal in ground.deals.values():
                if (deal.stage, deal.seller, deal.currency) == ("accepted", name, asked.currency):
                    deal.netted_in = deal.netted_in or one["set_id"]
            pocket.payable = pocket.commissions = 0
            pocket.owed -= netted
            left = owed_in_all - netted - recovered
            may_come_back = ground.named("PS", self.made) if left else ""
            self.fees.bills.credit_repaid(name, asked.currency, netted, may_come_back)
            pocket.clawback -= recovered
            pocket.paying += one["amount_minor"]
            self.made += 1
            if one["amount_minor"]:
                self.held[one["set_id"]] = one
            sets.append(said("PayablesNetted", net=one))
        return [said("NettingBegun", run_id=asked.run_id), *sets, said("NettingEnded", sets=len(sets))]

    def pay(self, who: str, asked: ConfirmPayout) -> Answer:
        """It has left."""
        if (reasons := self._not_held(who, asked.set_id)) is not None:
            return reasons
        one, now = self.held.pop(asked.set_id), self.fees.ground.at
        self.paid = {name: each for name, each in self.paid.items() if each[0] + REMEMBERED > now}
        self.paid[asked.set_id] = now, one
        self.fees.ground.money.of(one["participant_id"], one["currency"]).paying -= one["amount_minor"]
        self.fees.paid_out.add(asked.reference)
        of_commission = min(one["commission_minor"], one["amount_minor"])
        return [said("PayoutExecuted", amount_minor=one["amount_minor"], commission_minor=of_commission)]

    def not_paid(self, who: str, asked: ReversePayout) -> Answer:
        """It is owed again, and so is the credit; what is owed for refunds comes off first."""
        if (reasons := self._not_held(who, asked.set_id)) is not None:
            return reasons
        one = self.held.pop(asked.set_id)
        self.fees.ground.money.of(one["participant_id"], one["currency"]).paying -= one["amount_minor"]
        return [said("PayoutReturned", net=one, **self._owed_again(one))]

    def came_back(self, who: str, asked: RestorePayables) -> Answer:
        """It is owed again as if it had not been paid."""
        if who != POLICY_ACTOR:
            return {"NOT_PERMITTED"}
        if asked.set_id not in self.paid:
            return {"NET_SET_UNKNOWN"}
        _, one = self.paid.pop(asked.set_id)
        return [said("PayablesRestored", net=one, reference=asked.reference, **self._owed_again(one))]

    def _owed_again(self, one: dict[str, Any]) -> dict[str, int]:
        pocket = self.fees.ground.money.of(one["participant_id"], one["currency"])
        pocket.payable += one["payable_minor"]
        pocket.commissions += one["commission_minor"]
        pocket.owed += one["netted_minor"]
        self.fees.bills.came_back(one["set_id"])
        pocket.clawback += one["recovered_minor"]
        recovered = min(pocket.clawback, one["payable_minor"])
        earned = min(pocket.clawback - recovered, one["commission_minor"])
        pocket.payable -= recovered
        pocket.commissions -= earned
        pocket.clawback -= recovered + earned
        for deal in self.fees.ground.deals.values():
            if deal.netted_in == one["set_id"]:
                deal.netted_in = ""
        return {"recovered_minor": recovered, "commission_recovered_minor": earned}

    def _not_held(self, who: str, name: str) -> set[str] | None:
        if who != POLICY_ACTOR:
            return {"NOT_PERMITTED"}
        return None if name in self.held else {"NET_SET_UNKNOWN"}
