"""Taking part from a terminal: buy, publish, subscribe, ask, and look at what came of it."""

import asyncio
import csv
import io
import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from exchange.market.commands import BookRules, OpenInstrument
from exchange.market.reasons import Reason
from exchange.sdk import Exchange
from streams.node.directory import DataDirectory
from tests.support import eventually
from tests.support.command import Ended, exchange, running, shell
from tests.support.node import PLENTY_S
from tests.support.trade import OPERATOR, Trade
from tests.unit.market.stage import terms

pytestmark = pytest.mark.timeout(600)


class Desk:
    """A seller and a buyer at a terminal, with a listing between them."""

    def __init__(self, path: Path, data: Path, trade: Trade) -> None:
        self.path = path
        self.data = data
        self.product = trade.product_id
        self.listing = trade.listing.listing_id
        self.licence = trade.listing.licence_digest.hex()
        self.market = trade.market_id
        self.seller = trade.seller.participant_id
        self.buyer = trade.buyer.participant_id

    def __call__(self, *arguments: object, typed: str | bytes = b"") -> Ended:
        return exchange(*arguments, "--data", self.data, directory=self.path, typed=typed)

    def buy(self, *more: object) -> Ended:
        return self("buy", self.listing, "--as", self.buyer, *more)


async def prepared(data: Path) -> Trade:
    async with Exchange.open(data) as open_exchange:
        return await Trade(open_exchange).prepare()


def opened(data: Path, path: Path) -> Desk:
    with ThreadPoolExecutor(1) as pool:
        return Desk(path, data, pool.submit(asyncio.run, prepared(data)).result())


@pytest.fixture
def desk(node: DataDirectory, tmp_path: Path) -> Desk:
    """A new seller, buyer and product on the node that all tests share."""
    return opened(node.path, tmp_path)


@pytest.fixture(scope="module")
def idle(node: DataDirectory, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """One more for all that is refused anyway."""
    return opened(node.path, tmp_path_factory.mktemp("idle"))


def bought(desk: Desk) -> str:
    ended = desk.buy("--purpose", "transport", "--place", "JP", "--json")
    assert ended.code == 0, ended.err
    return str(json.loads(ended.out)["entitlements"][0]["entitlement_id"])


def test_a_purchase_is_told_with_what_to_do_next(desk: Desk) -> None:
    ended = desk.buy("--purpose", "transport", "--place", "JP")
    assert (ended.code, ended.err) == (0, "")
    first, *_, last = ended.out.splitlines()
    assert first.startswith("Bought: trade T-")
    assert "for CNY 12,000.00, held in escrow; entitlement E-" in first
    assert last.startswith(f"  exchange subscribe {first.rsplit(' ', 1)[1]} --as {desk.buyer} --data ")


SOUND = ("--purpose", "transport", "--place", "JP")


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        ((), 1, "exchange: PlaceOrder refused: FENCE_REFUSED"),
        ((*SOUND, "--quantity", 2), 1, "exchange: PlaceOrder refused: FUNDS_INSUFFICIENT"),
        ((*SOUND, "--price-minor", 1), 1, "exchange: no ask for "),
        (("--purpose", "transport", "--place", "Mars"), 2, "exchange: place_of_use: expected "),
        (("--quantity", 0), 2, "exchange: buy: invalid value for "),
    ],
)
def test_what_is_not_bought_is_said_with_its_reason(
    idle: Desk, more: tuple[object, ...], code: int, said: str
) -> None:
    ended = idle.buy(*more)
    assert (ended.code, ended.out, ended.err[: len(said)]) == (code, "", said)


def test_a_file_of_lines_is_published_received_and_confirmed(desk: Desk) -> None:
    entitlement = bought(desk)
    lines = [b"berth %d" % number for number in range(500)] + [b"", b"\xff\xfe", b'{"not": "touched"}']
    (desk.path / "calls").write_bytes(b"\r\n".join(lines))
    published = desk("publish", desk.product, "calls", "--as", desk.seller, "--complete")
    assert published.code == 0, published.err
    assert published.out == (
        f"503 records published in 1 range; {desk.product} now ends with record 502.\n"
        "Complete: what is owed now ends with record 502.\n"
    )
    received = desk("subscribe", entitlement, "--as", desk.buyer)
    assert (received.code, received.err) == (0, "503 records\n")
    records = [json.loads(line) for line in received.out.splitlines()]
    assert [record["seq"] for record in records] == list(range(503))
    assert [record["value"] for record in records[:2]] == ["berth 0", "berth 1"]
    assert [record["value"] for record in records[500:]] == ["", {"base64": "//4="}, '{"not": "touched"}']
    assert records[0]["event_time"].startswith("2026-11-02T"), "the exchange's time, not the machine's"
    again = desk("subscribe", entitlement, "--as", desk.buyer)
    assert (again.code, again.out) == (0, "")
    assert again.err == "0 records: everything that is owed was received before\n"
    shown = wait_for(desk, "receipts", f"entitlement={entitlement}", rows=1)
    assert [(row["records"], row["state"]) for row in shown] == [(503, "agreed")] or shown[0][
        "records"
    ] == 503


