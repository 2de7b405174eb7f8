"""`exchange consignment`, before a zone that decides and tables that follow it: SC-03 at a terminal."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from exchange.bonded.credential import verifies
from exchange.bonded.merkle import root as merkle_root
from exchange.cli import asking, looking
from exchange.cli.looking import rows_of
from exchange.cli.root import root
from exchange.store import open_store
from tests.support.tables import with_tables
from tests.unit.bonded.stage import (
    ASSESSOR,
    KEYS,
    OTHER,
    PROCESSOR,
    SELLER,
    ZONE,
    ZoneStage,
    a_product,
    a_proposal,
    a_zone,
    hashes,
)
from tests.unit.bonded.tables import journal_of
from tests.unit.sdk.test_bonded_doors import Asking
from tests.unit.views.story import play


class ZoneDesk:
    """Words of `consignment`, said to a zone; files are in its directory."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stage: ZoneStage = a_zone()
        self.directory = directory
        monkeypatch.chdir(directory)
        monkeypatch.setattr(asking, "exchange_of", self._exchange)
        monkeypatch.setattr(looking, "opened", self._opened)
        for name in (SELLER, ASSESSOR):
            pem = KEYS[name].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            (directory / f"{name}.pem").write_bytes(pem)

    def __call__(self, *words: object, code: int = 0) -> str:
        ended = CliRunner().invoke(root, ["consignment", *map(str, words)], prog_name="exchange")
        assert ended.exit_code == code, (ended.output, ended.exception)
        return ended.output

    def write(self, name: str, fields: Any) -> str:
        (self.directory / name).write_text(json.dumps(in_hex(fields)))
        return name

    @asynccontextmanager
    async def _exchange(self, data: Path) -> AsyncIterator[Any]:
        yield SimpleNamespace(client=Asking(self.stage))

    def _opened(self, data: Path) -> Any:
        file = self.directory / f"{len(self.stage.journal)}.sqlite"
        if file.exists():
            return SimpleNamespace(store_url=f"sqlite:///{file}")
        with closing(open_store(url := with_tables(file))) as store:
            play(store, journal_of(self.stage.journal))
        return SimpleNamespace(store_url=url)


def in_hex(value: Any) -> Any:
    plain = msgspec.to_builtins(value, builtin_types=(bytes,))
    return json.loads(json.dumps(plain, default=lambda each: each.hex()))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ZoneDesk:
    return ZoneDesk(tmp_path, monkeypatch)


def word(told: str, kind: str) -> str:
    """The id of a kind that was told."""
    return next(each.rstrip(":.;") for each in told.split() if each.startswith(f"{kind}-"))


