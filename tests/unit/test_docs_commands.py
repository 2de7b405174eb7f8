"""docs/commands.md and its stories: what the page shows is what happens, and nothing of what may happen is missing."""

import inspect
import json
import re
import shutil
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange.bonded.facts import Reason as BondedReason
from exchange.delivery.commands import RuleOnRange
from exchange.delivery.facts import DigestsDiffered, RangeUnconfirmed
from exchange.delivery.facts import Reason as DeliveryReason
from exchange.kernel import protocol
from exchange.kernel.bases import Command, Source
from exchange.kernel.protocol import PassReason, ProtocolReason
from exchange.market.facts import Reason as MarketReason
from exchange.policies import POLICIES, asked_of
from exchange.registry.commands import AdmitParticipant
from exchange.registry.digests import commitment_bytes
from exchange.registry.facts import Reason as RegistryReason
from exchange.settlement.reasons import Reason as SettlementReason
from exchange.store import open_store
from exchange.views.queries import run_query
from streams.filters import Projected, decide_lines, project_lines
from streams.jsonpipe import PipedCommand, PipedFact, read_command, read_fact
from streams.topics import journal_topic
from streams.vocabulary import CONTEXTS, commands, facts
from tests.support.command import shell
from tests.support.tables import with_tables
from tests.unit.docs.page import (
    EVERY_CONTEXT,
    PAGE,
    ROOT,
    Section,
    bullet,
    chapters,
    examples,
    is_part,
    named,
    parts,
    sections,
    type_of,
)
from tests.unit.docs.said import DEADLINES, RULES, said_by

STORIES = ROOT / "docs" / "examples"
REASONS = {
    "registry": RegistryReason,
    "market": MarketReason,
    "delivery": DeliveryReason,
    "bonded": BondedReason,
    "settlement": SettlementReason,
}
ROOM_STORIES = {
    "book": "market",
    "pools": "market",
    "lines": "market",
    "quotes": "market",
    "plans": "market",
    "persons": "market",
    "safeguards": "registry",
    "entitlements": "market",
    "suspensions": "delivery",
    "consignments": "bonded",
    "transfers": "bonded",
    "made-in-bond": "market",
    "exchanged": "market",
    "payments": "settlement",
    "moved": "market",
    "subsidies": "settlement",
    "bank-files": "settlement",
    "restored": "market",
    "cases": "registry",
    "described": "registry",
    "reclassified": "market",
    "barring": "registry",
    "attestations": "registry",
}
"""Stories of one room of a context, each told by itself; what policies brought before is taken as given."""
TOLD_IN = {**{context: context for context in CONTEXTS}, **ROOM_STORIES}
"""In which context each story plays."""
OWN = {context: [word for word in commands(context) if word not in protocol.COMMANDS] for context in CONTEXTS}
EVERY = [(context, word.__name__) for context in CONTEXTS for word in OWN[context]]
SIGNING_KEY = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
"""Source: RFC 8032, section 7.1, test 1."""
COMMITTED_TO = "We keep the rules of this exchange."


def on_purpose(line: str) -> bool:
    return str(json.loads(line)["meta"]["id"]).startswith("refused-")