def test_what_one_receives_another_may_publish(desk: Desk) -> None:
    entitlement = bought(desk)
    given = (
        '{"key": "ship-7", "value": "berth 3", "event_time": "2026-11-02T08:00:00+08:00"}\n'
        '{"value": {"berth": 4}, "key": {"base64": "/w=="}}\n'
    )
    published = desk(
        "publish",
        desk.product,
        "-",
        "--as",
        desk.seller,
        "--format",
        "json",
        "--complete",
        "--json",
        typed=given,
    )
    assert (published.code, published.err) == (0, ""), published.err
    assert json.loads(published.out) == {"records": 2, "through": 1, "ranges": 1}
    received = desk("subscribe", entitlement, "--as", desk.buyer, "--no-receipts").out
    first, second = map(json.loads, received.splitlines())
    assert first == {"seq": 0, "event_time": "2026-11-02T00:00:00Z", "key": "ship-7", "value": "berth 3"}
    assert (second["key"], second["value"]) == ({"base64": "/w=="}, '{"berth":4}')
    assert desk("subscribe", entitlement, "--as", desk.buyer).out == received
    onward = desk("publish", desk.product, "-", "--as", desk.seller, "--format", "json", typed=received)
    assert "2 records published" in onward.out, onward.err


def test_a_line_at_fault_is_named_and_publishing_goes_on_after_it_is_mended(desk: Desk) -> None:
    lines = [json.dumps({"value": f"berth {number}"}) for number in range(40)]
    broken = "\n".join([*lines[:30], "berth 30", *lines[31:]])
    publish = partial(desk, "publish", desk.product, "-", "--as", desk.seller, "--format", "json")
    failed = publish("--first-seq", 0, typed=broken)
    assert failed.code == 2
    assert "exchange: line 31 cannot be read: JSON is malformed" in failed.err
    mended = publish("--first-seq", 0, "--json", typed="\n".join(lines))
    assert mended.code == 0, mended.err
    assert json.loads(mended.out)["through"] == 39
    same = publish("--first-seq", 0, "--json", typed="\n".join(lines))
    assert json.loads(same.out) == {"records": 0, "through": 39, "ranges": 0}
    others = desk("publish", desk.product, "-", "--as", desk.buyer, typed="x")
    assert (others.code, f"{desk.buyer} cannot publish it" in others.err) == (2, True)


async def test_a_pipe_is_published_as_it_comes_and_ctrl_c_ends_both_sides(desk: Desk) -> None:
    entitlement = await asyncio.to_thread(bought, desk)
    publish = ("publish", desk.product, "-", "--as", desk.seller, "--data", desk.data)
    subscribe = ("subscribe", entitlement, "--as", desk.buyer, "--data", desk.data)
    with running(*publish, directory=desk.path) as seller, running(*subscribe, directory=desk.path) as buyer:
        assert seller.stdin is not None
        assert buyer.stdout is not None
        seller.stdin.write(b"berth 0\nberth 1\n")
        seller.stdin.flush()
        for number in range(2):
            line = await asyncio.wait_for(asyncio.to_thread(buyer.stdout.readline), PLENTY_S)
            assert json.loads(line)["value"] == f"berth {number}"
        for process in (seller, buyer):
            os.kill(process.pid, signal.SIGINT)
            assert await asyncio.to_thread(process.wait, 60) == 130
        assert seller.stderr is not None
        said = seller.stderr.read().decode()
        assert said.splitlines()[-1] == "exchange: interrupted"
        assert "Traceback" not in said


