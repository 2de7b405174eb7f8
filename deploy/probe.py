"""Whether a process of the exchange is ready: `python probe.py URL`, for a container's health check.

It ends with 0 if the URL answers with 200, else with 1 and one line that says why. Standard library only.
"""

import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

TOKEN_FILE = "/run/secrets/exchange_token"
_ANSWER_S_MAX = 4.0


def main(arguments: list[str]) -> int:
    """Ask once."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    request = urllib.request.Request(arguments[0])
    token = Path(os.environ.get("EXCHANGE_TOKEN_FILE", TOKEN_FILE))
    if token.exists():
        request.add_header("Authorization", f"Bearer {token.read_text().strip()}")
    try:
        # No proxy between a container and itself.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=_ANSWER_S_MAX):
            return 0
    except urllib.error.HTTPError as error:
        print(f"{arguments[0]}: {error.code} {error.read(2_000).decode(errors='replace')}")
    except OSError as error:
        print(f"{arguments[0]}: {error}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
