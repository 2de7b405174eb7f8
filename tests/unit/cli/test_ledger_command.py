"""`exchange ledger`, over the tables of a story."""

import csv
import io
import json
import re
import stat
from contextlib import closing
from hashlib import blake2b
from pathlib import Path

import pyarrow.parquet
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange.cli.ledger_keys import public_keys, signing_key
from exchange.cli.root import root
from exchange.kernel.errors import AlreadyThere, Misuse
from exchange.store import open_store
from exchange.views.accounts import CHART
from exchange.views.ledger.dumping import dump_ledger
from streams.ledger_closes import closing_day
from streams.node.directory import DataDirectory
from tests.support.tables import without_rows
from tests.unit.views.ledger_story import ANNE, TRADE, two_periods_and_more
from tests.unit.views.story import START, play


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> DataDirectory:
    """A data directory whose tables hold the story."""
    made = DataDirectory.create(tmp_path_factory.mktemp("ledger") / "node", created_at=0)
    (made.path / "exchange.sqlite").write_bytes(without_rows())
    with closing(open_store(made.store_url)) as store:
        play(store, two_periods_and_more())
    return made


def said(node: DataDirectory, *words: object, code: int = 0) -> str:
    called = ["ledger", *map(str, words), "--data", str(node.path)]
    ended = CliRunner().invoke(root, called, prog_name="exchange")
    assert ended.exit_code == code, (ended.output, ended.exception)
    return ended.output


def test_a_trial_balance_says_of_each_ledger_that_it_balances(node: DataDirectory) -> None:
    lines = said(node, "trial-balance").splitlines()
    assert lines[0] == "CNY"
    assert re.search(r"^ +2100  Escrow +12,000.00 +12,000.00 +0.00$", "\n".join(lines), re.MULTILINE)
    assert [line for line in lines if line.startswith("✓")] == [
        "✓ Debits and credits, CNY 87,001.89 and CNY 87,001.89, are equal.",
        "✓ Debits and credits, USD 9.00 and USD 9.00, are equal.",
    ]


def test_as_of_takes_a_time_and_a_place_for_each_partition(node: DataDirectory) -> None:
    by_place = said(node, "trial-balance", "--as-of", "market/3/4", "--json")
    by_time = said(node, "trial-balance", "--as-of", "2026-11-02T00:01:00Z", "--json")
    assert json.loads(by_place) == json.loads(by_time)
    assert {row["account"]: row["balance_minor"] for row in json.loads(by_place)} == {
        1010: 5_000_000,
        2010: 3_750_000,
        2020: 1_250_000,
    }
    for wrong, why in (
        (("market/3/99999",), "up to fact 20002"),
        (("yesterday",), "yesterday is no time"),
        (("2026-11-02T00:01:00Z", "2026-11-02T00:02:00Z"), "names two times"),
    ):
        places = [word for each in wrong for word in ("--as-of", each)]
        assert why in said(node, "trial-balance", *places, code=2)


def test_the_chart_has_codes_names_and_normal_sides(node: DataDirectory) -> None:
    rows = json.loads(said(node, "account", "--json"))
    assert {row["account"]: (row["account_name"], row["normal_side"]) for row in rows} == dict(CHART)
    assert "always the same" in said(node, "account", "--as-of", "market/3/4", code=2)


def test_an_account_is_shown_by_party_and_a_party_by_posting(node: DataDirectory) -> None:
    assert f"2100  Escrow        {TRADE}" in said(node, "account", 2100)
    assert "Nothing has been posted to it by then." in said(node, "account", 2100, "--open")
    lines = said(node, "account", 2010, ANNE).splitlines()
    assert lines[0] == f"2010 Buyer cash, {ANNE}, CNY"
    assert "opening balance" in lines[2]
    assert "DepositConfirmed" in lines[-2]
    assert "closing balance" in lines[-1]
    assert lines[-1].endswith(" 9.00")
    assert "the chart has no account 7" in said(node, "account", 7, code=2)
    assert "name its CODE and PARTY" in said(node, "account", 2010, "--from", "market/3/4", code=2)