async def test_a_subscription_killed_in_the_middle_goes_on_where_receipts_end(desk: Desk) -> None:
    entitlement = await asyncio.to_thread(bought, desk)
    for part in range(4):
        text = "".join(f"{part * 5_000 + number} {'x' * 200}\n" for number in range(5_000))
        published = await asyncio.to_thread(
            partial(desk, "publish", desk.product, "-", "--as", desk.seller, typed=text)
        )
        assert published.code == 0, published.err
    completed = await asyncio.to_thread(desk, "publish", desk.product, "--as", desk.seller, "--complete")
    assert completed.code == 0, completed.err
    subscribe = ("subscribe", entitlement, "--as", desk.buyer, "--data", desk.data)
    taken: list[int] = []
    with running(*subscribe, directory=desk.path) as buyer:
        assert buyer.stdout is not None
        # A pipe holds far less than a range: what is confirmed has been read here.
        while len(taken) < 7_500:
            taken.append(json.loads(await asyncio.to_thread(buyer.stdout.readline))["seq"])
        buyer.kill()
        rest = buyer.stdout.read().decode().splitlines(keepends=True)
    taken += [json.loads(line)["seq"] for line in rest if line.endswith("\n")]
    again = await asyncio.to_thread(exchange, *subscribe, directory=desk.path)
    assert again.code == 0, again.err
    later = [json.loads(line)["seq"] for line in again.out.splitlines()]
    assert taken == list(range(len(taken)))
    assert later == list(range(later[0], 20_000))
    assert later[0] in (5_000, 10_000, 15_000), "the beginning of a range that was not confirmed"
    assert later[0] <= len(taken), "nothing is confirmed that was not written"


def test_what_cannot_be_written_is_not_confirmed(desk: Desk) -> None:
    entitlement = bought(desk)
    text = "".join(f"{number} {'x' * 500}\n" for number in range(2_000))
    desk("publish", desk.product, "-", "--as", desk.seller, "--complete", typed=text)
    subscribe = f"exchange subscribe {entitlement} --as {desk.buyer} --data '{desk.data}'"
    for into, code, said in (
        ("| head -n 1", 0, ""),
        ("> /dev/full", 3, "exchange: standard output cannot be written (no space left on device); "),
        (">&-", 2, "exchange: standard output is closed; send it to a file, a pipe or /dev/null\n"),
    ):
        ended = shell(f"{subscribe} {into}", desk.path)
        assert (ended.code, ended.err[: len(said)], ended.err.count("\n")) == (code, said, bool(said))
    assert desk("subscribe", entitlement, "--as", desk.buyer).err == "2,000 records\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("exchange subscribe E-9.9.9 --as BU-1", "exchange: entitlement E-9.9.9 was never opened"),
        ("exchange publish PRODUCT missing --as SELLER", "exchange: publish: invalid value for "),
        ("exchange publish PRODUCT - --as SELLER <&-", "exchange: standard input is closed"),
        ("exchange publish PRODUCT --as SELLER", "exchange: no FILE is given"),
        ("exchange publish P-NONE /dev/null --as SELLER", "  ✗ publishing"),
        ("exchange publish PRODUCT /dev/null --as nobody/else", "  ✗ publishing"),
    ],
)
def test_what_cannot_be_read_or_is_not_there_is_said(idle: Desk, line: str, said: str) -> None:
    words = line.replace("PRODUCT", idle.product).replace("SELLER", idle.seller)
    ended = shell(f"export EXCHANGE_DATA='{idle.data}'; {words}", idle.path)
    assert "Traceback" not in ended.err
    assert (ended.code, ended.err[: len(said)]) == (2, said)


def test_any_command_can_be_asked_and_a_refusal_is_printed_and_ends_with_one(desk: Desk) -> None:
    rest = desk("ask", "market", desk.market, "--as", desk.buyer, "--id", "a-1", typed=an_order(desk, 500))
    assert (rest.code, rest.err) == (0, ""), rest.err
    facts = [json.loads(line) for line in rest.out.splitlines()]
    (order,) = (fact for fact in facts if fact["type"] == "OrderAccepted")
    assert order["meta"]["actor"] == desk.buyer
    cancel = json.dumps({"type": "CancelOrder", "order_id": order["order_id"]})
    for code in (0, 1):
        ended = desk("ask", "market", desk.market, "--as", desk.buyer, typed=cancel)
        assert ended.code == code
        kind = json.loads(ended.out.splitlines()[-1])["type"]
        assert (kind, bool(ended.err)) == (("OrderCancelled", False) if code == 0 else ("Refused", True))
    again = desk("ask", "market", desk.market, "--as", desk.buyer, "--id", "a-1", typed=an_order(desk, 500))
    assert again.out == rest.out, "decided once"
    other = desk("ask", "market", desk.market, "--as", desk.buyer, "--id", "a-1", typed=an_order(desk, 501))
    assert (other.code, "ID_TAKEN" in other.err) == (1, True)


