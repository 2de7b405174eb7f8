"""Guarding fenced volumes: follows the journal of bonded processing, has a port do what it says, and reports."""

from contextlib import aclosing
from typing import NamedTuple

from exchange.kernel.errors import Unavailable
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.sdk.zones import place_of
from streams.answers import Refusal
from streams.client import Client
from streams.deadline import DEADLINE_S, Deadline
from streams.volumes.book import Book
from streams.volumes.keeping import Keeper, Report
from streams.volumes.port import Place, VolumePort

_CONTEXT = "bonded"


class Reported(NamedTuple):
    """What was told, and why it was not taken, if it was not."""

    report: Report
    refused: str = ""


class Guard:
    """Guards the volumes of all business zones by one port, in the name of an operator or a processor.

    Shape: each begins with the beginning of the journal, so that a new one does what is decided anew.
    """

    def __init__(self, client: Client, participant_id: str, port: VolumePort) -> None:
        self._client = client
        self._participant_id = participant_id
        self._book = Book()
        self._keeper = Keeper(port, self._book)
        self._positions: dict[int, JournalPosition] = dict.fromkeys(
            range(client.partitions[_CONTEXT]), BEGINNING
        )

    async def look(self, deadline_s: float = DEADLINE_S) -> list[Reported]:
        """Read what was decided since, do it, look at every volume, and tell what is new. Raises: Unavailable."""
        deadline = Deadline(deadline_s)
        await self._read(deadline)
        told = [await self._tell(report, deadline) for report in self._keeper.act()]
        if told:
            await self._read(deadline)
        return told

    async def rehearse(self, deadline_s: float = DEADLINE_S) -> list[tuple[str, str, Place]]:
        """Read what was decided, and say what is to be done, and where; do nothing."""
        await self._read(Deadline(deadline_s))
        return [(name, each.step, each.place) for name, each in self._book.volumes.items()]

    async def _read(self, deadline: Deadline) -> None:
        for partition, position in self._positions.items():
            try:
                async with (
                    deadline.timeout(),
                    aclosing(self._client.history(_CONTEXT, partition, position)) as followed,
                ):
                    async for outcome, reached in followed:
                        self._book.take((outcome,))
                        self._positions[partition] = reached
            except TimeoutError as error:
                raise Unavailable(
                    f"{_CONTEXT}/{partition} was not read within {deadline}; look again"
                ) from error

    async def _tell(self, report: Report, deadline: Deadline) -> Reported:
        place = place_of(report.command.volume_id)
        answer = await self._client.ask(
            _CONTEXT, place, report.command, actor=self._participant_id, id=report.id, deadline_s=deadline
        )
        try:
            answer.or_raise()
        except Refusal as refusal:
            return Reported(report, str(refusal))
        return Reported(report)
