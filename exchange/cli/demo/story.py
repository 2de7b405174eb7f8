"""The main job, from admission to lineage, played through the SDK's doors on a running exchange."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec

from exchange.cli.demo import cast
from exchange.cli.demo.flights import RECORDS, flights
from exchange.cli.demo.telling import Meter, Teller
from exchange.fence import load_rulesets, newest
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.money import format_minor
from exchange.kernel.product import PricePlan, TransactionType
from exchange.kernel.time import iso, local_date
from exchange.market.commands import Use
from exchange.market.facts import EntitlementGranted, FenceDecided, PurchaseAccepted
from exchange.registry.commands import DraftProduct
from exchange.registry.facts import ListingPublished
from exchange.sdk import Deliveries, Exchange, Progress, Refusal

CAST = ("OP-CN-01", "AS-CN-01", "BK-HK-01", "SE-CN-02", "SE-US-01", "BU-JP-01", "BU-CN-01")
DEPOSIT_MINOR = 1_200_000
PANEL_DEPOSIT_MINOR = 3_000_000


class Summary(msgspec.Struct, kw_only=True):
    """What came of the demo. Units: money in minor units, `seconds` per step."""

    played_at: str = ""
    seconds: dict[str, float] = {}
    participants: int = 0
    ruleset: dict[str, str] = {}
    listing: dict[str, Any] = {}
    purchase: dict[str, Any] = {}
    delivery: dict[str, Any] = {}
    settlement: dict[str, Any] = {}
    refused: dict[str, Any] = {}
    lineage: list[dict[str, Any]] = []
    invoices: list[dict[str, Any]] = []
    trial_balance_minor: dict[str, int] = {}
    positions: list[dict[str, Any]] = []


class Story:
    """The demo's steps. Each one asks, checks what came back, and tells it."""

    def __init__(self, exchange: Exchange, teller: Teller, records: int = RECORDS) -> None:
        self.summary = Summary()
        self._exchange = exchange
        self._tell = teller
        self._records = records
        self._operator = exchange.operator("OP-CN-01")
        self._bank = exchange.custodian("BK-HK-01")
        self._seller = exchange.seller("SE-CN-02")
        self._buyer = exchange.buyer("BU-JP-01")

    async def play(self) -> Summary:
        """Play all of it, in order."""
        await self._admit()
        listing = await self._list(
            "SE-CN-02", cast.flights_product(), cast.flights_price(), "none", "A stream is put on sale"
        )
        self.summary.listing = _plain(listing, "listing_id", "product_id", "title", "certificate_id") | {
            "price_minor": listing.price.price_minor,
            "currency": listing.price.currency,
        }
        entitlement = await self._buy(listing)
        await self._deliver(entitlement)
        await self._settle(entitlement)
        await self._refusal()
        await self._books(entitlement)
        return self.summary

    async def _admit(self) -> None:
        self._tell.act("Those who take part are admitted")
        with self._timed("admission"):
            for participant_id in CAST:
                command = cast.participant(participant_id)
                admitted = await self._operator.admit(command)
                roles = ", ".join(admitted.roles)
                self._tell.say(f"{admitted.display_name} ({roles}, {admitted.place})", "")
            self._tell.say(
                f"{len(CAST)} commitments signed with Ed25519, each verified before its participant was admitted"
            )
            for door in (self._seller, self._buyer):
                await door.set_billing_details(cast.billing(door.participant_id))
            ruleset = newest(load_rulesets())
            at = await self._exchange.client.exchange_time("registry")
            activated = await self._operator.activate_ruleset(ruleset.version, ruleset.digest, at)
        self._tell.say(
            f"Ruleset {activated.ruleset_version} is in force for the fence",
            f"content {activated.ruleset_digest[:16]}…",
        )
        self.summary.played_at = iso(at)
        self.summary.participants = len(CAST)
        self.summary.ruleset = {"version": ruleset.version, "digest": ruleset.digest}

    async def _list(
        self, seller_id: str, product: DraftProduct, price: PricePlan, kind: TransactionType, title: str
    ) -> ListingPublished:
        self._tell.act(title)
        seller, assessor = self._exchange.seller(seller_id), self._exchange.assessor("AS-CN-01")
        name = (product.product_id, product.version)
        with self._timed(f"listing_{product.product_id}"):
            drafted = await seller.draft(product)
            self._tell.say(f"{seller_id} drafts “{drafted.title}”")
            for opinion in ("compliance", "quality"):
                await assessor.opine(
                    *name,
                    opinion,
                    passed=True,
                    report=f"{opinion} report on {product.title}".encode(),
                    statement="No conflict of interest; the description matches the sample.",
                )
            self._tell.say("AS-CN-01 files the compliance and the quality opinion: both passed")
            registered = await self._operator.register(*name)
            self._tell.say(
                f"Registered: certificate {registered.certificate_id}",
                f"package {registered.package_digest.hex()[:16]}…",
            )
            listing = await seller.list(
                *name, market_id=cast.MARKET, price=price, transaction_type=kind, acceptance_days=7
            )
        money = format_minor(listing.price.price_minor, listing.price.currency)
        self._tell.say(f"Listed at [bold]{money}[/] a {listing.price.unit} in market {listing.market_id}")
        return listing

    async def _buy(self, listing: ListingPublished) -> EntitlementGranted:
        self._tell.act("The buyer pays in and buys")
        currency = listing.price.currency
        with self._timed("purchase"):
            await self._bank.confirm_deposit(cast.MARKET, "BU-JP-01", DEPOSIT_MINOR, currency, "BK-IN-0001")
            self._tell.say(f"BK-HK-01 confirms BU-JP-01's deposit of {format_minor(DEPOSIT_MINOR, currency)}")
            use = Use(purpose="transport", place_of_use="JP", licence_digest=listing.licence_digest)
            placed = await self._buyer.buy(listing, use=use)
        trade, entitlement = placed.trade, placed.entitlement
        decision = trade.decision
        if decision is None:
            raise InvariantBroken(f"trade {trade.trade_id} moves data but carries no fence decision")
        self._tell.say(
            f"The fence decides CN → JP: [bold]{decision.outcome}[/] {', '.join(decision.codes)}",
            f"decision {decision.decision_id}, ruleset {decision.ruleset_version}; it can be replayed",
        )
        self._tell.say(
            f"Trade {trade.trade_id}: {format_minor(trade.amount_minor, currency)} moves to escrow",
            f"until the buyer has what it bought; entitlement {entitlement.entitlement_id} is granted",
        )
        self.summary.purchase = {
            "deposit_minor": DEPOSIT_MINOR,
            "trade_id": trade.trade_id,
            "entitlement_id": entitlement.entitlement_id,
            "escrow_minor": trade.amount_minor,
            "currency": currency,
            "fence_outcome": decision.outcome,
            "fence_codes": list(decision.codes),
            "decision_id": decision.decision_id,
        }
        return entitlement

    async def _deliver(self, entitlement: EntitlementGranted) -> None:
        self._tell.act("The data is published and received")
        with self._timed("delivery"), self._tell.meters(self._records, "published", "received") as meters:
            publishing = asyncio.create_task(self._publish(meters[0]))
            deliveries = self._buyer.deliveries(entitlement)
            received, size_bytes = await self._receive(deliveries, meters[1])
            published, ranges = await publishing
        self._check_delivery(received, published, deliveries)
        seconds = self.summary.seconds["delivery"]
        self._tell.say(
            f"{received:,} records in order, none missing, {size_bytes / 1e6:.1f} MB in {seconds:.1f} s",
            f"{received / seconds:,.0f} records/s, each written, read back by its seller and read by its buyer",
        )
        self._tell.say(f"{ranges} ranges: the digests of seller and buyer agree on every one")
        self.summary.delivery = {
            "published": published,
            "received": received,
            "size_bytes": size_bytes,
            "ranges": ranges,
            "disputed": len(deliveries.disputed),
            "records_per_s": round(received / seconds),
        }

    async def _publish(self, meter: Meter) -> tuple[int, int]:
        def show(progress: Progress) -> None:
            meter.at(progress.records)

        done = await self._seller.publish(cast.FLIGHTS, flights(self._records), show)
        meter.at(done.records)
        await self._seller.complete(cast.FLIGHTS, done.through)
        return done.records, len(done.ranges)

    async def _receive(self, deliveries: Deliveries, meter: Meter) -> tuple[int, int]:
        received = size_bytes = 0
        async for batch in deliveries.batches():
            for record in batch:
                if record.seq != received:
                    raise InvariantBroken(f"record {record.seq} was delivered where {received} was due")
                received += 1
                size_bytes += len(record.key or b"") + len(record.value or b"")
            meter.at(received)
        return received, size_bytes

    def _check_delivery(self, received: int, published: int, deliveries: Deliveries) -> None:
        if received != published or deliveries.disputed:
            raise InvariantBroken(
                f"{published} records were published, {received} received,"
                f" {len(deliveries.disputed)} ranges disputed"
            )

    async def _settle(self, entitlement: EntitlementGranted) -> None:
        self._tell.act("The market accepts, the seller is paid")
        with self._timed("settlement"):
            accepted = await self._buyer.conclusion(entitlement, deadline_s=60)
            if not isinstance(accepted, PurchaseAccepted):
                raise InvariantBroken(f"purchase {entitlement.trade_id} was refunded, not accepted")
            await self._pay_out(accepted.currency)

        def money(minor: int) -> str:
            return format_minor(minor, accepted.currency)

        fee = accepted.fee_net_minor + accepted.fee_tax_minor
        self._tell.say(f"Accepted by {accepted.basis}: escrow of {money(accepted.gross_minor)} is released")
        self._tell.say(
            f"{accepted.seller_id} is paid [bold]{money(accepted.seller_minor)}[/]",
            f"fee {money(fee)} = {money(accepted.fee_net_minor)} + {money(accepted.fee_tax_minor)} tax",
        )
        self.summary.settlement = {
            "basis": accepted.basis,
            "currency": accepted.currency,
            "gross_minor": accepted.gross_minor,
            "seller_paid_minor": accepted.seller_minor,
            "fee_minor": fee,
            "fee_net_minor": accepted.fee_net_minor,
            "fee_tax_minor": accepted.fee_tax_minor,
        }

    async def _pay_out(self, currency: str) -> None:
        """All that is owed today: netted, released by one person, for it is little, and paid by the bank."""
        await self._operator.set_release_limit(currency, cast.RELEASED_ALONE_MINOR)
        today = local_date(await self._exchange.now(), "Asia/Shanghai").isoformat()
        for number, payout in enumerate(await self._operator.run_payouts(currency, today), start=1):
            await self._operator.release_payout(payout.net.set_id, payout.digest)
            await self._bank.confirm_payment(payout.net.set_id, f"BK-OUT-{number:04}")

    async def _refusal(self) -> None:
        listing = await self._list(
            "SE-US-01",
            cast.panel_product(),
            cast.panel_price(),
            "brokerage-sale",
            "A purchase that the law does not admit",
        )
        buyer, currency = self._exchange.buyer("BU-CN-01"), listing.price.currency
        with self._timed("refusal"):
            await self._bank.confirm_deposit(
                cast.MARKET, "BU-CN-01", PANEL_DEPOSIT_MINOR, currency, "BK-IN-0002"
            )
            before = await self._purse("BU-CN-01", currency)
            use = Use(purpose="sale", place_of_use="CN", licence_digest=listing.licence_digest)
            try:
                await buyer.buy(listing, use=use)
            except Refusal as refusal:
                refused = refusal
            else:
                raise InvariantBroken("P-22 was sold to BU-CN-01, which the ruleset bars")
            after = await self._purse("BU-CN-01", currency)
        if before != after:
            raise InvariantBroken(f"the purse of BU-CN-01 changed from {before} to {after}")
        decided = next(fact for fact in refused.answer.facts if isinstance(fact, FenceDecided))
        self._tell.refuse(
            f"BU-CN-01 asks for P-22: [bold]{decided.outcome}[/] {', '.join(refused.codes)}",
            f"US → CN, health data of 12,000 persons, {listing.transaction_type}",
        )
        self._tell.say(
            f"Its purse is what it was: {format_minor(after['cash_minor'], currency)},"
            f" {format_minor(after['reserved_minor'], currency)} reserved"
        )
        self.summary.refused = {
            "product_id": listing.product_id,
            "reason": refused.reason,
            "outcome": decided.outcome,
            "codes": list(refused.codes),
            "currency": currency,
            "purse_before": before,
            "purse_after": after,
        }

    async def _purse(self, participant_id: str, currency: str) -> dict[str, int]:
        analyst = self._exchange.analyst()
        await analyst.up_to_date(deadline_s=60)
        rows = (await analyst.query("purses", participant=participant_id)).as_dicts()
        row = next(row for row in rows if row["currency"] == currency)
        return {name: int(row[name] or 0) for name in ("cash_minor", "reserved_minor", "escrow_minor")}

    async def _books(self, entitlement: EntitlementGranted) -> None:
        self._tell.act("What can be known afterwards")
        analyst = self._exchange.analyst()
        with self._timed("books"):
            await analyst.up_to_date(deadline_s=60)
            delivered = f"hub://exchange/delivery/{entitlement.entitlement_id}/"
            first = await analyst.sql(
                "select min(downstream), count(distinct downstream) from lineage_edges"
                f" where downstream like '{delivered}%'"
            )
            name, ranges = first.rows[0]
            lineage = (await analyst.query("ancestors", name=name)).as_dicts()
            balances = (await analyst.query("trial_balance")).as_dicts()
            positions = (await analyst.query("positions")).as_dicts()
            invoices = (await analyst.query("invoices", trade=entitlement.trade_id)).as_dicts()
            gaps = (await analyst.query("gaps", entitlement=entitlement.entitlement_id)).rows
            receipts = await analyst.sql(
                f"select count(*) from receipts where entitlement_id = '{entitlement.entitlement_id}'"
            )
        self._invoiced(invoices)
        if not lineage:
            raise InvariantBroken(f"nothing is known of what {entitlement.entitlement_id} was made from")
        self._tell.say(f"Where the first of the {ranges} delivered ranges comes from, nearest first:")
        self._tell.chain(str(lineage[0]["downstream"]), [_step(row) for row in lineage])
        differences = {str(row["currency"]): int(row["difference_minor"] or 0) for row in balances}
        if any(differences.values()):
            raise InvariantBroken(f"the trial balance is not zero: {differences}")
        totals = ", ".join(format_minor(minor, currency) for currency, minor in differences.items())
        self._tell.say(f"The trial balance is zero in every currency: {totals}")
        self.summary.lineage = [
            _values(row, "downstream", "upstream", "kind", "job", "terms") for row in lineage
        ]
        self.summary.delivery = self.summary.delivery | {"gaps": len(gaps), "receipts": receipts.rows[0][0]}
        self.summary.trial_balance_minor = differences
        self.summary.positions = positions

    def _invoiced(self, invoices: list[dict[str, Any]]) -> None:
        """The buyer's invoice, and the seller's for the fee."""
        for row in invoices:
            money = format_minor(row["gross_minor"], row["currency"])
            self._tell.say(f"Invoice {row['number']} of {money} to {row['buyer_id']}", "paid before")
        self.summary.invoices = [
            _values(row, "number", "matter", "buyer_id", "gross_minor") for row in invoices
        ]

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.summary.seconds = self.summary.seconds | {step: round(time.monotonic() - began, 3)}


def _step(row: Mapping[str, Any]) -> tuple[str, str]:
    terms = f" ({row['terms']})" if row["kind"] == "made" and row["terms"] else ""
    return f"{row['kind']} from", f"{row['upstream']}{terms}"


def _plain(value: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def _values(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}
