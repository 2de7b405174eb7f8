"""XML of others: bombs, foreign entities and giants end with a clear error, and quickly."""

import tracemalloc
from pathlib import Path

import pytest

from exchange.documents.errors import (
    DoctypeRefused,
    DocumentRefused,
    DocumentTooLarge,
    DocumentUnreadable,
    SchemaMissing,
)
from exchange.documents.schemas import carried, schema_of
from exchange.documents.xml import SIZE_MAX, read_document, root_of
from exchange.kernel.errors import Misuse

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 30))
BOMB = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l29;</a>'.encode()
FOREIGN = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
PARAMETER = b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]><a/>'
OUTSIDE = b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>'
BAD: list[tuple[str, bytes, type[DocumentRefused]]] = [
    ("bomb", BOMB, DoctypeRefused),
    ("file", FOREIGN, DoctypeRefused),
    ("parameter", PARAMETER, DoctypeRefused),
    ("outside", OUTSIDE, DoctypeRefused),
    ("utf-16", FOREIGN.decode().encode("utf-16"), DoctypeRefused),
    ("empty", b"", DocumentUnreadable),
    ("text", b"IBAN,amount\n", DocumentUnreadable),
    ("cut off", b"<a><b>", DocumentUnreadable),
    ("entity of nobody", b"<a>&x;</a>", DocumentUnreadable),
    ("encoding of nobody", b'<?xml version="1.0" encoding="nonsense"?><a/>', DocumentUnreadable),
    ("bad bytes", b"<a>\xff\xfe</a>", DocumentUnreadable),
    ("deep", b"<a>" * 100_000, DocumentUnreadable),
    ("a first tag without end", b"<a " + b'x="1" ' * 2_000_000, DocumentUnreadable),
    ("a comment before all", b"<!--" + b"x" * 10_000_000 + b"--><a/>", DocumentUnreadable),
    ("zip", b"PK\x03\x04" + bytes(100), DocumentUnreadable),
]


@pytest.mark.parametrize(("content", "error"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_could_do_harm_is_refused(content: bytes, error: type[DocumentRefused]) -> None:
    with pytest.raises(error, match=r"^s.xml .*; ") as refused:
        root_of(content, "s.xml")
    assert type(refused.value) is error


def test_a_gigabyte_is_refused_by_its_size_and_takes_no_gigabyte(tmp_path: Path) -> None:
    path = tmp_path / "s.xml"
    with path.open("wb") as file:
        file.write(b"<a>")
        file.truncate(2**30)
    tracemalloc.start()
    try:
        with pytest.raises(DocumentTooLarge, match="more than 16 MiB"):
            read_document(path)
        assert tracemalloc.get_traced_memory()[1] < 4 * SIZE_MAX
    finally:
        tracemalloc.stop()


def test_what_has_no_end_is_refused() -> None:
    with pytest.raises(DocumentTooLarge):
        read_document(Path("/dev/zero"))


def test_bytes_are_bounded_wherever_they_come_from() -> None:
    with pytest.raises(DocumentTooLarge):
        root_of(b"<a>" + b" " * SIZE_MAX + b"</a>", "s.xml")


def test_a_document_is_read_in_other_encodings() -> None:
    assert root_of("<a>数据</a>".encode("utf-16"), "s.xml").text == "数据"


def test_a_file_that_is_not_there_is_misuse(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="cannot be read"):
        read_document(tmp_path / "none.xml")


def test_a_schema_that_is_not_installed_is_no_pass(tmp_path: Path) -> None:
    with pytest.raises(SchemaMissing, match="is not installed"):
        carried("camt053", "xsd", "camt.053.001.99.xsd")
    with pytest.raises(SchemaMissing, match="is not installed"):
        carried("no_such_package", "a.xsd")
    (tmp_path / "a.xsd").write_text("<nonsense/>")
    with pytest.raises(SchemaMissing, match="cannot be read"):
        schema_of(tmp_path / "a.xsd")
