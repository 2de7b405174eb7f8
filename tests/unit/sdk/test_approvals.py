"""What the SDK signs is what the registry checks."""

from msgspec.structs import replace

from exchange.registry.body.commands import SeatMember
from exchange.registry.body.facts import MemberSeated
from exchange.registry.commands import ActivateRuleset
from exchange.registry.facts import RulesetActivated
from exchange.sdk import approve_ruleset, approve_seat
from tests.support.stage import START
from tests.unit.registry.body_stage import BODY, KEYS, a_seat, with_body
from tests.unit.registry.stage import OPERATOR, a_registry


def test_members_approve_a_ruleset() -> None:
    stage = with_body(a_registry())
    said = (stage.state.site, "2026-11", "ab" * 32, START)
    approvals = tuple(approve_ruleset(key, name, *said) for name, key in KEYS.items())
    command = ActivateRuleset(
        ruleset_version="2026-11", ruleset_digest="ab" * 32, effective_at=START, approvals=approvals
    )
    (activated,) = stage.ask(OPERATOR, command)
    assert isinstance(activated, RulesetActivated)
    assert activated.approvals == approvals


def test_members_approve_whoever_sits_beside_them() -> None:
    stage = with_body(a_registry())
    seat: SeatMember = a_seat("industry", name="Member J", public_key=bytes(range(32)))
    said = (stage.state.site, "industry", "Member J", seat.public_key, seat.valid_until)
    others = [name for name in KEYS if name != "Member I"]
    approvals = tuple(approve_seat(KEYS[name], name, *said) for name in others)
    (seated,) = stage.ask(BODY, replace(seat, approvals=approvals))
    assert isinstance(seated, MemberSeated)
