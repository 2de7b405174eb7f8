"""Pooled purchase of a line. Source: market.md section 8, whose numbers stand beside what does them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from math import ceil
from typing import Any

from exchange.market.pools.commands import ApprovePool, CommitShare, OpenPool, RefusePool, WithdrawShare
from tests.properties.rooms_twin.calendar import DAY_US, midnight
from tests.properties.rooms_twin.ground import Answer, Due, Ground, Said, said
from tests.properties.rooms_twin.pooled import Pool, Share, parts, saving

SHARES_EACH_MAX = 16
SHARES_MAX = 256


@dataclass
class Pools:
    """Every pool there was, by name."""

    ground: Ground
    pools: dict[str, Pool] = field(default_factory=dict)

    def answers(self) -> dict[type, Callable[[str, Any], Answer]]:
        """What each command is answered by."""
        return {
            OpenPool: self.open,
            CommitShare: self.commit,
            WithdrawShare: self.withdraw,
            ApprovePool: self.approve,
            RefusePool: self.refuse,
        }

    def open(self, who: str, asked: OpenPool) -> Answer:
        """A month of a line is pooled, once at a time."""
        ground = self.ground
        shelf = ground.shelves[asked.instrument_id]
        reasons = ground.idle(who, shelf.seller) | ground.shut(shelf)
        if shelf.form != "pool":
            return reasons | {"POOL_INSTRUMENT"}
        if who != shelf.seller and not ground.operates(who):
            reasons.add("ASK_NOT_PERMITTED")
        year, month = map(int, asked.delivery_month.split("-"))
        begins = midnight(date(year, month, 1))
        ends = midnight((date(year, month, 1) + timedelta(days=31)).replace(day=1))
        pool = Pool(ground.named("PL"), shelf, asked, begins, ends)
        reasons |= set(self._wrong(pool))
        if reasons:
            return reasons
        self.pools[pool.name] = pool
        shelf.offered += asked.supply_mbps
        return [said("PoolOpened", pool_id=pool.name, seller_id=shelf.seller, starts_at=begins, ends_at=ends)]

    def _wrong(self, pool: Pool) -> Iterator[str]:
        asked, prices = pool.asked, [each.price for each in pool.asked.tiers]
        froms = [each.from_mbps for each in asked.tiers]
        if (
            froms != sorted(set(froms))
            or [asked.list_price, *prices] != sorted([asked.list_price, *prices], reverse=True)
            or froms[0] > asked.threshold_mbps
            or asked.supply_mbps < asked.threshold_mbps
        ):
            yield "POOL_TIERS"
        if (
            asked.closes_at <= max(asked.opens_at, self.ground.at)
            or asked.approval_days_pooled > asked.approval_days_individual
            or pool.pooled_due > pool.begins
        ):
            yield "POOL_TIMES"
        live = [each for each in self.pools.values() if each.phase in ("open", "closed", "approved")]
        if any((each.shelf, each.begins) == (pool.shelf, pool.begins) for each in live):
            yield "POOL_EXISTS"
        if asked.supply_mbps > pool.shelf.free(pool.seller):
            yield "CAPACITY_INSUFFICIENT"

    def commit(self, who: str, asked: CommitShare) -> Answer:
        """A deposit at commit (1)."""
        ground, pool = self.ground, self._live(asked.pool_id)
        if isinstance(pool, set):
            return pool
        part = Fraction(pool.asked.deposit_pct, 100)
        deposit = ceil(pool.asked.list_price * pool.shelf.lot * asked.mbps * part)
        reasons = ground.barred(pool.shelf, who, asked.licence_digest)
        reasons |= ground.money.short(who, pool.shelf.currency, deposit)
        if pool.phase != "open" or ground.at < pool.asked.opens_at:
            reasons.add("POOL_NOT_OPEN")
        if asked.mbps > pool.asked.supply_mbps:
            reasons.add("SHARE_TOO_LARGE")
        if sum(share.who == who for share in pool.shares) >= SHARES_EACH_MAX:
            reasons.add("SHARES_TOO_MANY")
        if len(pool.shares) >= SHARES_MAX:
            reasons.add("POOL_FULL")
        if reasons:
            return reasons
        share = Share(ground.named("SH"), who, asked.mbps, deposit)
        drawn = ground.money.hold(share.name, who, pool.shelf.currency, deposit, deposit=True)
        pool.shares.append(share)
        committed = said(
            "ShareCommitted",
            share_id=share.name,
            participant_id=who,
            deposit_minor=deposit,
            drawn_minor=drawn,
            total_mbps=pool.total,
            price=pool.tier,
        )
        if pool.reached or pool.total < pool.asked.threshold_mbps:
            return [committed]
        pool.late = pool.reached = True
        return [committed, said("PoolThresholdReached", pool_id=pool.name, total_mbps=pool.total)]

    def withdraw(self, who: str, asked: WithdrawShare) -> Answer:
        """A late withdrawal forfeits the deposit and tests the threshold again; late once it was reached (3)."""
        pool = self._live(asked.pool_id)
        if isinstance(pool, set):
            return pool
        if pool.phase == "approved":
            return {"POOL_STATE"}
        mine = [each for each in pool.shares if (each.name, each.who) == (asked.share_id, who)]
        if not mine:
            return {"SHARE_UNKNOWN"}
        pool.shares.remove(mine[0])
        ends = self.ground.money.keep if pool.late else self.ground.money.give_back
        deposit = ends(mine[0].name)
        withdrawn = said(
            "ShareWithdrawn",
            share_id=asked.share_id,
            late=pool.late,
            returned_minor=0 if pool.late else deposit,
            forfeited_minor=deposit if pool.late else 0,
            total_mbps=pool.total,
            price=pool.tier if pool.phase == "open" else pool.price,
        )
        if not pool.reached or pool.total >= pool.asked.threshold_mbps:
            return [withdrawn]
        if pool.phase == "closed":
            return [withdrawn, self._fail(pool, "withdrawal")]
        pool.reached = False
        return [withdrawn, said("PoolThresholdLost", pool_id=pool.name, total_mbps=pool.total)]

    def approve(self, who: str, asked: ApprovePool) -> Answer:
        """The supply is divided, and everybody pays the rest in turn."""
        ground = self.ground
        reasons, pool = self._decider(who), self._live(asked.pool_id)
        if isinstance(pool, set):
            return reasons | pool
        reasons |= ground.shut(pool.shelf) | ground.idle(pool.seller)
        if pool.phase != "closed":
            reasons.add("POOL_STATE")
        if reasons:
            return reasons
        for share, part in zip(
            pool.shares, parts([each.mbps for each in pool.shares], pool.asked.supply_mbps), strict=True
        ):
            share.part = part
        pool.phase, pool.approved_at = "approved", ground.at
        pool.days_saved = max(0, pool.individual_due - ground.at) // DAY_US
        sold = sum(share.part for share in pool.shares)
        pool.shelf.offered -= pool.asked.supply_mbps - sold
        allotments = [
            {"share_id": share.name, "participant_id": share.who, "mbps": share.part} for share in pool.shares
        ]
        approved = said("PoolApproved", price=pool.price, days_saved=pool.days_saved, allotments=allotments)
        return [approved, said("CircuitOrdered", mbps=sold, starts_at=pool.begins, ends_at=pool.ends)]

    def refuse(self, who: str, asked: RefusePool) -> Answer:
        """All deposits go back."""
        reasons, pool = self._decider(who), self._live(asked.pool_id)
        if isinstance(pool, set):
            return reasons | pool
        if pool.phase == "approved":
            reasons.add("POOL_STATE")
        return reasons or [self._fail(pool, "refused")]

    def live(self, *phases: str) -> list[str]:
        """The names of those in a phase."""
        return [pool.name for pool in self.pools.values() if pool.phase in phases]

    def dues(self) -> Iterator[Due]:
        """What happens by itself."""
        for pool in self.pools.values():
            if pool.phase == "open":
                yield Due(pool.asked.closes_at, "2-pool-close", pool.name, partial(self._close, pool))
            elif pool.phase == "closed":
                yield Due(pool.begins, "8-pool-overdue", pool.name, partial(self._overdue, pool))
            elif pool.phase == "approved":
                yield Due(pool.approved_at, "2-pool-activate", pool.name, partial(self._next_share, pool))

    def _decider(self, who: str) -> set[str]:
        return self.ground.idle(who) | self.ground.lacks(who, "operator", "governance")

    def _live(self, name: str) -> Pool | set[str]:
        pool = self.pools.get(name)
        if pool is None:
            return {"POOL_UNKNOWN"}
        return {"POOL_STATE"} if pool.phase in ("failed", "activated") else pool

    def _close(self, pool: Pool) -> list[Said]:
        """The price is the tier of the total at `closes_at` (2); below the threshold the pool fails (4)."""
        if pool.shelf.for_good:
            return [self._fail(pool, "instrument_closed")]
        if pool.total < pool.asked.threshold_mbps:
            return [self._fail(pool, "threshold")]
        pool.phase, pool.price = "closed", pool.tier
        sold = min(pool.total, pool.asked.supply_mbps)
        amount = pool.shelf.amount(pool.price, sold)
        listed = pool.shelf.amount(pool.asked.list_price, sold)
        return [
            said(
                "PoolClosed",
                pool_id=pool.name,
                shares=len(pool.shares),
                total_mbps=pool.total,
                price=pool.price,
                saving_bp=saving(pool.price, pool.asked.list_price),
                amount_minor=amount,
                list_minor=listed,
                saved_minor=listed - amount,
                days_saved=(pool.individual_due - pool.pooled_due) // DAY_US,
            )
        ]

    def _overdue(self, pool: Pool) -> list[Said]:
        """The month has begun without an approval."""
        return [self._fail(pool, "overdue")]

    def _fail(self, pool: Pool, grounds: str) -> Said:
        """All deposits go back in one batch (4)."""
        returned = [
            {
                "share_id": share.name,
                "participant_id": share.who,
                "mbps": share.mbps,
                "amount_minor": self.ground.money.give_back(share.name),
            }
            for share in pool.shares
        ]
        total, pool.phase = pool.total, "failed"
        pool.shelf.offered -= pool.asked.supply_mbps
        return said("PoolFailed", pool_id=pool.name, grounds=grounds, total_mbps=total, returned=returned)

    def _next_share(self, pool: Pool) -> list[Said]:
        """The deposit and the rest of the price pay for a share."""
        if not pool.shares:
            return [self._sum_up(pool)]
        share = pool.shares.pop(0)
        pool.shelf.offered -= share.part
        money, currency = self.ground.money, pool.shelf.currency
        amount = pool.shelf.amount(pool.price, share.part)
        rest = max(0, amount - share.deposit)
        if not share.part:
            return [self._exclude(pool, share, "not_allotted")]
        if not self.ground.people[share.who].active:
            return [self._exclude(pool, share, "suspended")]
        if money.short(share.who, currency, rest):
            return [self._exclude(pool, share, "unpaid")]
        money.held[share.name].deposit = False
        listed = pool.shelf.amount(pool.asked.list_price, share.part)
        pool.paid.append((amount, listed))
        paid = said(
            "ShareActivated",
            share_id=share.name,
            participant_id=share.who,
            mbps=share.part,
            deposit_minor=share.deposit,
            rest_minor=rest,
            amount_minor=amount,
            list_minor=listed,
            trade_id=self.ground.named("T", self.ground.next_trade()),
            drawn_minor=money.add(share.name, rest),
        )
        over = share.deposit + rest - amount
        sides = (share.who, pool.seller)
        month = (pool.begins, pool.ends)
        return [
            paid,
            *self.ground.trade(share.name, pool.shelf, *sides, pool.price, share.part, amount, over, month),
        ]

    def _exclude(self, pool: Pool, share: Share, grounds: str) -> Said:
        """Who does not pay loses its deposit; who may not, or gets nothing, has it back."""
        pool.excluded += 1
        ends = self.ground.money.keep if grounds == "unpaid" else self.ground.money.give_back
        deposit = ends(share.name)
        return said(
            "ShareExcluded",
            share_id=share.name,
            grounds=grounds,
            returned_minor=0 if grounds == "unpaid" else deposit,
            forfeited_minor=deposit if grounds == "unpaid" else 0,
        )

    def _sum_up(self, pool: Pool) -> Said:
        pool.phase = "activated"
        amount, listed = (sum(each) for each in zip((0, 0), *pool.paid, strict=True))
        return said(
            "PoolActivated",
            pool_id=pool.name,
            shares=len(pool.paid),
            excluded=pool.excluded,
            saving_bp=saving(pool.price, pool.asked.list_price),
            amount_minor=amount,
            list_minor=listed,
            saved_minor=listed - amount,
            days_saved=pool.days_saved,
        )
