"""docs/fence.md: every command, outcome and fact there is, and the rules whose evidence is weak."""

from pathlib import Path

import click

from exchange.cli.fence import fence
from exchange.fence import Outcome
from exchange.fence.intents import answer_of
from exchange.fence.vocabulary import vocabulary
from tests.unit.fence.cases import decided, hop_of, shipped

PAGE = (Path(__file__).parents[3] / "docs" / "fence.md").read_text("utf-8")


def test_every_command_of_the_fence_is_shown() -> None:
    shown = {line.split()[2] for line in PAGE.splitlines() if line.startswith("exchange fence ")}
    assert shown == set(fence.list_commands(click.Context(fence)))


def test_every_outcome_and_every_field_of_an_answer_is_explained() -> None:
    assert all(f"\n| `{outcome.value}` | " in PAGE for outcome in Outcome)
    answer = answer_of("X", decided(hop_of("T-05"), hop_of("T-05", hop_no=2)))
    table = PAGE[PAGE.index("| field | it is |") : PAGE.index("Lists of codes")].strip()
    assert {word for line in table.splitlines()[2:] for word in line.split("|")[1].split("`")[1::2]} == set(
        answer
    )


def test_every_fact_of_the_language_stands_there_with_its_values() -> None:
    for name, fact in vocabulary().items():
        value = fact.kind if fact.words is None else ", ".join(f"`{word}`" for word in sorted(fact.words))
        assert f"\n| `{name}` | {value} |" + (f" {fact.told} |\n" if fact.told else "\n") in PAGE
    assert PAGE.count("\n| `derived.") == sum(name.startswith("derived.") for name in vocabulary())


def test_rules_without_a_source_are_named() -> None:
    for grade, said in (("unverified", "Unverified: "), ("hub_default", "with no outside source: ")):
        rules = ", ".join(f"`{rule.id}`" for rule in shipped().rules if rule.evidence == grade)
        assert f"{said}{rules}." in " ".join(PAGE.split())
