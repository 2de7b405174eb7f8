"""The door to the lineage answers what the named queries answer."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from exchange.kernel.errors import Misuse, Unavailable
from exchange.sdk import Lineage, Table
from exchange.store import Store, open_store
from exchange.views.queries.lineage_asked import ask_lineage
from streams.answers import AnswerPosition
from streams.client import Client
from tests.support.tables import without_rows
from tests.unit.views.story import ENTITLEMENT, a_story, play

DELIVERY = f"hub://exchange/delivery/{ENTITLEMENT}/0-99"
SOURCE = "hub://external/port-office/berths/2026"


class _Open:
    def refuse_closed(self) -> None:
        """It is open."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    (tmp_path / "exchange.sqlite").write_bytes(without_rows())
    made = open_store(f"sqlite:///{tmp_path}/exchange.sqlite")
    play(made, *a_story())
    yield made
    made.close()


async def test_each_question_is_answered_like_the_query_of_its_name(store: Store) -> None:
    door = Lineage(cast(Client, _Open()), store)

    def query(question: str, **params: object) -> Table:
        return Table(*ask_lineage(store, question, params))

    assert await door.ancestors(DELIVERY, depth=2) == query("ancestors", name=DELIVERY, depth=2)
    assert await door.descendants(SOURCE, breadth=1) == query("descendants", name=SOURCE, breadth=1)
    assert await door.impact(SOURCE) == query("impact", name=SOURCE)
    assert await door.path(DELIVERY, SOURCE) == query("path", downstream=DELIVERY, upstream=SOURCE)
    assert await door.taint([SOURCE]) == query("taint", sources=SOURCE)
    assert len(await door.impact(SOURCE)) == 2
    first = await door.descendants(SOURCE, limit=1)
    assert (len(first), first.more) == (1, True)


async def test_a_question_asked_wrongly_says_what_is_wrong(store: Store) -> None:
    door = Lineage(cast(Client, _Open()), store)
    with pytest.raises(Misuse, match="no lineage edge names 'nowhere'"):
        await door.path(DELIVERY, "nowhere")
    with pytest.raises(Misuse, match="names no field after #"):
        await door.impact(f"{SOURCE}#")
    with pytest.raises(Misuse, match="both are"):
        await door.path(SOURCE, SOURCE)
    with pytest.raises(Misuse, match="nothing was made by a run market/0/0"):
        await door.taint([SOURCE], cleared=["market/0/0"])
    with pytest.raises(Misuse, match="depth of 0"):
        await door.impact(SOURCE, depth=0)
    later = AnswerPosition("market.journal", 0, 10_000, 10_000)
    with pytest.raises(Unavailable, match=r"not to fact 10000"):
        await door.ancestors(DELIVERY, at_least=later, deadline_s=0.05)