def test_what_would_come_of_a_command_is_told_and_nothing_is_sent(desk: Desk) -> None:
    sound = desk.buy(*SOUND, "--dry-run", "--json")
    assert (sound.code, sound.err) == (0, "")
    told = json.loads(sound.out)
    assert told["dry_run"] is True
    assert told["command"]["type"] == "PlaceOrder"
    assert told["topic"] == "market.commands"
    kinds = [fact["type"] for fact in told["outcome"]]
    assert {"OrderAccepted", "TradeMatched", "EntitlementGranted"} <= set(kinds)
    poor = desk.buy(*SOUND, "--quantity", 2, "--dry-run")
    assert (poor.code, "exchange: PlaceOrder refused: FUNDS_INSUFFICIENT" in poor.err) == (1, True)
    assert poor.err.rstrip().endswith(Reason.FUNDS_INSUFFICIENT.remedy)
    words = ("CancelOrder", "order_id=O-9.9.9", "--as", desk.buyer)
    unknown = desk("ask", "market", desk.market, *words, "--dry-run", "--json")
    assert unknown.code == 1
    assert json.loads(unknown.out)["command"] == {"type": "CancelOrder", "order_id": "O-9.9.9"}
    assert json.loads(unknown.err)["error"]["reason"] == "ORDER_UNKNOWN"
    again = desk.buy(*SOUND, "--dry-run")
    assert (again.code, again.out.splitlines()[0]) == (0, "Nothing was done. It would"), (
        "nothing was reserved"
    )
    bought(desk)
    after = desk.buy(*SOUND, "--dry-run")
    assert (after.code, "FUNDS_INSUFFICIENT" in after.err) == (1, True)


def test_what_would_be_published_and_received_is_told_and_nothing_is_moved(desk: Desk) -> None:
    entitlement = bought(desk)
    wait_for(desk, "deliveries", f"entitlement={entitlement}", rows=1)
    publish = ("publish", desk.product, "-", "--as", desk.seller, "--dry-run", "--json")
    told = desk(*publish, typed="berth 0\nberth 1\n")
    assert (told.code, told.err) == (0, "")
    found = json.loads(told.out)
    assert (found["records"], found["size_bytes"], found["complete"]) == (2, 14, False)
    broken = desk(*publish, "--format", "json", typed='{"value": 1}\nberth')
    assert (
        broken.code,
        "line 2 cannot be read: JSON is malformed" in json.loads(broken.err)["error"]["message"],
    ) == (
        2,
        True,
    )
    owed = desk("subscribe", entitlement, "--as", desk.buyer, "--dry-run", "--json")
    assert json.loads(owed.out)["entitlement_id"] == entitlement
    other = desk("subscribe", entitlement, "--as", desk.seller, "--dry-run")
    assert (other.code, f"is {desk.buyer}'s" in other.err) == (2, True)
    done = desk("publish", desk.product, "-", "--as", desk.seller, "--json", typed="berth 0\n")
    assert json.loads(done.out)["through"] == 0, "nothing was there before"


def an_order(desk: Desk, price: int) -> str:
    use = {"purpose": "transport", "place_of_use": "JP"}
    order = {
        "type": "PlaceOrder",
        "instrument_id": desk.listing,
        "side": "bid",
        "quantity": 1,
        "price": price,
    }
    return json.dumps(order | {"use": use | {"licence_digest": desk.licence}, "time_in_force": "1"})


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "exchange: standard input is no JSON object"),
        ("[]", "exchange: standard input is no JSON object"),
        ("{}", "exchange: type: expected the name of a command"),
        ('{"type": "Nonsense"}', "exchange: type: 'Nonsense' is no command of market"),
        (
            '{"type": "CancelOrder", "order_id": 5}',
            "exchange: CancelOrder does not fit: order_id: expected str",
        ),
        (b"\xff", "exchange: line 1: not UTF-8"),
    ],
)
def test_what_is_no_command_is_not_sent(
    node: DataDirectory, typed: str | bytes, said: str, tmp_path: Path
) -> None:
    ended = exchange(
        "ask", "market", "M-1", "--as", "BU-1", "--data", node.path, directory=tmp_path, typed=typed
    )
    assert (ended.code, ended.out, ended.err[: len(said)]) == (2, "", said)


