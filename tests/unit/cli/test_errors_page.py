"""docs/errors.md holds every reason and every error there is, each with its cause and its remedy."""

import importlib
import pkgutil
import re
from pathlib import Path

import click
import pytest

import exchange
import streams
from exchange.cli.errors_page import OTHER_REASONS, PAGE, REFUSALS, page
from exchange.cli.errors_source import Message, errors_in, our_errors
from exchange.cli.root import root
from exchange.fence import load_rulesets
from exchange.fence.outcome import Outcome
from exchange.fence.reasons import NotAdmitted
from exchange.kernel.errors import ExchangeError
from exchange.kernel.reasons import Why
from exchange.views.queries import QUERIES

TOOLS = {"chmod", "make", "openssl"}
WORDS_OF_FILES = {
    "any", "async with", "continue", "fact", "hops", "op", "regimes", "relies_on: […]", "stage: …", "value", "when",
}  # fmt: skip
"""What messages put between backticks that is not to be called: words of rulesets, crossings and Python."""
LETTERS_MIN = 7
WHYS = [why for reasons in (*REFUSALS.values(), *OTHER_REASONS.values()) for why in reasons]


@pytest.fixture(scope="module", autouse=True)
def everything_is_loaded() -> None:
    for package in (exchange, streams):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "__main__" not in found.name and ".migrations" not in found.name:
                importlib.import_module(found.name)


def texts() -> list[str]:
    return [f"{each.cause}; {each.remedy}" for each in our_errors().messages]


def below(kind: type[ExchangeError]) -> set[str]:
    deeper = [
        below(each) for each in kind.__subclasses__() if each.__module__.startswith(("exchange", "streams"))
    ]
    return {kind.__name__}.union(*deeper)


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "`make docs` writes it anew"


def test_every_enumeration_of_reasons_is_on_the_page() -> None:
    shown = {*REFUSALS.values(), *OTHER_REASONS.values()}
    assert set(Why.__subclasses__()) == shown


