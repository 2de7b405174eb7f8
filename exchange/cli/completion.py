"""`completion`: the script that lets a shell complete commands, options, and names that the node knows."""

import click

from exchange.cli.options import as_json, example, print_json
from exchange.kernel.errors import Misuse

_SHELLS = ("bash", "zsh", "fish")


@click.command(
    epilog=example(
        "echo 'eval \"$(exchange completion bash)\"' >> ~/.bashrc",
        'exchange completion zsh > "${fpath[1]}/_exchange"',
        "exchange completion fish > ~/.config/fish/completions/exchange.fish",
    )
)
@click.argument("shell", type=click.Choice(_SHELLS))
@as_json
def completion(shell: str, as_json: bool) -> None:
    """Print the completion script of a shell. Put it where the example says, and open a new terminal.

    For one session only: `eval "$(exchange completion bash)"`. Then Tab completes commands, options,
    contexts, data directories, named queries with their parameters, commands to `ask` with their fields, and
    listings, products, entitlements and participants that the node's tables know.
    """
    from click.shell_completion import get_completion_class

    from exchange.cli.root import root

    kind = get_completion_class(shell)
    if kind is None:
        raise Misuse(f"shell {shell!r} is unknown; use one of {', '.join(_SHELLS)}")
    made = kind(root, {}, "exchange", "_EXCHANGE_COMPLETE")
    # Not `source()`, which looks for bash on this machine: the script may be meant for another one.
    script = made.source_template % made.source_vars()
    if as_json:
        print_json({"shell": shell, "script": script})
    else:
        click.echo(script)
