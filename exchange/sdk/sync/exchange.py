"""One exchange as a program without an event loop sees it."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from exchange.sdk.exchange import Exchange as AsyncExchange
from exchange.sdk.sync.doors import (
    Analyst,
    Assessor,
    Bonded,
    Counter,
    Custodian,
    Ledger,
    Lineage,
    Operator,
    Safeguards,
)
from exchange.sdk.sync.loop import LoopThread
from exchange.sdk.sync.streaming import Buyer, MarketData, Seller
from streams.client import WALL_CLOCK
from streams.clock import Clock
from streams.deadline import DEADLINE_S
from streams.settings import DEFAULT_PARTITIONS


class Exchange:
    """A running exchange; its doors are made by `seller`, `buyer` and so on.

    Shape: a context manager, or used as it is and closed with `close`. The doors may be used from several
    threads at once; everything runs on one event loop in one background thread.
    Raises: Unavailable if Kafka does not answer; Misuse once it was closed.
    """

    def __init__(self, exchange: AsyncExchange) -> None:
        self._exchange = exchange
        self._loop = LoopThread()

    @classmethod
    def connect(
        cls,
        bootstrap_servers: str,
        *,
        store_url: str | None = None,
        partitions: Mapping[str, int] = DEFAULT_PARTITIONS,
        clock: Clock = WALL_CLOCK,
        replication: int = 1,
        deadline_s: float = DEADLINE_S,
    ) -> Self:
        """An exchange on any Kafka.

        Shape: `store_url` is the database of its projections, for analysts only; `partitions`, `clock` and
        `replication` are those it was set up with; `deadline_s` is how long it may take to reach Kafka. A Kafka
        with TLS or SASL lets in as the file says that the environment variable EXCHANGE_KAFKA_CONFIG names, if that
        file names `bootstrap_servers`; else the connection is plain.
        """
        exchange = AsyncExchange.connect(
            bootstrap_servers,
            store_url=store_url,
            partitions=partitions,
            clock=clock,
            replication=replication,
            deadline_s=deadline_s,
        )
        return cls(exchange)

    @classmethod
    def open(cls, directory: str | Path, *, deadline_s: float = DEADLINE_S) -> Self:
        """The exchange of a node's data directory; the node has to be up.

        Raises: Misuse if the directory holds no node.
        """
        return cls(AsyncExchange.open(directory, deadline_s=deadline_s))

    def __enter__(self) -> Self:
        try:
            self._loop.call(self._exchange.__aenter__())
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the exchange: what is asked through its doors later is refused. Not needed after `with`."""
        try:
            if not self._loop.stopped:
                self._loop.call(self._exchange.close())
        finally:
            self._loop.stop()

    def now(self, *, deadline_s: float = DEADLINE_S) -> int:
        """Exchange time in the registry. Units: microseconds since the Unix epoch, UTC."""
        return self._loop.call(self._exchange.now(deadline_s=deadline_s))

    def operator(self, participant_id: str) -> Operator:
        """The door of an operator."""
        return Operator(self._loop, self._exchange.operator(participant_id))

    def seller(self, participant_id: str) -> Seller:
        """The door of a seller."""
        return Seller(self._loop, self._exchange.seller(participant_id))

    def buyer(self, participant_id: str) -> Buyer:
        """The door of a buyer."""
        return Buyer(self._loop, self._exchange.buyer(participant_id))

    def custodian(self, participant_id: str) -> Custodian:
        """The door of a custodian bank."""
        return Custodian(self._loop, self._exchange.custodian(participant_id))

    def assessor(self, participant_id: str) -> Assessor:
        """The door of an assessor."""
        return Assessor(self._loop, self._exchange.assessor(participant_id))

    def counter(self, participant_id: str) -> Counter:
        """The door of the counter."""
        return Counter(self._loop, self._exchange.counter(participant_id))

    def bonded(self, participant_id: str) -> Bonded:
        """The door to the business zones."""
        return Bonded(self._loop, self._exchange.bonded(participant_id))

    def safeguards(self, participant_id: str) -> Safeguards:
        """The door to safeguards and to the counting of persons."""
        return Safeguards(self._loop, self._exchange.safeguards(participant_id))

    def analyst(self) -> Analyst:
        """The door to the projections.

        Raises: Misuse if no database was named.
        """
        return Analyst(self._loop, self._exchange.analyst())

    def ledger(self) -> Ledger:
        """The door to the books.

        Raises: Misuse if no database was named.
        """
        return Ledger(self._loop, self._exchange.ledger())

    def lineage(self) -> Lineage:
        """The door to what was made from what.

        Raises: Misuse if no database was named.
        """
        return Lineage(self._loop, self._exchange.lineage())

    def market_data(self) -> MarketData:
        """The door to books, trades and candles.

        Shape: without a database a book can be followed, by naming its market.
        """
        return MarketData(self._loop, self._exchange.market_data())
