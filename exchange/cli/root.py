"""The root of the command line: lazily loaded commands, errors as one line, exit codes."""

import importlib
import sys

import click

from exchange.kernel.errors import ExchangeError, InvariantBroken, Misuse, Unavailable

REFUSED = 1
MISUSE = 2
UNAVAILABLE = 3

_COMMANDS = {
    "up": "exchange.cli.node",
    "down": "exchange.cli.node",
    "status": "exchange.cli.node",
    "worker": "exchange.cli.node",
    "rebuild": "exchange.cli.tables",
    "sql": "exchange.cli.tables",
    "query": "exchange.cli.tables",
    "decide": "exchange.cli.filters",
    "project": "exchange.cli.filters",
    "publish": "exchange.cli.trade",
    "subscribe": "exchange.cli.trade",
    "buy": "exchange.cli.trade",
    "ask": "exchange.cli.trade",
    "demo": "exchange.cli.demo",
}


class _Lazy(click.Group):
    """Loads the module of a command when that command is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        found: click.Command = getattr(importlib.import_module(_COMMANDS[cmd_name]), cmd_name)
        return found


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="corridor", message="%(version)s")
def root() -> None:
    """Corridor: an exchange for data products, kept as facts on Apache Kafka.

    Begin with `exchange demo`; run a durable node with `exchange up`.
    """


def run() -> None:
    """Run the command line; a person never sees a traceback for something they could have fixed."""
    try:
        root(prog_name="exchange", standalone_mode=False)
    except click.exceptions.Abort:
        _end("interrupted", MISUSE)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(0)
    except Misuse as error:
        _end(str(error), MISUSE)
    except Unavailable as error:
        _end(str(error), UNAVAILABLE)
    except InvariantBroken as error:
        _end(f"{error} (this is a bug or a damaged journal; nothing further was done)", UNAVAILABLE)
    except ExchangeError as error:
        _end(str(error), REFUSED)
    except KeyboardInterrupt:
        _end("interrupted", 130)


def _end(message: str, code: int) -> None:
    click.echo(f"exchange: {message}", err=True)
    sys.exit(code)
