"""`exchange fence seat`, `propose`, `sign`, `activate`: three members, three keys, one ruleset."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from exchange.fence import load_rulesets, newest
from exchange.kernel.panel import CONSTITUENCIES
from exchange.registry.commands import Role
from exchange.registry.decider import decider
from tests.support.stage import Stage
from tests.unit.cli.registry_desk import RegistryDesk
from tests.unit.registry.body_stage import BODY
from tests.unit.registry.stage import OPERATOR, an_admission

UNTIL = "2028-01-01T00:00:00Z"
SHIPPED = newest(load_rulesets())


class Seated(RegistryDesk):
    """Three members with keys in files, seated one after the other."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        stage = Stage(decider([SHIPPED.digest]))
        stage.given(OPERATOR, an_admission(OPERATOR, Role.OPERATOR), an_admission(BODY, Role.GOVERNANCE))
        super().__init__(stage, directory, monkeypatch)
        for constituency in CONSTITUENCIES:
            self.seat(constituency, *self.keyed(constituency))

    def keyed(self, name: str) -> tuple[str, Path]:
        """A member's name, and the file of its public key; beside it lies the private one."""
        key = Ed25519PrivateKey.generate()
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (self.directory / f"{name}.pem").write_bytes(private)
        (self.directory / f"{name}.pub.pem").write_bytes(public)
        return f"The {name}", self.directory / f"{name}.pub.pem"

    def seat(self, constituency: str, name: str, key: Path, *more: object, code: int = 0) -> str:
        words = ("--key", key, "--until", UNTIL, "--as", BODY, *more)
        return self("fence", "seat", constituency, name, *words, code=code)

    def proposed(self, *words: object) -> Path:
        file = self.directory / "proposal.json"
        file.write_text(self("fence", "propose", *words))
        return file

    def signed(self, proposal: Path, name: str) -> Path:
        file = self.directory / f"{name}.json"
        key = self.directory / f"{name}.pem"
        file.write_text(self("fence", "sign", proposal, "--member", f"The {name}", "--key", key))
        return file

    def approvals(self, proposal: Path, *names: str) -> list[object]:
        return [word for name in names for word in ("--approval", self.signed(proposal, name))]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Seated:
    return Seated(tmp_path, monkeypatch)


def test_a_ruleset_takes_effect_once_all_three_have_signed(desk: Seated) -> None:
    assert all(f"The {name}" in desk("fence", "seats") for name in CONSTITUENCIES)
    proposal = desk.proposed("--at", "2026-11-20T00:00:00Z")
    said = json.loads(proposal.read_text())
    assert (said["version"], said["digest"]) == (SHIPPED.version, SHIPPED.digest)
    two = desk.approvals(proposal, *CONSTITUENCIES[:2])
    refused = desk.wrong("fence", "activate", proposal, "--as", OPERATOR, *two, code=1)
    assert "QUORUM_INCOMPLETE" in refused
    assert "industry (The industry)" in refused
    three = desk.approvals(proposal, *CONSTITUENCIES)
    told = desk("fence", "activate", proposal, "--as", OPERATOR, *three)
    assert told == (
        f"Activated: {SHIPPED.version} takes effect at 2026-11-20T00:00:00Z,"
        " by The government, The institution, The industry.\n"
    )


def test_a_member_who_takes_another_s_place_is_approved_by_the_other_two(desk: Seated) -> None:
    name, key = desk.keyed("newcomer")
    assert "QUORUM_INCOMPLETE" in desk.seat("industry", name, key, code=1)
    proposal = desk.proposed("--seat", "industry", name, "--key", key, "--at", UNTIL)
    both = desk.approvals(proposal, "government", "institution")
    assert desk.seat("industry", name, key, *both) == f"Seated: {name} for industry until {UNTIL}.\n"
    assert name in desk("fence", "seats")


def test_nobody_signs_what_a_proposal_does_not_say(desk: Seated) -> None:
    proposal = desk.proposed("--at", "2026-11-20T00:00:00Z")
    changed = json.loads(proposal.read_text()) | {"version": "2027.01.0"}
    proposal.write_text(json.dumps(changed))
    key = desk.directory / "industry.pem"
    words = ("fence", "sign", proposal, "--member", "The industry", "--key", key)
    assert "has other bytes than its fields say; do not sign it" in desk.wrong(*words)


def test_a_private_key_is_not_taken_for_a_public_one(desk: Seated) -> None:
    file = desk.directory / "industry.pem"
    said = desk.wrong("fence", "seat", "industry", "X", "--key", file, "--until", UNTIL, "--as", BODY)
    assert "holds a private key, which nobody but its owner needs" in said
    assert file.read_text().splitlines()[1] not in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "is no proposal; `exchange fence propose` writes one"),
        ("no", "cannot be read as a proposal: "),
        (
            '{"proposal": "ruleset", "site": "", "version": "", "digest": "", "effective_at": "now", "bytes": ""}',
            "cannot be read",
        ),
    ],
)
def test_a_file_that_is_no_proposal_is_told(desk: Seated, text: str, said: str) -> None:
    file = desk.directory / "bad.json"
    file.write_text(text)
    assert said in desk.wrong("fence", "activate", file, "--as", OPERATOR)


def test_a_file_that_is_no_approval_is_told(desk: Seated) -> None:
    proposal = desk.proposed("--at", "2026-11-20T00:00:00Z")
    file = desk.directory / "bad.json"
    file.write_text('{"member": "The industry", "signature": "xyz"}')
    words = ("fence", "activate", proposal, "--as", OPERATOR, "--approval", file)
    assert "is no approval; `exchange fence sign` writes one" in desk.wrong(*words)


def test_a_seat_is_not_activated_and_a_member_needs_a_key(desk: Seated) -> None:
    _, key = desk.keyed("newcomer")
    seat = desk.proposed("--seat", "industry", "X", "--key", key, "--at", UNTIL)
    assert "proposes a member" in desk.wrong("fence", "activate", seat, "--as", OPERATOR)
    said = desk.wrong("fence", "propose", "--seat", "industry", "X", "--at", UNTIL)
    assert "name the public key of the member that is proposed with --key" in said


def test_before_any_seat_nothing_is_proposed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(decider([SHIPPED.digest]))
    stage.given(OPERATOR, an_admission(OPERATOR, Role.OPERATOR))
    desk = RegistryDesk(stage, tmp_path, monkeypatch)
    said = desk.wrong("fence", "propose", "--at", UNTIL)
    assert "no seat of the management body was given yet" in said
