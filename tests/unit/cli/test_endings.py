"""How commands end: exit codes that scripts can tell apart, one line for people, never a traceback."""

import pytest

from exchange.cli.endings import BROKEN, DONE, INTERRUPTED, MISUSE, REFUSED, UNAVAILABLE, ended
from exchange.kernel.errors import ExchangeError, InvariantBroken, Misuse, Unavailable, Unreadable


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ExchangeError("no such ask"), REFUSED, "exchange: no such ask\n"),
        (Unreadable("bytes"), REFUSED, "exchange: bytes\n"),
        (Misuse("name one"), MISUSE, "exchange: name one\n"),
        (Unavailable("Kafka is away"), UNAVAILABLE, "exchange: Kafka is away\n"),
        (InvariantBroken("a hole"), BROKEN, "exchange: a hole (a bug or a damaged journal; nothing"
         " further was done)\n"),
        (KeyboardInterrupt(), INTERRUPTED, "exchange: interrupted\n"),
    ],
)  # fmt: skip
def test_an_error_is_one_line_and_a_code(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise error

    assert ended(fail) == code
    assert capsys.readouterr().err == said


def test_a_command_may_say_its_own_code() -> None:
    assert ended(lambda: None) == DONE
    assert ended(lambda: UNAVAILABLE) == UNAVAILABLE


def test_a_bug_is_not_dressed_up() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ended(fail)