@cache
def story(name: str) -> tuple[str, ...]:
    return tuple((STORIES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())


@cache
def asked(name: str) -> tuple[PipedCommand, ...]:
    lines = enumerate(story(name), start=1)
    return tuple(read_command(TOLD_IN[name], line, number) for number, line in lines)


@cache
def told(name: str) -> tuple[str, ...]:
    return tuple(decide_lines(TOLD_IN[name], story(name)))


@cache
def happened(name: str) -> tuple[PipedFact, ...]:
    return tuple(read_fact(line, number) for number, line in enumerate(told(name), start=1))


def described(context: str) -> dict[str, Section]:
    return sections(chapters()[context.capitalize()])


@cache
def all_sections() -> dict[str, Section]:
    return {name: section for chapter in chapters().values() for name, section in sections(chapter).items()}


@pytest.fixture
def tables_url(tmp_path: Path) -> str:
    """A database of this version's."""
    return with_tables(tmp_path / "exchange.sqlite")


# The stories.


@pytest.mark.parametrize("context", CONTEXTS)
def test_the_stories_of_a_context_ask_every_command_of_it(context: str) -> None:
    stories = [name for name, place in TOLD_IN.items() if place == context]
    assert set(OWN[context]) <= {type(piped.command) for name in stories for piped in asked(name)}


def test_the_stories_ask_the_commands_of_every_context() -> None:
    everything = {type(piped.command) for context in CONTEXTS for piped in asked(context)}
    assert set(protocol.COMMANDS) <= everything


@pytest.mark.parametrize("name", TOLD_IN)
def test_everything_in_a_story_succeeds_but_what_is_refused_on_purpose(name: str) -> None:
    refused = [json.loads(line)["meta"]["command_id"] for line in told(name) if type_of(line) == "Refused"]
    assert refused == [json.loads(line)["meta"]["id"] for line in story(name) if on_purpose(line)]
    assert {type_of(line) for line in told(name)}.isdisjoint({"InputUnreadable", "Repeated", "Passed"})


def test_the_stories_ask_of_one_another_what_the_policies_ask_and_nothing_else() -> None:
    sent: dict[tuple[str, Source], Command] = {
        (context, piped.meta.source): piped.command
        for context in CONTEXTS
        for piped in asked(context)
        if piped.meta.source is not None
    }
    rulings = {place: command for place, command in sent.items() if isinstance(command, RuleOnRange)}
    assert {place: command for place, command in sent.items() if place not in rulings} == policies_ask()
    assert rulings.keys() == auditor_asks()


def policies_ask() -> dict[tuple[str, Source], Command]:
    """What the policies ask, by the context and the fact they answer; with one partition each, all goes there."""
    return {
        (ask.context, place(fact, index)): ask.command
        for context in CONTEXTS
        for fact in happened(context)
        for index, ask in enumerate(asked_of(context, fact.recorded, POLICIES))
    }


def auditor_asks() -> set[tuple[str, Source]]:
    asking = (DigestsDiffered, RangeUnconfirmed)
    disputed = (fact for fact in happened("delivery") if isinstance(fact.recorded.fact, asking))
    return {("delivery", place(fact, 0)) for fact in disputed}


def place(fact: PipedFact, index: int) -> Source:
    topic = journal_topic(fact.context)
    return Source(topic=topic, partition=fact.partition, seq=fact.recorded.meta.seq, index=index)


def test_the_facts_of_all_stories_project_and_balance(tables_url: str) -> None:
    lines = [line for context in CONTEXTS for line in told(context)]
    outcomes = sum(len(story(context)) for context in CONTEXTS)
    assert project_lines(tables_url, lines) == Projected(outcomes, len(lines), 0)
    assert_balanced(tables_url)


@pytest.mark.parametrize("name", ROOM_STORIES)
def test_the_facts_of_a_room_s_story_project_and_balance(name: str, tables_url: str) -> None:
    assert project_lines(tables_url, told(name)) == Projected(len(story(name)), len(told(name)), 0)
    if ROOM_STORIES[name] in ("market", "settlement"):
        assert_balanced(tables_url)


def test_the_consignments_of_the_story_are_accounted_for_to_the_last_item(tables_url: str) -> None:
    project_lines(tables_url, told("consignments"))
    store = open_store(tables_url)
    try:
        found = run_query(store, "consignments", {}).as_dicts()
    finally:
        store.close()
    assert [
        (each["handbook_no"], each["came"], each["on_hand"])
        for each in found
        if each["state"] == "written_off"
    ] == [("HB-0001", 10_000, 0)]


def assert_balanced(url: str) -> None:
    store = open_store(url)
    try:
        balances = run_query(store, "trial_balance", {}).as_dicts()
        open_escrow = run_query(store, "escrow_open", {}).as_dicts()
    finally:
        store.close()
    assert {balance["currency"] for balance in balances} <= {"CNY", "USD", "JPY"}
    assert sum(balance["debit_minor"] for balance in balances) > 0
    assert {balance["difference_minor"] for balance in balances} == {0}
    assert open_escrow == []


def test_the_commitments_of_the_story_are_signed_as_the_page_says() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(SIGNING_KEY))
    digest = blake2b(COMMITTED_TO.encode(), digest_size=32).digest()
    admitted = [piped.command for piped in asked("registry") if isinstance(piped.command, AdmitParticipant)]
    for command in admitted:
        message = commitment_bytes(command.participant_id, command.display_name, digest)
        assert command.commitment.text_digest == digest
        assert command.commitment.public_key == key.public_key().public_bytes_raw()
        assert command.commitment.signature == key.sign(message)
    assert f"“{COMMITTED_TO}”" in PAGE.read_text(encoding="utf-8")


# The page.


@pytest.mark.parametrize("context", CONTEXTS)
def test_the_page_has_every_command_of_a_context_and_no_other(context: str) -> None:
    assert list(described(context)) == [word.__name__ for word in OWN[context]]


def test_the_page_has_the_commands_that_every_context_has() -> None:
    assert list(sections(chapters()[EVERY_CONTEXT])) == [word.__name__ for word in protocol.COMMANDS]


@pytest.mark.parametrize("name", [name for _, name in EVERY] + [word.__name__ for word in protocol.COMMANDS])
def test_a_command_is_introduced_by_the_first_sentence_of_its_docstring(name: str) -> None:
    (word,) = {word for context in CONTEXTS for word in commands(context) if word.__name__ == name}
    introduction = " ".join((inspect.getdoc(word) or "").split("\n\n")[0].split())
    sentence = re.split(r"(?<=\.) (?=[A-Z])", introduction)[0]
    assert " ".join(all_sections()[name].text.split()).startswith(sentence)


