"""What happens to safeguards and to the counting of persons, as facts."""

from msgspec.structs import replace

from exchange.kernel.lists import ListEntry, ListTerms
from exchange.kernel.persons import PersonSet, UnitedPersons, VersionName
from exchange.kernel.safeguard import SafeguardTerms
from exchange.registry.lists.facts import CentreRegistered, ListEnded, ListPublished
from exchange.registry.persons.facts import PersonsDeclared, SplittingConfirmed, SplittingWithdrawn
from exchange.registry.safeguards.facts import (
    SafeguardChanged,
    SafeguardExtended,
    SafeguardFiled,
    SafeguardRegistered,
    SafeguardRevoked,
)
from tests.unit.views.story import Journal

COUNTER, GOVERNANCE, EXPORTER, RECIPIENT = "CO-CN-01", "MB-CN-01", "SE-CN-04", "BU-SG-01"
CONTRACT = SafeguardTerms(
    safeguard_id="I-12",
    kind="CN-SCC",
    exporter_id=EXPORTER,
    recipient_id=RECIPIENT,
    names_destinations=("SG",),
    valid_from="2026-03-02",
    valid_to="2029-03-01",
    tz="Asia/Shanghai",
    filing_due_on="2026-03-16",
)
ASSESSMENT = replace(
    CONTRACT,
    safeguard_id="I-05",
    kind="CN-ASSESS",
    recipient_id=None,
    names_destinations=("ANY",),
    valid_from="2023-10-30",
    valid_to="2026-10-29",
    filing_due_on=None,
)


A_LIST = ListTerms(
    list_id="I-13",
    kind="FTZ-NEG",
    version="Shanghai-2025-02-08",
    zone_scope=("CN-SH-FTZ", "CN-LG"),
    valid_from="2025-02-08",
    valid_to=None,
    tz="Asia/Shanghai",
    entries=(ListEntry(sector="shipping", scenario_id="SH-3", field_ids=("crew.passport",), route="FILE"),),
)


def a_registration(terms: SafeguardTerms) -> SafeguardRegistered:
    return SafeguardRegistered(
        safeguard=terms, evidence_digest=bytes(32), reference="Lingang 2026/12", by_id=COUNTER
    )


def a_declaration(persons: int, declaration_id: str = "PD-0.5.0", year: int = 2026) -> PersonsDeclared:
    versions = tuple(VersionName(product_id="P-20", version=each) for each in ("1", "2"))
    of = PersonSet(of="persons", digest=bytes(32), salt_id="2026", count=persons)
    united = UnitedPersons(
        declaration_id=declaration_id,
        exporter_id=EXPORTER,
        year=year,
        versions=versions,
        persons=persons,
        sensitive_persons=0,
        foreign_persons=0,
        sets=(of,),
    )
    return PersonsDeclared(united=united)


def safeguards_and_persons(partition: int = 1) -> Journal:
    """A contract filed late, changed and revoked; an assessment extended; a union corrected; a finding taken back."""
    journal = Journal("registry", partition)
    journal.add(a_registration(CONTRACT), command_id="register", actor=COUNTER)
    journal.add(a_registration(ASSESSMENT))
    filed = replace(CONTRACT, filed_on="2026-03-17")
    journal.add(SafeguardFiled(safeguard=filed, reference="SH-77", late=True, by_id=COUNTER))
    changed = replace(filed, scope_changed=True)
    journal.add(SafeguardChanged(safeguard=changed, grounds="Other fields.", by_id=COUNTER))
    longer = replace(ASSESSMENT, valid_to="2029-10-29")
    journal.add(
        SafeguardExtended(
            safeguard=longer,
            valid_before="2026-10-29",
            sought_on="2026-10-20",
            evidence_digest=bytes(range(32)),
            by_id=COUNTER,
        )
    )
    journal.add(a_declaration(9_900))
    journal.add(a_declaration(9_800, "PD-0.6.0"))
    revoked = replace(changed, status="revoked")
    journal.add(SafeguardRevoked(safeguard=revoked, grounds="It ended.", by_id=GOVERNANCE))
    for year in (2026, 2027):
        journal.add(
            SplittingConfirmed(
                beneficial_owner="UBO-4",
                year=year,
                grounds="One table.",
                reference="CASE-4",
                by_id=GOVERNANCE,
            )
        )
    journal.add(ListPublished(terms=A_LIST, by_id=COUNTER))
    journal.add(ListEnded(terms=replace(A_LIST, valid_to="2026-04-23"), grounds="A new one.", by_id=COUNTER))
    for registered in (True, False):
        journal.add(
            CentreRegistered(
                list_id="I-13",
                product_id="P-20",
                version="1",
                registered=registered,
                reference="LG-7",
                by_id=COUNTER,
            )
        )
    journal.add(
        SplittingWithdrawn(beneficial_owner="UBO-4", year=2026, grounds="Other persons.", by_id=GOVERNANCE)
    )
    return journal
