"""What the shell offers where a command's words are not fixed. Whatever cannot be looked up is offered as nothing."""

from collections.abc import Callable
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from exchange.kernel.errors import ExchangeError

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def directories(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Data directories that are there; where none is, any directory."""
    parent = Path(incomplete) if incomplete.endswith("/") else Path(incomplete).parent
    try:
        found = [each for each in sorted(parent.iterdir()) if (each / "node.json").is_file()]
    except OSError:
        found = []
    items = [
        CompletionItem(str(each)) for each in found if str(each).startswith(incomplete.removeprefix("./"))
    ]
    return items or [CompletionItem(incomplete, type="dir")]


def query_names(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The named queries, with what each answers."""
    from exchange.views.queries import QUERIES

    return [
        CompletionItem(query.name, help=query.answers)
        for query in QUERIES.values()
        if query.name.startswith(incomplete)
    ]


def query_parameters(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The parameters of the query that is named."""
    from exchange.views.queries import QUERIES

    query = QUERIES.get(ctx.params.get("name") or "")
    return [
        CompletionItem(f"{each.name}=", help=each.answers)
        for each in (query.parameters if query else ())
        if each.name.startswith(incomplete)
    ]


def command_names(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The commands of the context that is named."""
    from streams.vocabulary import CONTEXTS, commands

    context = ctx.params.get("context")
    words = commands(context) if context in CONTEXTS else ()
    return [
        CompletionItem(word.__name__, help=(word.__doc__ or "").split("\n")[0])
        for word in words
        if word.__name__.startswith(incomplete)
    ]


def command_fields(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The fields of the command that is named."""
    from streams.vocabulary import CONTEXTS, commands

    context = ctx.params.get("context")
    named = (
        [w for w in commands(context) if w.__name__ == ctx.params.get("command")]
        if context in CONTEXTS
        else []
    )
    fields = named[0].__struct_fields__ if named else ()
    return [CompletionItem(f"{name}=") for name in fields if name.startswith(incomplete)]


def keys(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What owns a partition of the context that is named, as far as the tables know it."""
    match ctx.params.get("context"):
        case "registry" | "settlement" as only:
            return [CompletionItem(only)]
        case "market":
            return in_tables("listings", "market_id")(ctx, parameter, incomplete)
        case "bonded":
            return in_tables("consignments", "zone_id")(ctx, parameter, incomplete)
    return in_tables("listings", "product_id")(ctx, parameter, incomplete)


def in_tables(query: str, column: str) -> Complete:
    """The values that a column of a named query has now, in the node's tables."""

    def complete(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        try:
            values = _values(ctx, query, column)
        except ExchangeError:
            return []
        return [CompletionItem(value) for value in values if value.startswith(incomplete)]

    return complete


def _values(ctx: click.Context, query: str, column: str) -> list[str]:
    from exchange.cli.looking import rows_of
    from exchange.cli.options import default_directory

    path = Path(ctx.params.get("data") or default_directory())
    if not (path / "node.json").is_file():
        return []
    return sorted({str(row[column]) for row in rows_of(path, query) if row[column] is not None})