@pytest.mark.parametrize(("context", "name"), EVERY)
def test_the_facts_of_a_command_are_those_that_its_rule_may_say(context: str, name: str) -> None:
    # The page also names facts of elsewhere: those that policies turn into further commands.
    own = {word.__name__ for word in facts(context)}
    assert described(context)[name].facts & own == said_by(RULES[context][name]).facts


@pytest.mark.parametrize(("context", "name"), EVERY)
def test_the_reasons_of_a_command_are_those_that_its_rule_may_say(context: str, name: str) -> None:
    introduction = chapters()[context.capitalize()].split("###")[0]
    section = described(context)[name]
    by_people = "each of them" in introduction and "**Who:** the exchange itself" not in section.text
    shared = named(bullet("Refused, each of them", introduction)) if by_people else set()
    assert section.reasons | shared == said_by(RULES[context][name]).reasons


def test_the_facts_of_a_tick_are_those_that_deadlines_bring() -> None:
    brought = frozenset().union(*(said_by(expire).facts for expire in DEADLINES.values()))
    assert sections(chapters()[EVERY_CONTEXT])["Tick"].facts == brought


@pytest.mark.parametrize("context", CONTEXTS)
def test_every_reason_and_every_fact_of_a_context_is_named_in_its_chapter(context: str) -> None:
    # They come with deadlines alone, so their place is with Tick.
    elsewhere = {"BookSwept", "AsksBacked", "RedecidingBegun", "RedecidingAdvanced", "ListingsAskedAgain"}
    own = {word.__name__ for word in facts(context) if word not in protocol.FACTS}
    missing = ({reason.value for reason in REASONS[context]} | own) - named(chapters()[context.capitalize()])
    assert missing - elsewhere == set()
    assert missing <= named(chapters()[EVERY_CONTEXT])


def test_every_reason_and_every_fact_that_all_contexts_have_is_named() -> None:
    expected = {reason.value for reason in (*ProtocolReason, *PassReason)}
    expected |= {word.__name__ for word in protocol.FACTS}
    assert expected <= named(chapters()[EVERY_CONTEXT])


@pytest.mark.parametrize("chapter", [*(context.capitalize() for context in CONTEXTS), EVERY_CONTEXT])
def test_every_name_in_a_chapter_exists(chapter: str) -> None:
    contexts = [chapter.lower()] if chapter.lower() in CONTEXTS else list(CONTEXTS)
    reasons = {reason.value for context in contexts for reason in REASONS[context]}
    reasons |= {reason.value for reason in (*ProtocolReason, *PassReason)}
    words = {word.__name__ for context in CONTEXTS for word in (*commands(context), *facts(context))}
    found = named(chapters()[chapter])
    assert {name for name in found if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", name)} <= reasons
    assert {name for name in found if re.fullmatch(r"[A-Z][a-z]+([A-Z][a-z]+)*", name)} <= words


@pytest.mark.parametrize("name", all_sections())
def test_the_examples_of_a_command_are_lines_of_its_story_and_what_they_led_to(name: str) -> None:
    examples = all_sections()[name].examples
    assert type_of(examples[0]) == name
    assert_as_told(examples)


def test_the_example_of_the_one_shape_is_a_line_and_its_whole_fact() -> None:
    command, fact = shown = examples(chapters()["One shape"])
    assert_as_told(shown)
    assert json.loads(fact) in [json.loads(line) for line in told("registry")]
    assert type_of(command) == "SuspendListing"


def assert_as_told(shown: tuple[str, ...]) -> None:
    """Every command is a line of a story; after it come facts of its outcome, in order, perhaps in part."""
    outcome: list[Any] = []
    for line in shown:
        origin = next((name for name in TOLD_IN if line in story(name)), None)
        if origin is not None:
            command_id = json.loads(line)["meta"]["id"]
            outcome = [json.loads(fact) for fact in told(origin)]
            outcome = [fact for fact in outcome if fact["meta"]["command_id"] == command_id]
            continue
        matching = [number for number, fact in enumerate(outcome) if is_part(json.loads(line), fact)]
        assert matching, f"neither a line of a story nor what the command before it leads to:\n{line}"
        outcome = outcome[matching[0] + 1 :]


def test_the_shell_lines_of_the_page_run(tmp_path: Path) -> None:
    shutil.copytree(STORIES, tmp_path / "docs" / "examples")
    (script,) = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    ran = shell(f"set -e\n{script}", tmp_path)
    assert ran.code == 0, ran.err
    assert_balanced(f"sqlite:///{tmp_path / 'what-if.sqlite'}")


def test_every_link_of_the_page_leads_somewhere_and_the_page_is_linked() -> None:
    text = PAGE.read_text(encoding="utf-8")
    headings = {name.lower() for level in ("##", "###") for name in parts(level, text)}
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert {link[1:] for link in links if link.startswith("#")} <= headings
    assert all((PAGE.parent / link).exists() for link in links if not link.startswith("#"))
    assert "(docs/commands.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(commands.md)" in (ROOT / "docs" / "developing.md").read_text(encoding="utf-8")