def wait_for(desk: Desk, *query: object, rows: int) -> list[dict[str, Any]]:
    """The rows of a query, once there are so many."""

    async def there() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(
            (await asyncio.to_thread(desk, "query", *query, "--json")).out
        )
        return found if len(found) >= rows else []

    with ThreadPoolExecutor(1) as pool:
        found: list[dict[str, Any]] = pool.submit(asyncio.run, eventually(there, PLENTY_S)).result()
    return found


def test_queries_and_sql_answer_as_table_csv_and_json(desk: Desk) -> None:
    bought(desk)
    asked = ("query", "purses", f"participant={desk.buyer}")
    (row,) = wait_for(desk, *asked[1:], rows=1)
    assert (row["currency"], row["escrow_minor"], row["cash_minor"]) == ("CNY", 1_200_000, 800_000)
    table = desk(*asked)
    assert table.err == "1 row\n"
    head, line = table.out.splitlines()
    shown = dict(zip(head.split(), line.split(), strict=True))
    assert [shown[name] for name in ("cash", "reserved", "escrow", "payable")] == [
        "8,000.00",
        "0.00",
        "12,000.00",
        "0.00",
    ]
    assert len(head) == len(line)
    (as_csv,) = csv.DictReader(io.StringIO(desk(*asked, "--csv").out))
    assert as_csv == {name: str(value) for name, value in row.items()}
    statement = f"select buyer_id, amount_minor from trades where product_id = '{desk.product}'"
    assert json.loads(desk("sql", statement, "--json").out) == [
        {"buyer_id": desk.buyer, "amount_minor": 1_200_000}
    ]
    limited = desk("sql", "select 1 as one union select 2", "--limit", 1, "--csv")
    assert (limited.out, "only the first 1 rows" in limited.err) == ("one\n1\n", True)