def test_sc_03_at_a_terminal(desk: ZoneDesk) -> None:
    processor = ("--as", PROCESSOR)
    assert desk("list") == "No consignment has come in.\n"
    told = desk("propose", desk.write("c.json", a_proposal()), "--as", SELLER)
    name = word(told, "C")
    assert told == f"Admitted: {name} under HB-0001.\n"
    whole = f"{name}/L-1:0-9999"
    told = desk(
        "start",
        ZONE,
        "label",
        "--items",
        whole,
        "--pool",
        "P",
        "--seats",
        120,
        "--yields",
        "vector=1/1",
        *processor,
    )
    run = word(told, "J")
    made = [a_product(quantity=9_640)]
    fields = [
        {**in_hex(made[0]), "items": [{"consignment_id": name, "lot": "L-1", "first": 0, "last": 9_639}]}
    ]
    output = word(desk("complete", run, desk.write("made.json", {"made": fields}), *processor), "O")
    there = ("--place", "DE", "--link", "LK-DE", *processor)
    told = desk("export", output, "--to", SELLER, *there)
    export = word(told, "X")
    assert told.startswith(f"Held: {export} (ZONE_BALANCE, CN_ART4_TRANSIT); ")
    assert "EGRESS_NOT_APPROVED" in desk("arrived", export, "--key", f"{SELLER}.pem", "--as", SELLER, code=1)
    evidence = ("--evidence", desk.write("inventory.json", {}))
    for found, said in ((359, "less was found"), (361, "more was found")):
        told = desk("count", name, found, "--bytes", found * 2_000_000, *evidence, *processor)
        assert told.startswith(f"Reconciling: {said} than there is in the books; ")
    assert desk("count", name, 360, "--bytes", 720_000_000, *evidence, *processor).startswith("Balanced.")
    assert desk("arrived", export, "--key", f"{SELLER}.pem", "--as", SELLER) == f"Arrived: {export}.\n"
    (desk.directory / "raw.tar").write_bytes(b"frames")
    told = desk("return", "--items", f"{name}/L-1:9640-9949", "--part", "raw.tar", *there)
    back = word(told, "X")
    assert told.startswith(f"Approved: {back}. ")
    desk("arrived", back, "--key", f"{SELLER}.pem", "--as", SELLER)
    left = f"{name}/L-1:9950-9999"
    erasure = {"method": "purge", "media": "V-7", "tool": "wipe", "tool_version": "1"}
    (desk.directory / "hashes.txt").write_text("\n".join(each.hex() for each in hashes(50)))
    how = (
        "destroy",
        name,
        desk.write("erasure.json", {"erasure": erasure}),
        "--items",
        left,
        "--hashes",
        "hashes.txt",
    )
    certificate = word(desk(*how, *processor), "DC")
    assert "nobody has verified" in " ".join(desk("certificate", certificate, code=2).split())
    verify = ("verify", certificate, "--key", f"{ASSESSOR}.pem", "--method", "read back", "--sample", 5)
    assert certificate in desk(*verify, "--as", ASSESSOR)
    credential = desk("certificate", certificate)
    assert verifies(credential.strip())
    assert merkle_root(hashes(50)).hex() in credential
    assert desk("write-off", name, *processor) == "Written off: HB-0001.\n"
    shown = desk("show", name)
    assert "written_off" in shown
    assert "9640" in shown
    assert name in desk("list")
    assert json.loads(desk("show", name, "--json"))["consignment_balance"][0]["on_hand"] == 0
    assert json.loads(desk("list", "--json"))[0]["handbook_no"] == "HB-0001"


def test_raw_items_are_handed_on_scrapped_and_taken_back(desk: ZoneDesk) -> None:
    name = word(desk("propose", desk.write("c.json", a_proposal()), "--as", SELLER), "C")
    (desk.directory / "raw.tar").write_bytes(b"frames")
    evidence = desk.write("list.json", {})
    told = desk(
        "scrap", "Black frames.", "--items", f"{name}/L-1:0-9", "--evidence", evidence, "--as", PROCESSOR
    )
    assert told == f"Scrapped: of {name}.\n"
    desk("count", name, 9_990, "--bytes", 9_990 * 2_000_000, "--evidence", evidence, "--as", PROCESSOR)
    to = ("--place", "DE", "--link", "LK-DE", "--as", PROCESSOR)
    back = word(desk("return", "--items", f"{name}/L-1:10-19", "--part", "raw.tar", *to), "X")
    assert desk("withdraw", back, "Not needed.", "--as", PROCESSOR) == f"Withdrawn: {back}.\n"
    on = (
        "transfer",
        "--items",
        f"{name}/L-1:10-19",
        "--part",
        "raw.tar",
        "--to",
        OTHER,
        "--handbook",
        "HB-2",
    )
    told = desk(*on, "--key-id", "K-2", "--lot", "L-1", "--as", PROCESSOR, code=1)
    assert "FENCE_REFUSED" in told
    assert "EU_NO_TOOL" in told


