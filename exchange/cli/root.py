"""The root of the command line: commands in groups, loaded when they are named."""

import importlib
import sys

import click
from click.shell_completion import CompletionItem

from exchange.cli.endings import EXIT_CODES, ended, tell

_JSON = "exchange.json"

_SECTIONS = {
    "See it": {"demo": "List, buy, deliver, settle and trace one product, told live."},
    "Run a node": {
        "up": "Start a node, or a first one: Kafka, deciders, projections.",
        "status": "Show every process, partition, leader, claim and lag.",
        "doctor": "Check everything; say what would mend it.",
        "down": "Stop a node in order; `up` goes on from there.",
        "init": "Prepare a Kafka and a database of your own, for workers.",
        "worker": "Run one more worker for an exchange.",
        "web": "Serve HTTP where other machines reach it.",
        "rebuild": "Fold the tables anew from the journals, or check them.",
        "backup": "Copy a node into one file, while it runs.",
        "restore": "Make a node again out of a backup.",
        "schemas": "Check a schema registry of your own, or fill it.",
    },
    "Take part": {
        "list": "Put a product version on sale, with a price plan or without.",
        "buy": "Buy a listing at once, or not at all.",
        "consignment": "Process data in bond; account for it.",
        "safeguard": "Register safeguards; file and revoke them.",
        "attestation": "Give one's word, with evidence; doubt it.",
        "persons": "Count distinct persons; declare unions.",
        "purse": "See one's money; have it come, move and leave.",
        "publish": "Publish records to a product's stream.",
        "subscribe": "Receive what an entitlement is owed, with receipts.",
        "ask": "Send any command, and print its facts.",
    },
    "Trade in books": {
        "order": "Place an order, change it, or take it back.",
        "book": "Show an instrument's book, once or live.",
        "trades": "Show what was traded, the newest last.",
        "orders": "Show orders, open and ended.",
        "candles": "Show trades by seconds to days.",
    },
    "Trade beside them": {
        "auction": "Open auctions; bid in them, or take them.",
        "rfq": "Ask for quotes, give and award them.",
        "pool": "Buy a line together with others.",
        "line": "Measure lines; lead what was sold another way.",
        "plan": "Sell by a price plan; buy units of it.",
        "subscription": "Subscribe to what renews by periods.",
    },
    "After a trade": {
        "purchase": "Accept, reject, refund or dispute it.",
        "settlement": "Release payouts, write payment files, import statements.",
        "subsidy": "Open programmes, fund them, claim from them.",
    },
    "Documents": {
        "invoice": "List, show, answer invoices; check and write others.",
        "bank": "Read bank statements; check payment files.",
    },
    "Look": {
        "fence": "Decide crossings, explain decisions, try rulesets.",
        "case": "See what waits for people; rule on it.",
        "query": "Ask a named query; without a name, list them.",
        "ledger": "Read the books as of any moment; close a day.",
        "lineage": "Ask what was made from what, and who holds it.",
        "sql": "Run one SELECT of your own over the tables.",
        "tail": "Read facts, commands or a stream as they come.",
    },
    "Without Kafka": {
        "decide": "Commands in, facts out: what would happen.",
        "project": "Facts in, tables out.",
    },
    "Set up": {
        "completion": "Print the script that lets a shell complete.",
    },
}

_MODULES = {
    "demo": "demo", "up": "node", "status": "status", "doctor": "doctor", "down": "node", "init": "init",
    "worker": "worker", "web": "web", "schemas": "schemas", "rebuild": "rebuild", "backup": "backup",
    "bank": "bank", "invoice": "invoice", "line": "line",
    "restore": "restore", "buy": "buy", "auction": "auction", "rfq": "rfq", "pool": "pool",
    "plan": "units", "subscription": "subscription", "purchase": "purchase", "purse": "purse",
    "ask": "ask", "publish": "publish",
    "consignment": "consignment", "case": "case", "safeguard": "safeguard", "persons": "persons",
    "subscribe": "subscribe", "query": "tables", "sql": "tables", "tail": "tail", "decide": "filters",
    "project": "filters", "list": "listing", "completion": "completion", "order": "order", "book": "book",
    "fence": "fence", "trades": "trading", "orders": "trading", "candles": "trading", "lineage": "lineage",
    "ledger": "ledger", "attestation": "attestation", "settlement": "settlement", "subsidy": "subsidy",
}  # fmt: skip
READS = frozenset(
    {
        "status",
        "doctor",
        "query",
        "sql",
        "tail",
        "decide",
        "web",
        "schemas check",
        "book",
        "trades",
        "orders",
        "candles",
        "auction show",
        "rfq board",
        "bank read",
        "bank check",
        "invoice check",
        "invoice list",
        "invoice show",
        "consignment list",
        "consignment show",
        "consignment certificate",
        "consignment session list",
        "consignment volume list",
        "case list",
        "case show",
        "safeguard list",
        "safeguard show",
        "attestation list",
        "attestation show",
        "persons show",
        "fence decide",
        "fence explain",
        "fence matrix",
        "fence replay",
        "fence rules",
        "fence check",
        "fence propose",
        "fence seats",
        "fence sign",
        "pool show",
        "line show",
        "plan show",
        "subscription show",
        "purchase show",
        "purchase penalties",
        "purse show",
        "purse transfers",
        "purse withdrawals",
        "purse wallets",
        "purse conversions",
        "settlement sets",
        "settlement show",
        "settlement suspense",
        "settlement payees",
        "settlement accounts",
        "settlement quotes",
        "settlement shares",
        "settlement bills",
        "subsidy list",
        "subsidy show",
        "subsidy claims",
        "ledger trial-balance",
        "ledger account",
        "ledger statement",
        "ledger entry",
        "ledger verify",
        "ledger dump",
        "lineage ancestors",
        "lineage descendants",
        "lineage impact",
        "lineage path",
        "lineage taint",
        "completion",
    }
)
"""Commands that change nothing by themselves; every other one has --dry-run."""

_NAMED = {"list": "list_"}
"""Functions of commands whose names are Python's own."""
_COMMANDS = {name: f"exchange.cli.{module}" for name, module in _MODULES.items()}


class _Lazy(click.Group):
    """Loads the module of a command when that command is named; the list of commands loads none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for section in _SECTIONS.values() for name in section]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(_COMMANDS[cmd_name])
        found: click.Command = getattr(module, _NAMED.get(cmd_name, cmd_name))
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in _COMMANDS and not args[0].startswith("-"):
            ctx.fail(
                f"there is no command {args[0]!r}; the commands are {', '.join(self.list_commands(ctx))}"
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, commands in _SECTIONS.items():
            with formatter.section(title):
                # One width for all sections.
                formatter.write_dl([(f"{name:<12}", told) for name, told in commands.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        found = [
            CompletionItem(name, help=told)
            for commands in _SECTIONS.values()
            for name, told in commands.items()
            if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # Known before anything can go wrong, so that what goes wrong is said in the form that was asked for.
        given = args[: args.index("--")] if "--" in args else args
        ctx.meta[_JSON] = "--json" in given
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            ctx.exit(tell(error, as_json=ctx.meta[_JSON]))

    def invoke(self, ctx: click.Context) -> None:
        sys.exit(ended(lambda: super(_Lazy, self).invoke(ctx), as_json=ctx.meta[_JSON]))


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXIT_CODES,
)
@click.version_option(package_name="corridor", message="%(version)s")
def root() -> None:
    """Corridor: an exchange for data products, kept as facts on Apache Kafka.

    Begin with `exchange demo`; run a durable node with `exchange up`. `exchange COMMAND --help` tells more.
    """
