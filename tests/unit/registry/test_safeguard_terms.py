"""Terms of safeguards come from the ruleset in force; one more or one less, and what is registered is another."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from exchange.fence import newest
from exchange.fence.terms import KindTerms
from exchange.kernel.bases import Fact
from exchange.kernel.errors import Misuse
from exchange.kernel.protocol import Refused
from exchange.registry.facts import RulesetActivated
from exchange.registry.safeguards import terms as said
from exchange.registry.safeguards.commands import RegisterSafeguard
from exchange.registry.safeguards.facts import SafeguardExtended, SafeguardRegistered
from exchange.registry.state import ActivatedRuleset, Registry
from tests.unit.fence.cases import rewritten, shipped
from tests.unit.registry.stage import COUNTER, a_registry
from tests.unit.registry.test_registry_safeguards import a_safeguard, an_assessment, an_extension

ANSWERS: dict[str, str | bool] = {
    "a contract of 2 March is filed by": "2026-03-16",
    "an assessment of three years": True,
    "one of three years and a day": False,
    "a certificate of three years": True,
    "one of three years and a day, too": False,
    "a certificate from the first day of the measures": True,
    "one from the day before": False,
    "a self-certification of a year": True,
    "one of a year and a day": False,
    "an extension of three years": True,
    "one of three years and a day, at last": False,
    "an extension that is sought on the first of the last 60 working days": True,
    "one sought the working day before": False,
}


def the_answers() -> dict[str, str | bool]:
    return dict(zip(ANSWERS, _asked(), strict=True))


def _asked() -> Iterator[str | bool]:
    (filed,) = _registered(a_safeguard())
    assert isinstance(filed, SafeguardRegistered)
    yield filed.safeguard.filing_due_on or ""
    for last in ("2026-11-12", "2026-11-13"):
        yield _taken(_registered(an_assessment(valid_to=last)))
    certificate: dict[str, Any] = {"kind": "CN-CERT", "valid_from": "2026-01-01", "recipient_id": None}
    for last in ("2028-12-31", "2029-01-01"):
        yield _taken(_registered(a_safeguard(valid_to=last, **certificate)))
    for first in ("2026-01-01", "2025-12-31"):
        named = certificate | {"valid_from": first}
        yield _taken(_registered(a_safeguard(valid_to="2026-06-30", **named)))
    for last in ("2027-03-01", "2027-03-02"):
        yield _taken(_registered(a_safeguard(kind="EU-DPF", valid_from="2026-03-02", valid_to=last)))
    for until in ("2029-11-12", "2029-11-13"):
        yield _taken(_extended(valid_to=until))
    for sought in ("2026-08-17", "2026-08-14"):
        yield _taken(_extended(sought_on=sought))


def _registered(command: RegisterSafeguard) -> tuple[Fact, ...]:
    return a_registry().ask(COUNTER, command)


def _extended(**changed: Any) -> tuple[Fact, ...]:
    stage = a_registry()
    stage.ask(COUNTER, an_assessment())
    return stage.ask(COUNTER, an_extension(**changed))


def _taken(facts: tuple[Fact, ...]) -> bool:
    (fact,) = facts
    assert isinstance(fact, SafeguardRegistered | SafeguardExtended | Refused)
    return not isinstance(fact, Refused)


def test_the_boundary_cases_are_answered_as_the_sources_say() -> None:
    assert the_answers() == ANSWERS


@pytest.mark.parametrize("by", [-1, 1])
@pytest.mark.parametrize("name", KindTerms.__struct_fields__)
def test_a_term_that_is_one_off_changes_an_answer(
    name: str, by: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(written: dict[str, Any]) -> None:
        value = written["constants"][name]
        written["constants"][name] = value + (timedelta(days=by) if isinstance(value, date) else by)

    if (name, by) == ("eu_dpf_years", -1):
        with pytest.raises(Misuse, match="eu_dpf_years"):
            rewritten(change)
        return
    other = rewritten(change)
    monkeypatch.setattr(said, "_shipped", lambda: {other.digest: other})
    assert the_answers() != ANSWERS


def test_the_ruleset_that_is_in_force_says_them_and_the_next_one_from_its_time_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    later = rewritten(lambda written: written["constants"].update(cn_assess_years=4))
    both = {each.digest: each for each in (shipped(), later)}
    monkeypatch.setattr(said, "_shipped", lambda: both)
    stage = a_registry()
    registry = stage.state
    registry.rulesets = [ActivatedRuleset(shipped().digest, 0), ActivatedRuleset(later.digest, 100)]
    assert said.kind_terms(registry, 99).cn_assess_years == 3
    assert said.kind_terms(registry, 100) == replace(said.kind_terms(registry, 99), cn_assess_years=4)


def test_a_ruleset_that_says_none_leaves_them_to_the_newest() -> None:
    first = min(said._shipped().values(), key=lambda each: each.version)
    assert first.terms.kinds is None
    registry = Registry(partition=0, rulesets=[ActivatedRuleset(first.digest, 0)])
    assert said.kind_terms(registry, 1) == newest(said._shipped()).terms.kinds


def test_which_rulesets_were_activated_is_remembered() -> None:
    registry = Registry(partition=0)
    from exchange.registry.decider import evolve

    for number in range(60):
        fact = RulesetActivated(ruleset_version="1", ruleset_digest=f"{number:064d}", effective_at=number)
        evolve(registry, fact, 0)
    assert [each.effective_at for each in registry.rulesets] == list(range(10, 60))
