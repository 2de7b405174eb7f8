"""Where the command line prints: as wide as the terminal, and wide enough for whole rows where there is none."""

from rich.console import Console

_PIPE_COLUMNS = 200


def console(*, stderr: bool = False, quiet: bool = False) -> Console:
    """A console that never cuts a cell because it prints into a file or a pipe."""
    made = Console(stderr=stderr, quiet=quiet, highlight=False)
    return (
        made
        if made.is_terminal
        else Console(stderr=stderr, quiet=quiet, highlight=False, width=_PIPE_COLUMNS)
    )