def test_a_statement_comes_as_text_csv_json_and_parquet(node: DataDirectory, tmp_path: Path) -> None:
    given = ("statement", ANNE, "--from", "market/3/4", "--as-of", "market/3/10001")
    as_json = json.loads(said(node, *given, "--json"))
    as_csv = list(csv.DictReader(io.StringIO(said(node, *given, "--csv"))))
    assert [row["entry"] or None for row in as_csv] == [row["entry"] for row in as_json]
    for name in ("s.csv", "s.json", "s.parquet"):
        said(node, *given, "-o", tmp_path / name)
    table = pyarrow.parquet.read_table(tmp_path / "s.parquet")
    assert table.column("balance_minor").to_pylist() == [row["balance_minor"] for row in as_json]
    assert str(table.schema.field("at").type) == "timestamp[us, tz=UTC]"
    assert table.column_names == list(as_csv[0])
    kinds = [row["kind"] for row in as_json]
    assert kinds.count("opening") == kinds.count("closing") == 3
    assert f"2020 Buyer reserved, {ANNE}, CNY" in said(node, *given)


def test_an_entry_names_its_fact_and_is_found_by_it(node: DataDirectory) -> None:
    lines = said(node, "entry", "market/3/10001").splitlines()
    assert lines[0].startswith(
        f"market/3/10001 TradeMatched {TRADE}, 2026-11-02T00:04:00Z, by the command at"
    )
    assert said(node, "entry", TRADE).count(TRADE) > said(node, "entry", "market/3/10001").count(TRADE)
    assert "moves no money" in said(node, "entry", "market/3/5")


def test_closing_is_rehearsed_without_a_key_being_made(node: DataDirectory) -> None:
    told = json.loads(said(node, "close", "--dry-run", "--json"))
    assert told["dry_run"] is True
    assert any("make a key" in step for step in told["would"])
    assert not (node.path / "keys").exists()
    assert "has not begun" in said(node, "close", "--day", "2999-01-01", "--dry-run", code=2)


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    directory = DataDirectory.create(tmp_path / "node", created_at=0)
    assert public_keys(directory, None) == ()
    key = signing_key(directory, None)
    file = directory.path / "keys" / "ledger.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert signing_key(directory, None).private_bytes_raw() == key.private_bytes_raw()
    assert public_keys(directory, None) == (_public(key),)
    file.chmod(0o640)
    with pytest.raises(Misuse, match="others can read"):
        signing_key(directory, None)


def test_a_key_that_is_lost_is_missed_and_another_takes_its_place_only_if_told_so(tmp_path: Path) -> None:
    directory = DataDirectory.create(tmp_path / "node", created_at=0)
    first, file, elsewhere = (
        signing_key(directory, None),
        directory.path / "keys" / "ledger.pem",
        tmp_path / "k",
    )
    with pytest.raises(AlreadyThere, match="move it away first"):
        signing_key(directory, None, anew=True)
    file.rename(elsewhere)
    with pytest.raises(Misuse, match="bring it back from where it was kept"):
        signing_key(directory, None)
    assert "bring it back" in said(directory, "close", "--dry-run", code=2)
    assert _public(signing_key(directory, elsewhere)) == _public(first)
    second = signing_key(directory, None, anew=True)
    assert public_keys(directory, None) == (_public(first), _public(second))
    for anew in (False, True):
        with pytest.raises(Misuse, match="is not the key" if not anew else "another key took the place"):
            signing_key(directory, elsewhere, anew=anew)
    (tmp_path / "digits").write_text(_public(first))
    assert public_keys(directory, tmp_path / "digits") == (_public(first),)
    assert public_keys(directory, directory.path / "keys" / "ledger.pub") == public_keys(directory, None)


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def test_a_day_is_closed_to_its_end_or_today_to_now() -> None:
    noon = START + 12 * 3_600_000_000
    assert closing_day(None, noon) == ("2026-11-02", noon)
    assert closing_day("2026-11-01", noon) == ("2026-11-01", START - 1)
    for wrong, why in (
        ("2026-11-03", "has not begun"),
        ("yesterday", "is no day"),
        ("2026-13-01", "is no day"),
    ):
        with pytest.raises(Misuse, match=why):
            closing_day(wrong, noon)


def test_the_ledger_is_dumped_as_lines_or_as_their_digest(node: DataDirectory) -> None:
    lines = said(node, "dump", "--json").splitlines()
    tables = [json.loads(line)["table"] for line in lines]
    assert sorted(set(tables)) == [
        "balances",
        "entries",
        "period_balances",
        "period_totals",
        "postings",
        "progress",
    ]
    assert tables == sorted(tables, key=lambda name: (name == "progress", name))
    with closing(open_store(node.store_url)) as store:
        digest = blake2b("".join(f"{line}\n" for line in lines).encode(), digest_size=32).hexdigest()
        assert lines == list(dump_ledger(store))
    assert said(node, "dump", "--digest") == f"{digest}\n"
    assert said(node, "dump").splitlines()[-1] == f"digest {digest}"
