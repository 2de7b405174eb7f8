"""The web process of a node: `python -m exchange.web web --data DIRECTORY --slot NAME`."""

import sys

from exchange.web.node import serve_under_supervisor
from streams.node.supervised import run_supervised

if __name__ == "__main__":
    sys.exit(run_supervised("exchange.web", {"web": serve_under_supervisor}))
