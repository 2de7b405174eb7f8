"""`exchange attestation`, before a registry that decides and tables that follow it."""

import json
from hashlib import blake2b
from pathlib import Path
from typing import get_args

import pytest

from exchange.cli.words import ATTESTATION_KINDS
from exchange.kernel.attestation import AttestationKind
from exchange.registry.attesting.commands import COMMANDS
from tests.unit.cli.test_safeguard_command import Desk
from tests.unit.registry.stage import ASSESSOR, COUNTER, SELLER


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def giving(attestation_id: str, *more: object, kind: str = "EU_ART49") -> tuple[object, ...]:
    about = ("--zone", "BZ-2", "--handbook", "HB-9", "--to", "CN")
    shown = ("--issuer", "Harbour Clinic", "--evidence", "contract.pdf", "--from", "2026-11-02")
    return ("attestation", "give", attestation_id, "--kind", kind, *about, *shown, *more, "--as", SELLER)


def test_the_kinds_of_the_command_line_are_those_that_there_are() -> None:
    assert get_args(AttestationKind) == ATTESTATION_KINDS


def test_a_word_from_its_beginning_to_its_end(desk: Desk) -> None:
    assert desk("attestation", "list") == "None was given.\n"
    told = desk(*giving("AT-1", "--last", "2027-01-31"))
    assert told.splitlines()[0] == "Given: AT-1, EU_ART49 of BZ-2 HB-9, from 2026-11-02 on."
    shown = json.loads(desk("attestation", "show", "AT-1", "--json"))
    assert shown["evidence_digest"] == blake2b(b"%PDF", digest_size=32).hexdigest()
    assert (shown["status"], shown["issuer"], shown["valid_to"]) == ("active", "Harbour Clinic", "2027-01-31")
    grounds = ("--grounds", "Read it.", "--as")
    assert desk("attestation", "doubt", "AT-1", *grounds, ASSESSOR) == (
        "Doubted: AT-1; it counts for nothing meanwhile.\n"
    )
    assert "ATTESTATION_STATE" in desk("attestation", "doubt", "AT-1", *grounds, ASSESSOR, code=1)
    assert desk("attestation", "uphold", "AT-1", *grounds, COUNTER) == "Upheld: AT-1; it counts again.\n"
    assert desk("attestation", "withdraw", "AT-1", *grounds, SELLER).startswith("Withdrawn: AT-1; ")
    assert "withdrawn" in desk("attestation", "show", "AT-1")
    assert len(json.loads(desk("attestation", "list", "--about", "BZ-2 HB-9", "--json"))) == 1
    assert desk("attestation", "list", "--party", COUNTER) == "None was given.\n"
    assert desk.client.asked == set(COMMANDS)


def test_what_does_not_fit_is_told_of_and_nothing_is_given(desk: Desk) -> None:
    assert "ATTESTATION_UNFIT" in desk(*giving("AT-1", "--product", "P-20", "--version", "1"), code=1)
    assert "goes with ART5_BASIS" in desk(*giving("AT-1", kind="ART5_BASIS"), code=1)
    assert "cannot be read" in desk(*giving("AT-1", "--evidence", "no.pdf"), code=2)
    assert "the tables have no attestation AT-1" in desk("attestation", "show", "AT-1", code=2)
