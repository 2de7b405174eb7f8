"""One exchange as seen from outside: where it is, and the doors to it."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from exchange.kernel.errors import Misuse
from exchange.sdk.analyst import Analyst
from exchange.sdk.assessor import Assessor
from exchange.sdk.bonded import Bonded
from exchange.sdk.buyer import Buyer
from exchange.sdk.counter import Counter
from exchange.sdk.custodian import Custodian
from exchange.sdk.ledger import Ledger
from exchange.sdk.lineage import Lineage
from exchange.sdk.market_data import MarketData
from exchange.sdk.operator import Operator
from exchange.sdk.recall import Recall
from exchange.sdk.safeguards import Safeguards
from exchange.sdk.seller import Seller
from exchange.store import Store, open_store
from streams.client import WALL_CLOCK, Client
from streams.clock import Clock
from streams.deadline import DEADLINE_S
from streams.settings import DEFAULT_PARTITIONS


class Exchange:
    """A running exchange; its doors are made by `seller`, `buyer` and so on.

    Shape: an async context manager, or used as it is and closed with `close`. Every door speaks as one
    participant. One trusted operator runs the node: nobody proves yet who they are.
    Raises: Unavailable if Kafka does not answer; NotLetIn if it wants another login; Misuse once it was closed.
    """

    def __init__(
        self,
        client: Client,
        store_url: str | None,
        replication: int = 1,
        *,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self.client = client
        self._deadline_s = deadline_s
        self._recall = Recall(client)
        self._store_url = store_url
        self._store: Store | None = None
        self._replication = replication

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

        Shape: `store_url` is the database of its projections, for analysts and market data; `partitions`, `clock` and
        `replication` are those it was set up with; `deadline_s` is how long it may take to reach Kafka. A Kafka
        with TLS or SASL lets in as the file says that the environment variable EXCHANGE_KAFKA_CONFIG names, if that
        file names `bootstrap_servers`; else the connection is plain.
        """
        client = Client(bootstrap_servers, partitions, clock=clock)
        return cls(client, store_url, replication, deadline_s=deadline_s)

    @classmethod
    def open(cls, directory: str | Path, *, deadline_s: float = DEADLINE_S) -> Self:
        """The exchange of a node's data directory; the node has to be up.

        Raises: Misuse if the directory holds no node.
        """
        from streams.node.directory import DataDirectory, bootstrap_servers

        node = DataDirectory.open(Path(directory))
        settings = node.settings(bootstrap_servers(node))
        return cls.connect(
            settings.bootstrap_servers,
            store_url=settings.store_url,
            partitions=settings.partitions,
            clock=settings.clock,
            replication=settings.replication,
            deadline_s=deadline_s,
        )

    async def __aenter__(self) -> Self:
        await self.client.connect(self._deadline_s)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Leave the exchange: what is asked through its doors later is refused. Not needed after `async with`."""
        await self.client.close()
        if self._store is not None:
            self._store.close()
            self._store = None

    async def now(self, *, deadline_s: float = DEADLINE_S) -> int:
        """Exchange time in the registry. Units: microseconds since the Unix epoch, UTC."""
        return await self.client.exchange_time("registry", deadline_s=deadline_s)

    def operator(self, participant_id: str) -> Operator:
        """The door of an operator."""
        return Operator(self.client, participant_id, self._recall)

    def seller(self, participant_id: str) -> Seller:
        """The door of a seller."""
        return Seller(self.client, participant_id, self._recall, self._replication)

    def buyer(self, participant_id: str) -> Buyer:
        """The door of a buyer."""
        return Buyer(self.client, participant_id, self._recall)

    def custodian(self, participant_id: str) -> Custodian:
        """The door of a custodian bank."""
        return Custodian(self.client, participant_id, self._recall)

    def assessor(self, participant_id: str) -> Assessor:
        """The door of an assessor."""
        return Assessor(self.client, participant_id, self._recall)

    def counter(self, participant_id: str) -> Counter:
        """The door of the counter."""
        return Counter(self.client, participant_id, self._recall)

    def bonded(self, participant_id: str) -> Bonded:
        """The door to the business zones."""
        return Bonded(self.client, participant_id, self._recall)

    def safeguards(self, participant_id: str) -> Safeguards:
        """The door to safeguards and to the counting of persons."""
        return Safeguards(self.client, participant_id, self._recall)

    def analyst(self) -> Analyst:
        """The door to the projections.

        Raises: Misuse if no database was named.
        """
        return Analyst(self.client, self._opened())

    def lineage(self) -> Lineage:
        """The door to what was made from what.

        Raises: Misuse if no database was named.
        """
        return Lineage(self.client, self._opened())

    def ledger(self) -> Ledger:
        """The door to the books.

        Raises: Misuse if no database was named.
        """
        return Ledger(self.client, self._opened())

    def market_data(self) -> MarketData:
        """The door to books, trades and candles.

        Shape: without a database a book can be followed, by naming its market.
        """
        self.client.refuse_closed()
        return MarketData(self.client, self._opened() if self._store_url is not None else None)

    def _opened(self) -> Store:
        self.client.refuse_closed()
        if self._store_url is None:
            raise Misuse("no database was named: connect with store_url=, such as sqlite:///exchange.sqlite")
        if self._store is None:
            self._store = open_store(self._store_url)
        return self._store
