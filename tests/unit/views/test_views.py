"""Every view knows every fact it may meet, and what it writes fits its tables."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.kernel.bases import Fact, Recorded
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.protocol import FACTS as COMMON_FACTS
from exchange.kernel.protocol import Claimed, Sealed
from exchange.market.facts import PayoutExecuted
from exchange.store import Insert, Merge, Restate, Update
from exchange.store.schema import LEDGER_CLOSES, METADATA, PROGRESS, SNAPSHOTS
from exchange.views import VIEWS, View, project_batch
from streams.vocabulary import CONTEXTS, facts
from tests.support.made import FACT_METAS, made
from tests.unit.views.story import Journal, a_deposit, registry_journal

MET = [(view, context, fact) for view in VIEWS for context in view.contexts for fact in facts(context)]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_every_fact_of_its_contexts_is_handled_or_ignored_by_a_view(view: View) -> None:
    for fact in {fact for context in view.contexts for fact in facts(context)}:
        assert (fact in view.handlers) != (fact in view.ignores), fact


def test_every_context_is_read_by_some_view() -> None:
    assert {context for view in VIEWS for context in view.contexts} == set(CONTEXTS)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_view_speaks_of_no_fact_that_its_contexts_do_not_have(view: View) -> None:
    known = {fact for context in view.contexts for fact in facts(context)}
    assert set(view.handlers) | view.ignores <= known


def test_what_happens_is_shown_by_some_view() -> None:
    handled = {fact for view in VIEWS if view.name != "operations" for fact in view.handlers}
    hidden = {fact for context in CONTEXTS for fact in facts(context)} - handled
    common = {"Refused", "Repeated", "InputUnreadable", "Passed", "ClockShifted", "Claimed", "Sealed"}
    copies_of_other_contexts = {
        "ProvenanceRecorded",
        "TraitsRecorded",
        "ProductTraitsRecorded",
        "ParticipantRecorded",
        "StandingRecorded",
        "ProductRecorded",
        "PartyRecorded",
        "PartyStandingRecorded",
        "ParticipantKnown",
        "StandingKnown",
        "MovementExpected",
        "SafeguardBrought",
        "PersonsBrought",
        "SplittingBrought",
        "ListBrought",
        "ExportBrought",
        "SoldFromBond",
        "TransferTurnedAway",
        "ReclassificationPassedOn",
        "CentreRegistrationBrought",
        "AttestationBrought",
        "AttestationRecorded",
        "ListRecorded",
        "CentreRegistrationRecorded",
        "SplittingRecorded",
        "LetOutRecorded",
        "ProductRegisteredRecorded",
        "ProductCarriedRecorded",
        "ProductReceivedRecorded",
        "CarriedInBond",
    }
    steps_of_longer_work = {
        "BookSwept",
        "OrdersCancelled",
        "CancellingBegun",
        "NettingBegun",
        "NettingEnded",
        "CasePurchasesEnded",
        "AsksBacked",
        "RangeUnconfirmed",
        "RedecidingBegun",
        "RedecidingAdvanced",
    }
    shown_by_what_the_market_makes_of_them = {
        "MeterOpened",
        "UsageMetered",
        "ReadingTaken",
        "SeatsFreed",
        "LineBreached",
    }
    of_what_has_no_row = {"InvoiceMissing", "ExpectationMet"}
    known = common | of_what_has_no_row | copies_of_other_contexts | steps_of_longer_work
    known |= shown_by_what_the_market_makes_of_them
    assert {fact.__name__ for fact in hidden} <= known


class WeatherChanged(Fact):
    """Nobody has ever heard of it."""


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_fact_nobody_has_heard_of_stops_the_view_and_names_both(view: View) -> None:
    journal = Journal(view.contexts[0])
    journal.add(WeatherChanged())
    with pytest.raises(InvariantBroken, match=f"view {view.name} .*WeatherChanged"):
        view.project(view.contexts[0], 0, journal.outcomes[0][0])
    with pytest.raises(InvariantBroken, match="WeatherChanged"):
        project_batch([view], view.contexts[0], 0, journal.outcomes)


def test_a_view_does_not_read_other_contexts() -> None:
    journal = registry_journal()
    (market_data,) = (view for view in VIEWS if view.name == "market_data")
    assert project_batch([market_data], "registry", 0, journal.outcomes) == []


def test_a_batch_is_what_its_facts_are_one_by_one() -> None:
    journal = registry_journal()
    one_by_one = [
        change
        for outcome in journal.outcomes
        for recorded in outcome
        for view in VIEWS
        for change in view.project("registry", 0, recorded)
    ]
    assert project_batch(VIEWS, "registry", 0, journal.outcomes) == one_by_one


def test_every_table_belongs_to_one_view_or_to_the_store() -> None:
    tables = [table for view in VIEWS for table in view.tables]
    assert len(tables) == len(set(tables))
    assert {*tables, PROGRESS, SNAPSHOTS, LEDGER_CLOSES} == set(METADATA.tables.values())


def test_every_table_says_what_it_holds() -> None:
    assert [table.name for table in METADATA.tables.values() if not table.comment] == []


def test_money_has_a_currency_beside_it() -> None:
    for table in METADATA.tables.values():
        if any(column.name.endswith("_minor") for column in table.columns):
            assert "currency" in table.columns, table.name


# Every domain fact is alike to the operations view: one of them stands for all.
HANDLED = [
    (view, context, fact)
    for view, context, fact in MET
    if fact in view.handlers and (view.name != "operations" or fact in (*COMMON_FACTS, PayoutExecuted))
]


@pytest.mark.parametrize(
    ("view", "context", "fact"),
    HANDLED,
    ids=lambda value: getattr(value, "__name__", getattr(value, "name", value)),
)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_a_fact_says_fits_the_tables(
    view: View, context: str, fact: type[Fact], data: st.DataObject
) -> None:
    recorded = Recorded(data.draw(FACT_METAS), data.draw(made(fact)))
    try:
        changes = list(view.project(context, 0, recorded))
    except InvariantBroken as unbalanced:
        assert "balance" in str(unbalanced) or "cannot be posted" in str(unbalanced)  # noqa: PT017
        return
    for change in changes:
        assert change.table in view.tables
        if isinstance(change, Restate):
            assert change.rows.selected_columns.keys() == change.table.columns.keys()
            continue
        values: dict[str, Any] = dict(change.row) if isinstance(change, Insert) else dict(change.key)
        if isinstance(change, Insert):
            assert set(values) == {each.name for each in change.table.columns if each.computed is None}
        else:
            assert set(values) == set(change.table.primary_key.columns.keys())
            values |= change.values if isinstance(change, Update) else {}
            values |= change.amounts
        if isinstance(change, Merge):
            values |= {**change.first, **change.last, **change.least, **change.most}
            assert set(values) == set(change.table.columns.keys())
        for name, value in values.items():
            column = change.table.columns[name]
            assert isinstance(value, column.type.python_type) or (value is None and column.nullable)


def test_claims_and_seals_are_nobodys_rows() -> None:
    for view in VIEWS:
        assert {Claimed, Sealed} <= view.ignores


def test_nothing_is_projected_from_nothing() -> None:
    assert project_batch(VIEWS, "market", 0, []) == []
    journal = Journal("market")
    journal.add(a_deposit())
    assert project_batch([], "market", 0, journal.outcomes) == []
