"""What the tables say of items between zones, step by step, and of what they turn out to be, on both databases."""

from typing import Any

from exchange.lineage.names import lot_name
from exchange.store import Store
from exchange.views.queries import run_query, run_sql
from tests.unit.bonded.stage import LOT, OPERATOR, OTHER, ZONE, a_zone
from tests.unit.bonded.tables import journal_of
from tests.unit.bonded.test_bonded_taint import reclassified
from tests.unit.bonded.two_zones import FAR, TwoZones
from tests.unit.views.story import play


def told(store: Store, zones: TwoZones) -> None:
    """The journals of both zones, projected."""
    for stage in zones.zones.values():
        journal = journal_of(stage.journal)
        journal.partition = stage.number
        play(store, journal)


def books(store: Store, name: str) -> tuple[int, int, int]:
    row = rows(store, "consignment_balance", consignment=name)[0]
    return row["transferred_out"], row["in_transit"], row["on_hand"]


def rows(store: Store, query: str, **params: str) -> list[dict[str, Any]]:
    return list(run_query(store, query, params).as_dicts())


def test_on_their_way_they_are_in_neither_hand_and_in_the_account_of_the_first(store: Store) -> None:
    zones = TwoZones()
    name = zones.came()
    zones.sent(name)
    told(store, zones)
    assert books(store, name) == (0, 100, 9_900)
    (egress,) = rows(store, "egresses")
    assert (egress["state"], egress["to_zone_id"], egress["to_consignment_id"]) == ("in_transit", FAR, None)


def test_taken_in_they_are_in_the_account_of_the_second_with_its_lineage(store: Store) -> None:
    zones = TwoZones()
    name = zones.came()
    zones.sent(name)
    zones.heard()
    told(store, zones)
    (made,) = rows(store, "consignments", zone=FAR)
    assert (made["from_consignment_id"], made["processor_id"], made["on_hand"]) == (name, OTHER, 100)
    assert books(store, name) == (100, 0, 9_900)
    (egress,) = rows(store, "egresses")
    assert (egress["state"], egress["to_consignment_id"]) == ("left", made["consignment_id"])
    asked = "SELECT upstream, downstream FROM lineage_edges WHERE kind = 'transferred'"
    edges = [tuple(row) for row in run_sql(store, asked).rows]
    assert edges == [(lot_name(name, "L-1"), lot_name(made["consignment_id"], "L-2"))]


def test_turned_away_they_are_on_hand_again_and_the_reason_is_there(store: Store) -> None:
    zones = TwoZones()
    name = zones.came()
    zones.sent(name, to_zone_id="BZ-9")
    zones.heard()
    told(store, zones)
    assert books(store, name) == (0, 0, 10_000)
    (egress,) = rows(store, "egresses")
    assert (egress["state"], egress["grounds"]) == (
        "turned_away",
        "ZONE_UNKNOWN: no business zone BZ-9 was opened here",
    )
    assert [each["zone_id"] for each in rows(store, "consignments")] == [ZONE]


def test_what_a_consignment_carries_is_what_was_found_of_it_last(store: Store) -> None:
    stage = a_zone()
    first, second = stage.admitted(), stage.admitted(handbook_no="HB-2")
    source = stage.source()
    for name in (first, f"{second}/{LOT}", source):
        stage.given(OPERATOR, reclassified(name, collected_in=("CN",)))
    play(store, journal_of(stage.journal))
    asked = "SELECT consignment_id, origins, domestic_pi, important FROM consignments ORDER BY seq"
    assert [tuple(row) for row in run_sql(store, asked).rows] == [
        (first, '["CN"]', True, False),
        (second, '["DE"]', True, False),
    ]
