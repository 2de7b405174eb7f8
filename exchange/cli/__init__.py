"""The command line: `exchange COMMAND`. Holds no rules; every command calls the sdk, the streams or the views."""


def main() -> None:
    """The console script. Imports what a command needs only when that command is called."""
    from exchange.cli.endings import no_noise
    from exchange.cli.root import root
    from exchange.cli.standard import fill_closed

    fill_closed()
    no_noise()
    root(prog_name="exchange")
