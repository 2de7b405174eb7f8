"""On a whole node: what the fence leaves to people is before the counter in seconds, and trades once it is lifted."""

import json
import time
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from exchange.cli.root import root
from exchange.kernel.panel import PanelMember
from exchange.kernel.time import DAY
from exchange.market.commands import Use
from exchange.registry.commands import Role
from exchange.sdk import Exchange, Refusal
from streams.node.directory import DataDirectory
from tests.support.names import unique_name
from tests.support.trade import BANK, COMPLIANCE, OPERATOR, QUALITY, a_draft, a_participant, open_exchange
from tests.support.traits import GENERAL
from tests.support.waiting import eventually
from tests.unit.registry.stage import a_price

CODES = ("LOCAL_LAW_REVIEW",)
SPEECH = msgspec.structs.replace(
    GENERAL, contains_pi=True, collected_in=("ID",), persons=400, sensitive_persons=0
)
PANEL = (
    PanelMember(name="Member 1", constituency="government"),
    PanelMember(name="Member 2", constituency="institution"),
    PanelMember(name="Member 3", constituency="industry"),
)
IN_SECONDS = 20


async def on_offer(exchange: Exchange, product_id: str, seller_id: str, market_id: str) -> Any:
    """Indonesian speech at a posted price."""
    seller, plain = exchange.seller(seller_id), a_draft(product_id)
    licence = msgspec.structs.replace(plain.licence, spatial=("SG",), purposes=("sale",))
    await seller.draft(msgspec.structs.replace(plain, stored_in="SG", traits=SPEECH, licence=licence))
    for assessor, kind in ((COMPLIANCE, "compliance"), (QUALITY, "quality")):
        door = exchange.assessor(assessor)
        await door.opine(product_id, "1", kind, passed=True, report=b"report", statement="In order.")
    await exchange.operator(OPERATOR).register(product_id, "1")
    return await seller.list(product_id, "1", market_id=market_id, price=a_price(), transaction_type="none")


async def test_an_order_left_to_people_opens_a_case_and_trades_once_a_panel_lifts_it(
    node: DataDirectory,
) -> None:
    names = {role: unique_name(role) for role in ("SE", "BU", "CO", "M", "P")}
    async with Exchange.open(node.path) as exchange:
        await open_exchange(exchange)
        operator = exchange.operator(OPERATOR)
        for who, place, role in (
            (names["SE"], "CN-LG", Role.SELLER),
            (names["BU"], "SG", Role.BUYER),
            (names["CO"], "CN-LG", Role.COUNTER),
        ):
            await operator.admit(a_participant(who, place, role))
        listing = await on_offer(exchange, names["P"], names["SE"], names["M"])
        outlook = await exchange.seller(names["SE"]).destinations(listing.listing_id)
        assert outlook is not None
        assert (outlook.verdict, outlook.outcome, outlook.codes) == ("wanting", "REVIEW", CODES)
        bank = exchange.custodian(BANK)
        await bank.confirm_deposit(names["M"], names["BU"], 5_000_000, "CNY", unique_name("IN"))
        buyer, analyst = exchange.buyer(names["BU"]), exchange.analyst()
        use = Use(purpose="sale", place_of_use="SG", licence_digest=listing.licence_digest)

        with pytest.raises(Refusal) as refusal:
            await buyer.buy(listing, use=use)
        assert (refusal.value.reason, refusal.value.codes) == ("FENCE_REFUSED", CODES)
        asked_at = time.monotonic()

        async def waiting() -> dict[str, Any]:
            rows = (
                await analyst.query("review_cases", subject=names["P"], participant=names["BU"])
            ).as_dicts()
            return dict(rows[0]) if rows else {}

        case = await eventually(waiting)
        assert time.monotonic() - asked_at < IN_SECONDS
        assert (case["state"], case["buyer_id"], json.loads(case["codes"])) == ("open", names["BU"], [*CODES])

        until = await exchange.now() + 90 * DAY
        counter = exchange.counter(names["CO"])
        ruled = await counter.lift(case["case_id"], CODES, until, PANEL, "The papers show consent.")
        assert (ruled.codes, ruled.panel, ruled.replaces) == (CODES, PANEL, False)
        purchase = await buyer.buy(listing, use=use)
        decision = purchase.trade.decision
        assert decision is not None
        assert (decision.outcome, len(decision.ruling_ids)) == ("REVIEW", 1)

        await analyst.up_to_date()
        told = explained(node, decision.decision_id)
        assert [each["reference"] for each in told["rulings"]] == [case["case_id"]]
        asked = explained(node, case_decision(node, case["case_id"]))
        assert (asked["case"]["case_id"], asked["case"]["state"]) == (case["case_id"], "lifted")
        assert "Member 2 (institution)" in told["rulings"][0]["panel"]


def explained(node: DataDirectory, decision_id: str) -> Any:
    return said(node, "fence", "explain", decision_id)


def case_decision(node: DataDirectory, case_id: str) -> str:
    (row,) = said(node, "case", "show", case_id)["decisions"]
    return str(row["decision_id"])


def said(node: DataDirectory, *words: str) -> Any:
    ended = CliRunner().invoke(root, [*words, "--data", str(node.path), "--json"], prog_name="exchange")
    assert ended.exit_code == 0, ended.output
    return json.loads(ended.output)
