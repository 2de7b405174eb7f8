"""The command line: `exchange COMMAND`. Holds no rules; every command calls the sdk, the streams or the views."""


def main() -> None:
    """The console script. Imports what a command needs only when that command is called."""
    from exchange.cli.root import run

    run()
