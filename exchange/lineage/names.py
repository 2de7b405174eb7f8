"""Names of what lineage edges tie together: `hub://<zone>/<kind>/<id>/<part>`, a field after `#`.

The zone of a product version is where its data is stored; what lies on the exchange's own topics has the zone
`exchange`, what is processed in a business zone `CN-LG`, and what left it the place where it arrived.
Source: lineage.md section 1.
"""

from collections.abc import Iterable

from exchange.kernel.product import Upstream

HUB = "hub://"
OWN_ZONE = "exchange"
BONDED_ZONE = "CN-LG"
FIELD_MARK = "#"
"""What parts a field from the name of what has it; no name holds one."""
_MARK_QUOTED = "%23"


def version_name(zone: str, product_id: str, version: str) -> str:
    """The name of a product version, stored in `zone`."""
    return f"{HUB}{zone}/product/{product_id}/{version}"


def range_name(product_id: str, first: int, last: int) -> str:
    """The name of a published range."""
    return f"{HUB}{OWN_ZONE}/stream/{product_id}/{first}-{last}"


def gateway_name(product_id: str) -> str:
    """The name of what a product's own gateway hands out."""
    return f"{HUB}{OWN_ZONE}/gateway/{product_id}"


def delivery_name(entitlement_id: str, first: int, last: int) -> str:
    """The name of what was delivered of a range, or by a meter from one reading to the next."""
    return f"{HUB}{OWN_ZONE}/delivery/{entitlement_id}/{first}-{last}"


def sample_name(award_id: str, number: int) -> str:
    """The name of a sample that was shown for an award."""
    return f"{HUB}{OWN_ZONE}/sample/{award_id}/{number}"


def upstream_name(upstream: Upstream) -> str:
    """The name of what a product was made from: as it is if it is a `hub://` name, else one outside the exchange."""
    inside = upstream.name.startswith(HUB)
    name = upstream.name if inside else f"{HUB}external/{upstream.name}/{upstream.version}"
    return name.replace(FIELD_MARK, _MARK_QUOTED)


def product_in(name: str) -> str | None:
    """The `product/version` that a name is about; None if it is of something else."""
    parts = name.removeprefix(HUB).split("/")
    inside = name.startswith(HUB) and len(parts) == len(("zone", "product", "id", "version"))
    return f"{parts[2]}/{parts[3]}" if inside and parts[1] == "product" else None


def raw_name(origin: str, handbook_no: str, lot: str) -> str:
    """The name of a lot as it lay with its consignor."""
    return f"{HUB}{origin}/raw/{handbook_no}/{lot}"


def consignment_name(consignment_id: str) -> str:
    """The name of a consignment as a whole, whose books are kept."""
    return f"{HUB}{BONDED_ZONE}/consignment/{consignment_id}"


def lot_name(consignment_id: str, lot: str) -> str:
    """The name of a lot of a consignment."""
    return f"{consignment_name(consignment_id)}/{lot}"


def source_name(source_id: str) -> str:
    """The name of data of no consignment."""
    return f"{HUB}{BONDED_ZONE}/source/{source_id}"


def work_name(job_run_id: str) -> str:
    """The name of what a job run has in hand: all that went in."""
    return f"{HUB}{BONDED_ZONE}/wip/{job_run_id}"


def output_name(output_id: str) -> str:
    """The name of something that a job run made."""
    return f"{HUB}{BONDED_ZONE}/output/{output_id}"


def export_name(destination: str, egress_id: str, output_id: str) -> str:
    """The name of an output as it arrived outside."""
    return f"{HUB}{destination}/delivery/{egress_id}/{output_id}"


def return_name(destination: str, egress_id: str) -> str:
    """The name of raw items as they arrived at their consignor."""
    return f"{HUB}{destination}/return/{egress_id}"


def paper_name(kind: str, *parts: object) -> str:
    """The name of a document or a book entry about data."""
    return "/".join((f"{HUB}{OWN_ZONE}", kind, *map(str, parts)))


def entry_name(context: str, partition: int, seq: int) -> str:
    """The name of the entry of the ledger that a fact is."""
    return paper_name("entry", context, partition, seq)


def trade_name(trade_id: str) -> str:
    """The name of a trade."""
    return paper_name("trade", trade_id)


def invoice_name(kind: str, number: str) -> str:
    """The name of an invoice, or of a credit note."""
    return paper_name("credit-note" if kind == "credit_note" else "invoice", number)


def field_name(name: str, field: str) -> str:
    """The name of a field of something."""
    return f"{name}{FIELD_MARK}{field}"


def parted(name: str) -> tuple[str, str]:
    """The name of a thing, and the field that is named of it, or nothing."""
    thing, _, field = name.partition(FIELD_MARK)
    return thing, field


def namespace_of(name: str) -> tuple[str, str]:
    """The namespace and the name within it, as lineage systems elsewhere part them."""
    zone, _, rest = name.removeprefix(HUB).partition("/")
    return f"{HUB}{zone}", rest


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, in order."""
    return tuple(dict.fromkeys(names))
