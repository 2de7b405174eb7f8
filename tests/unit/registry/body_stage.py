"""A management body with three members who sign, and what they sign."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange.kernel.panel import CONSTITUENCIES, Constituency
from exchange.kernel.time import DAY
from exchange.registry.approvals import Approval
from exchange.registry.body.commands import SeatMember
from exchange.registry.body.signing import ruleset_bytes, seat_bytes
from exchange.registry.commands import ActivateRuleset, Role
from exchange.registry.state import Registry
from tests.support.stage import START, Stage
from tests.unit.registry.stage import OPERATOR, an_admission

BODY = "MB-CN-01"
NAMES: dict[Constituency, str] = {"government": "Member G", "institution": "Member P", "industry": "Member I"}
KEYS = {
    NAMES[name]: Ed25519PrivateKey.from_private_bytes(bytes([80 + number] * 32))
    for number, name in enumerate(CONSTITUENCIES)
}
TERM = START + 730 * DAY


def a_seat(constituency: Constituency, **changed: Any) -> SeatMember:
    """A member for two years."""
    name = changed.pop("name", NAMES[constituency])
    values: dict[str, Any] = {
        "public_key": KEYS[NAMES[constituency]].public_key().public_bytes_raw(),
        "valid_until": TERM,
    }
    return SeatMember(constituency=constituency, name=name, **(values | changed))


def with_body(stage: Stage[Registry]) -> Stage[Registry]:
    """The management body is admitted, and its three seats are held."""
    stage.given(OPERATOR, an_admission(BODY, Role.GOVERNANCE))
    stage.given(BODY, *(a_seat(name) for name in CONSTITUENCIES))
    return stage


def approved(site: str, command: ActivateRuleset, *members: str) -> ActivateRuleset:
    """The command with the signatures of these members, of all three if none is named."""
    message = ruleset_bytes(site, command.ruleset_version, command.ruleset_digest, command.effective_at)
    return ActivateRuleset(
        ruleset_version=command.ruleset_version,
        ruleset_digest=command.ruleset_digest,
        effective_at=command.effective_at,
        approvals=signatures(message, *members),
    )


def agreed(site: str, seat: SeatMember, *members: str) -> SeatMember:
    """The command with the signatures of these members."""
    message = seat_bytes(site, seat.constituency, seat.name, seat.public_key, seat.valid_until)
    return SeatMember(
        constituency=seat.constituency,
        name=seat.name,
        public_key=seat.public_key,
        valid_until=seat.valid_until,
        approvals=signatures(message, *members),
    )


def signatures(message: bytes, *members: str) -> tuple[Approval, ...]:
    """What each of these members, or of all three, signed."""
    return tuple(Approval(member=name, signature=KEYS[name].sign(message)) for name in members or KEYS)
