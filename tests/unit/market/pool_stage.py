"""A market with a line to pool: SC-08's pool PL-01 and those who commit to it."""

from typing import Any

from exchange.kernel.protocol import Refused
from exchange.kernel.time import instant
from exchange.market.commands import BookRules, OpenInstrument, RecordParticipant
from exchange.market.pools.commands import CommitShare, OpenPool, Tier, WithdrawShare
from exchange.market.pools.facts import PoolOpened, ShareCommitted
from exchange.market.pools.state import Pool
from tests.unit.market.stage import BANK, LICENCE, OPERATOR, Stage, a_standing, terms

OPENS, CLOSES = instant("2026-10-01T00:00:00Z"), instant("2026-10-16T00:00:00Z")
APPROVED, INDIVIDUAL = instant("2026-11-30T00:00:00Z"), instant("2026-12-30T00:00:00Z")
BEGINS, ENDS = instant("2026-11-30T16:00:00Z"), instant("2026-12-31T16:00:00Z")
LINE, BODY = "LN-SG-01", "MB-CN-01"
SHARES = (("PR-CN-01", 300), ("PR-CN-02", 150), ("PR-CN-03", 200), ("SE-CN-03", 200))
FUNDS = 100_000_000


def a_line(**changed: Any) -> OpenInstrument:
    """Bandwidth of LK-SG; a tick is a fen."""
    values: dict[str, Any] = {
        "instrument_id": "LK-SG",
        "product_id": "P-33",
        "title": "LK-SG by the Mbps and month",
        "unit": "Mbps-month",
        "seller_id": LINE,
        "posted_price": None,
        "moves_data": False,
        "rules": BookRules(kind="bandwidth", form="pool", delivery_place="LK-SG", settlement="on_provision"),
    }
    return OpenInstrument(terms=terms(**(values | changed)))


def an_opening(**changed: Any) -> OpenPool:
    """SC-08: list price CNY 1,000.00, from 400 Mbps CNY 520.00, from 800 CNY 200.00; a deposit of 10 %."""
    values: dict[str, Any] = {
        "instrument_id": "LK-SG",
        "link_id": "LK-SG",
        "delivery_month": "2026-12",
        "list_price": 100_000,
        "tiers": (
            Tier(from_mbps=0, price=100_000),
            Tier(from_mbps=400, price=52_000),
            Tier(from_mbps=800, price=20_000),
        ),
        "threshold_mbps": 400,
        "supply_mbps": 10_000,
        "deposit_pct": 10,
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "approval_days_pooled": 45,
        "approval_days_individual": 75,
    }
    return OpenPool(**(values | changed))


def a_line_market(stage: Stage | None = None, funds: int = FUNDS) -> Stage:
    """Everybody known, each with CNY 1,000,000.00, LK-SG traded, on the day the pool opens."""
    stage = stage or Stage(at=OPENS)
    for who, *roles in (
        (OPERATOR, "operator"),
        (BODY, "governance"),
        (BANK, "custodian"),
        (LINE, "seller", "line_operator"),
        ("PR-CN-01", "seller", "processor"),
        ("PR-CN-02", "seller", "processor"),
        ("PR-CN-03", "seller", "processor"),
        ("SE-CN-03", "seller"),
        ("AS-CN-01", "assessor", "buyer"),
    ):
        stage.told(RecordParticipant(standing=a_standing(who, "CN-LG", *roles)))
    for who, _ in SHARES if funds else ():
        stage.deposited(who, funds)
    return stage.told(a_line())


def a_pool(stage: Stage, **changed: Any) -> str:
    """Let the line operator open a pool; its id."""
    (opened,) = stage.ask(LINE, an_opening(**changed))
    assert isinstance(opened, PoolOpened), opened
    return opened.pool_id


def a_commitment(pool_id: str, mbps: int = 100, **changed: Any) -> CommitShare:
    """A share under the licence on offer."""
    values: dict[str, Any] = {"licence_digest": LICENCE}
    return CommitShare(pool_id=pool_id, mbps=mbps, **(values | changed))


def committed(stage: Stage, pool_id: str, *shares: tuple[str, int]) -> list[str]:
    """Let these commit; the ids of their shares."""
    entered = [stage.ask(who, a_commitment(pool_id, mbps))[0] for who, mbps in shares or SHARES]
    assert all(isinstance(share, ShareCommitted) for share in entered), entered
    return [share.share_id for share in entered if isinstance(share, ShareCommitted)]


def leaves(stage: Stage, pool_id: str, who: str, share_id: str) -> list[Any]:
    """Let somebody withdraw a share."""
    facts = stage.ask(who, WithdrawShare(pool_id=pool_id, share_id=share_id))
    assert not isinstance(facts[0], Refused), facts
    return facts


def live(stage: Stage, pool_id: str) -> Pool:
    """A pool that has not ended."""
    return stage.market.pools.live[pool_id]


def at(stage: Stage, moment: int) -> list[Any]:
    """What happens by itself until then."""
    stage.at = moment
    return stage.settle()