def test_persons_of_several_sources_are_declared(desk: ZoneDesk) -> None:
    one, other = (desk.stage.source() for _ in range(2))
    declaring = ("persons", one, other, "--as", PROCESSOR)
    told = desk(*declaring, "--persons", 52_000)
    assert told.startswith("Declared: PU-")
    assert "52,000 persons, 0 sensitive, 0 foreign, in 2026." in told
    (row,) = rows_of(desk.directory, "persons_united", exporter=PROCESSOR, year="2026")
    assert (json.loads(row["origins"]), row["persons"], row["sets"]) == ([one, other], 52_000, "[]")
    assert rows_of(desk.directory, "persons_united", year="2027") == []
    assert "PERSONS_IMPOSSIBLE" in desk(*declaring, "--persons", 100_001, code=1)
    assert "not both" in desk(*declaring, "--persons", 1, "--persons-set", "v1.txt", code=2)
    assert "origin_ids" in desk("persons", one, "--persons", 1, "--as", PROCESSOR, code=2)
    assert "no id of a business zone" in desk("persons", "PLATES", "FRAMES", "--as", PROCESSOR, code=2)


def test_what_people_have_to_let_in_says_so(desk: ZoneDesk) -> None:
    from tests.unit.bonded.stage import INDONESIAN, traits

    proposal = a_proposal(
        "HB-ID",
        consignor_id=INDONESIAN,
        origin="ID",
        link_ids=("LK-ID", "LK-SG"),
        return_list=("ID",),
        traits=traits(collected_in=("ID",)),
    )
    told = desk("propose", desk.write("c.json", proposal), "--as", INDONESIAN)
    name = word(told, "C")
    assert told.splitlines() == [
        f"Held: {name} under HB-ID, until people let it in (LOCAL_LAW_REVIEW):",
        "  exchange case list",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export", "O-0.1.0", "--to", SELLER, "--place", "Germany"), "destination: expected str"),
        (("export", "O-0.1.0", "--to", SELLER, "--place", "DE", "--purpose", "fun"), "found 'fun'"),
        (("complete", "J-0.1.0", "bare"), 'it is JSON like {"made": …}'),
        (("destroy", "C-0.1.0", "bare", "--hashes", "none"), 'it is JSON like {"erasure": …}'),
        (("start", ZONE, "x", "--items", "C-0.1.0", "--pool", "P", "--seats", "1"), "names no items"),
        (("start", ZONE, "x", "--yields", "vector", "--pool", "P", "--seats", "1"), "is no coefficient"),
        (("scrap", "x", "--evidence", "there"), "nothing is named"),
        (("return", "--part", "there", "--place", "DE"), "nothing is named"),
        (("propose", "nowhere"), "nowhere cannot be read"),
        (("propose", "there"), "there is no JSON object"),
        (("complete", "J-0.1.0", "object"), "object: CompleteJobRun does not fit"),
        (("arrived", "X-0.1.0", "--key", "there"), "the tables have no X-0.1.0"),
        (("destroy", "C-0.1.0", "object", "--hashes", "there"), "does not hold one hexadecimal hash a line"),
        (("withdraw", "nothing", "x"), "is no id of a business zone's fact"),
    ],
)
def test_what_cannot_be_meant_is_said(desk: ZoneDesk, words: tuple[str, ...], said: str) -> None:
    (desk.directory / "there").write_text("no JSON")
    (desk.directory / "object").write_text('{"made": 1, "erasure": 1}')
    (desk.directory / "bare").write_text('{"method": "purge"}')
    (desk.directory / "none").write_text("")
    assert said in " ".join(desk(*words, "--as", PROCESSOR, code=2).split())


@pytest.mark.parametrize(
    "content", [b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_a_key_that_cannot_be_read_is_named(desk: ZoneDesk, content: bytes) -> None:
    from exchange.cli.consignment_reading import read_key
    from exchange.kernel.errors import Misuse

    (desk.directory / "key").write_bytes(content)
    with pytest.raises(Misuse, match="key holds no key that can be read"):
        read_key(desk.directory / "key")
    (desk.directory / "key").write_text(KEYS[SELLER].private_bytes_raw().hex() + "\n")
    assert read_key(desk.directory / "key").private_bytes_raw() == KEYS[SELLER].private_bytes_raw()