def test_an_answer_is_waited_for_and_written_to_a_file(desk: Desk) -> None:
    placed = json.loads(desk.buy("--purpose", "transport", "--place", "JP", "--json").out)
    topic, partition, seq, _ = placed["position"]
    place = f"{topic.removesuffix('.journal')}/{partition}/{seq}"
    statement = f"select trade_id, amount_minor, at from trades where product_id = '{desk.product}'"
    written = desk("sql", statement, "--at-least", place, "-o", "trades.json")
    assert (written.code, written.out, written.err) == (0, "", "1 row written to trades.json\n")
    (row,) = json.loads((desk.path / "trades.json").read_text())
    assert row["amount_minor"] == 1_200_000
    assert row["at"].startswith("2026-11-0")
    assert desk("sql", statement, "-o", "trades.parquet").code == 0
    assert pyarrow.parquet.read_table(desk.path / "trades.parquet").num_rows == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sql", "selec"), 'exchange: the database says: near "selec"'),
        (("sql", "delete from trades"), "exchange: the database says: "),
        (
            ("sql", "select 1", "--csv", "--json"),
            '{"error":{"kind":"Misuse","exit_code":2,"message":"--csv and',
        ),
        (("sql", "select 1", "--csv", "-o", "x.csv"), "exchange: --csv and --output exclude each other"),
        (("sql", "select 1", "-o", "x.txt"), "exchange: x.txt: a file's ending says its kind; name one that"),
        (("sql", "select 1", "-o", "no/where/x.csv"), "exchange: no/where/x.csv cannot be written: No such"),
        (("query", "trades", "--at-least", "now"), "exchange: 'now' is no place of a fact; write CONTEXT/"),
        (("query", "nothing"), "exchange: there is no query 'nothing'; the queries are "),
        (("query", "purses"), "exchange: query purses needs participant"),
        (
            ("query", "purses", "participant"),
            "exchange: parameter 'participant' has no value; write name=value",
        ),
        (("query", "purses", "who=x"), "exchange: query purses has no parameter 'who'"),
    ],
)
def test_a_question_that_cannot_be_asked_says_why(
    node: DataDirectory, arguments: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    ended = exchange(*arguments, "--data", node.path, directory=tmp_path)
    assert (ended.code, ended.out, ended.err[: len(said)]) == (2, "", said)
    assert ended.err.count("\n") == 1


def test_every_named_query_is_listed_with_its_parameters(tmp_path: Path) -> None:
    listed = exchange("query", directory=tmp_path)
    assert "purses participant=…\n    " in listed.out
    as_json = json.loads(exchange("query", "--json", directory=tmp_path).out)
    assert {"name": "participant", "answers": "whose money", "required": True} in next(
        query["parameters"] for query in as_json if query["name"] == "purses"
    )


async def a_feed(desk: Desk, instrument: str) -> list[Any]:
    """What a feed shows that begins before three asks are placed."""
    async with Exchange.open(desk.data) as open_exchange:
        rules = BookRules(kind="compute", price_step=5)
        book = terms(
            instrument_id=instrument, market_id=desk.market, listing_id=instrument, product_id=instrument,
            unit="hour", seller_id=None, posted_price=None, moves_data=False, rules=rules,
        )  # fmt: skip
        opened_at = await open_exchange.operator(OPERATOR).ask(
            "market", desk.market, OpenInstrument(terms=book)
        )
        await open_exchange.analyst().query("instruments", at_least=opened_at.position)
        seller = open_exchange.seller(desk.seller)
        async with aclosing(open_exchange.market_data().feed(instrument)) as feed:
            seen = [await anext(feed)]
            for price in (1_250, 1_260, 1_255):
                await seller.place_ask(instrument, 4, price, market_id=desk.market)
                seen.append(await anext(feed))
        return seen


def document(ended: Ended) -> Any:
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


def test_a_book_is_traded_in_and_looked_at_from_a_terminal(desk: Desk) -> None:
    book = f"H-{desk.product}"
    with ThreadPoolExecutor(1) as pool:
        first, *updates = pool.submit(asyncio.run, a_feed(desk, book)).result()
    assert (first.levels, [update.best.ask.price for update in updates]) == ((), [1_250, 1_250, 1_250])
    assert [update.levels[0].price for update in updates] == [1_250, 1_260, 1_255]
    as_buyer = ("--as", desk.buyer)
    off = desk("order", "place", book, "bid", 1, "12.52", *as_buyer)
    assert (off.code, off.out) == (2, "")
    assert "it moves in steps of 0.05; write 12.50 or 12.55" in off.err
    rehearsed = desk("order", "place", book, "bid", 6, "12.55", *as_buyer, "--dry-run")
    assert (rehearsed.code, "OrderAccepted, TradeMatched" in rehearsed.out) == (0, True)
    placed = desk("order", "place", book, "bid", 6, "12.55", "--time-in-force", "gtc", *as_buyer, "--json")
    assert (placed.code, len(json.loads(placed.out)["trades"])) == (0, 2)
    resting = desk("order", "place", book, "bid", 2, "12.40", *as_buyer)
    assert resting.out.startswith("Placed: O-"), resting.err
    order = resting.out.split()[1].rstrip(",")
    replaced = desk("order", "replace", order, 1, "12.40", *as_buyer)
    assert replaced.out == f"Replaced: {order}, now 1 at 12.40 CNY; kept its place\n"
    standing = ("orders", "--participant", desk.buyer, "--instrument", book, "--state", "standing", "--json")
    asyncio.run(eventually(lambda: [row["quantity"] for row in document(desk(*standing))] == [1]))
    seen = document(desk("book", book, "--json"))
    assert [(level["side"], level["price"], level["quantity"]) for level in seen["levels"]] == [
        ("bid", 1_240, 1), ("ask", 1_255, 2), ("ask", 1_260, 4),
    ]  # fmt: skip
    assert (seen["day"]["volume"], seen["day"]["last_price"]) == (6, 1_255)
    shown = desk("trades", book).out.splitlines()
    assert [line.split()[1:3] for line in shown[1:]] == [["12.50", "4"], ["12.55", "2"]]
    assert len(document(desk("candles", book, "--interval", "1d", "--json"))) == 1
    cancelled = desk("order", "cancel-all", "--instrument", book, *as_buyer)
    assert cancelled.out == "Cancelled: 1 order\n"
    again = desk("order", "cancel", order, *as_buyer)
    assert (again.code, "ORDER_NOT_OPEN" in again.err) == (1, True)