def test_no_reason_is_a_bare_word() -> None:
    for path in Path(str(exchange.__file__)).parent.rglob("*.py"):
        assert not re.search(r"class \w*Reason\((?!Why)", path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("why", WHYS, ids=lambda why: f"{type(why).__module__.split('.')[1]}-{why}")
def test_every_reason_has_a_cause_and_a_remedy_in_whole_sentences(why: Why) -> None:
    assert why.value == why.name
    for text in (why.cause, why.remedy):
        assert text[0].isupper() or text.startswith("`")
        assert text.endswith(".")
    assert f"| `{why.value}` | {why.cause} | {why.remedy} |" in PAGE.read_text(encoding="utf-8")


def test_a_reason_without_a_remedy_cannot_be_written() -> None:
    with pytest.raises(TypeError):
        Why("Lacking", {"WORD": ("WORD", "A cause.")})


def test_every_answer_of_the_fence_that_does_not_admit_is_explained() -> None:
    assert {each.value for each in Outcome if not each.admitted} == {each.value for each in NotAdmitted}


def test_every_code_of_every_ruleset_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for ruleset in load_rulesets().values():
        for rule in ruleset.rules:
            assert rule.reason_code is None or f"| `{rule.reason_code}` | " in text


def test_every_error_is_on_the_page_with_a_cause_and_a_remedy_of_its_own() -> None:
    assert {kind.name for kind in our_errors().kinds} == below(ExchangeError)
    for kind in our_errors().kinds:
        assert kind.cause.endswith("."), kind
        assert kind.remedy.endswith("."), kind
        assert f"| `{kind.name}` | " in PAGE.read_text(encoding="utf-8")


def test_what_a_remedy_tells_to_call_can_be_called() -> None:
    remedies = (*(why.remedy for why in WHYS), *(kind.remedy for kind in our_errors().kinds))
    found = [
        called for text in (*remedies, *texts()) for called in re.findall(r"`exchange ([a-z].*?)`", text)
    ]
    assert {"up", "schemas push …"} <= set(found)
    for called in found:
        name, *words = called.replace("…", " ").split()
        command = root.get_command(click.Context(root), name)
        assert command, called
        if isinstance(command, click.Group):
            assert words[0] in command.commands, called
        if name == "query":
            assert words[0] in QUERIES, called


def test_what_stands_between_backticks_can_be_called_or_is_a_word_of_a_file() -> None:
    targets = re.findall(r"^([a-z-]+):", (PAGE.parents[1] / "Makefile").read_text(encoding="utf-8"), re.M)
    for text in (*(kind.remedy for kind in our_errors().kinds), *texts()):
        for quoted in set(re.findall(r"`(.*?)`", text)) - WORDS_OF_FILES:
            tool, *words = quoted.split()
            assert tool in {"exchange", *TOOLS} or quoted.startswith("--"), text
            assert tool != "make" or words[0] in targets, text


@pytest.mark.parametrize(
    "words",
    [
        "speaks TLS only", "hangs up on a greeting in TLS", "shows a certificate that is not trusted",
        "refuses our TLS or certificate", "does not answer in TLS", "refuses the password of user",
        "knows no sasl.mechanism", "asks for no user", "hangs up on who has no user", "is no Kafka, it speaks HTTP",
        "speaks something else", "hangs up without an answer", "listens and says nothing",
    ],
)  # fmt: skip
def test_what_is_said_of_an_address_of_kafka_is_on_the_page(words: str) -> None:
    assert words in PAGE.read_text(encoding="utf-8")


def test_every_message_has_words_of_its_own() -> None:
    for message in our_errors().messages:
        assert sum(map(str.isalpha, message.cause)) >= LETTERS_MIN, message


SOURCE = '''
class ExchangeError(Exception):
    """Something."""
    remedy = "Do something."

class Taken(ExchangeError):
    """It is taken."""
    remedy = ("Take "
              "another.")

    def __init__(self, what):
        super().__init__(f"{what} is taken; take another")

class Other(Exception):
    """Somebody else's."""

def fail(x, words):
    if x:
        raise ExchangeError("it is " + "so")
    if words:
        raise ExchangeError(words)
    raise Other("not ours")
'''


def test_classes_and_messages_are_found_in_source_text() -> None:
    found = errors_in([SOURCE])
    assert [(kind.name, kind.parent, kind.remedy) for kind in found.kinds] == [
        ("ExchangeError", "Exception", "Do something."),
        ("Taken", "ExchangeError", "Take another."),
    ]
    assert list(found.messages) == [
        Message("ExchangeError", "it is so", ""),
        Message("Taken", "… is taken", "take another"),
    ]


AROUND = '''
HOW = "with care"

class ExchangeError(Exception):
    """Something."""

class Lost(ExchangeError):
    """It is lost."""

    def __init__(self, what, why):
        super().__init__(f"{what} is lost: {why}; look again")

def wrong(place, what) -> ExchangeError:
    return ExchangeError(f"at {place}: {what}; go {HOW}")

def _worse(place, far) -> ExchangeError:
    return wrong(place, "far too far" if far else f"not {far} enough")

def _checked(name, value):
    if not value:
        raise ExchangeError(f"{name} has no value")

class Reader:
    def _lost(self, why):
        return Lost(self.name, why)

    def read(self, words, error):
        _checked("a line of it", words)
        _checked("name", words)
        if words:
            raise self._lost("nobody has it")
        if error:
            raise _worse(self.name, error) from error
        raise wrong(self.name, words)
'''


def test_words_put_around_others_are_found_with_them() -> None:
    assert list(errors_in([AROUND]).messages) == [
        Message("ExchangeError", "a line of it has no value", ""),
        Message("ExchangeError", "at …: far too far", "go with care"),
        Message("ExchangeError", "at …: not … enough", "go with care"),
        Message("ExchangeError", "at …: …", "go with care"),
        Message("ExchangeError", "… has no value", ""),
        Message("Lost", "… is lost: nobody has it", "look again"),
    ]


def test_words_are_looked_for_in_the_module_itself_first() -> None:
    here = AROUND + 'def fail(x):\n    raise _elsewhere("what is here")\n'
    there = 'def _elsewhere(what) -> ExchangeError:\n    return ExchangeError(f"found {what}")\n'
    said = [message.cause for message in errors_in([here, there]).messages]
    assert "found …" in said
    assert "found what is here" not in said
