"""What cannot be read is told: where, what, and what to do."""

from __future__ import annotations

import codecs
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtalign.documents.formats import FORMATS
from mtalign.documents.options import Options
from mtalign.documents.read import read_bytes, read_document
from mtalign.errors import MtalignError
from tests.documents.test_formats import CASES, options_of
from tests.documents.texts import read

FAULTS = json.loads((CASES / "faults.json").read_text(encoding="utf-8"))
FIELD = Options(fields=("t",))


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: case["label"])
def test_a_fault_is_told(case: dict[str, Any]) -> None:
    with pytest.raises(MtalignError) as caught:
        read(case["input"], case["name"], options_of(case))
    error = caught.value
    assert case["told"] in error.what
    assert error.line == case.get("line")
    assert case.get("todo", "") in str(error.todo)
    assert error.where == case["name"] or case["label"] == "an unknown format"


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.TXT"
    path.write_bytes(b"\xef\xbb\xbfUno\r\n")
    document = read_document(path, "it")
    assert (document.path, document.lang, document.format) == (path.as_posix(), "it", "text")
    assert document.text == "\ufeffUno\r\n"
    assert read_document(path, "it", name="b/a.TXT").path == "b/a.TXT"


def test_the_format_may_be_given() -> None:
    assert read_bytes(b"# a", "it", Options(format="markdown")).blocks[0].text == "a"
    assert read_bytes(b"# a", "it", Options(format="lines"), "a.pdf").blocks[0].text == "# a"


def test_not_utf8_says_where() -> None:
    with pytest.raises(MtalignError) as caught:
        read_bytes("uno\r\ndue\nperché".encode("latin-1"), "it", name="a.txt")
    assert "a.txt:3: not UTF-8: byte 0xe9 at byte offset 14" in str(caught.value)
    assert "iconv" in str(caught.value.todo)


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF16_LE, "UTF-16"),
        (codecs.BOM_UTF16_BE, "UTF-16"),
        (codecs.BOM_UTF32_LE, "UTF-32"),
        (codecs.BOM_UTF32_BE, "UTF-32"),
    ],
)
def test_other_encodings_are_named(mark: bytes, encoding: str) -> None:
    with pytest.raises(MtalignError, match=f"the byte order mark of {encoding}") as caught:
        read_bytes(mark + b"\x00a", "it", name="a.txt")
    assert f"iconv -f {encoding} -t UTF-8" in str(caught.value.todo)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(MtalignError, match="there is no such file"):
        read_document(tmp_path / "a.txt", "it")
    (tmp_path / "b.txt").mkdir()
    with pytest.raises(MtalignError, match="it is a folder"):
        read_document(tmp_path / "b.txt", "it")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads any file")
def test_a_file_without_the_right_to_it(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"a")
    (tmp_path / "a.txt").chmod(0)
    with pytest.raises(MtalignError, match="cannot be read: permission denied"):
        read_document(tmp_path / "a.txt", "it")


def test_json_nested_without_end() -> None:
    nested = "[" * 100_000 + "]" * 100_000
    for text in (f'{{"x":{nested},"t":"a"}}', f'{{"t":{nested}}}'):
        with pytest.raises(MtalignError, match="nested too deeply"):
            read(text, "a.jsonl", FIELD)


_pieces = st.sampled_from(
    [
        *("{", "}", "[", "]", ",", ":", '"', "\\", " ", "\t", "1", "-0", "01", "1.", ".5", "1e5"),
        *(
            "true",
            "null",
            "NaN",
            "-Infinity",
            '"t"',
            '"a":',
            '{"t":',
            '"\\u00e8"',
            '"\\n"',
            "\\u12",
        ),
        *('{"t":"a"}', '{"x":[{}],"t":"b"}', "\x01", "\u2028"),
    ]
)


@given(st.lists(_pieces, max_size=8).map("".join))
def test_what_is_json_is_decided_as_in_the_standard_library(line: str) -> None:
    try:
        valid = isinstance(json.loads(line), dict)
    except ValueError:
        valid = not line.strip(" \t\r\n")
    text = '{"t":"a"}\n' + line
    if valid:
        assert read(text, "a.jsonl", FIELD).blocks[0].text == "a"
    else:
        with pytest.raises(MtalignError) as caught:
            read(text, "a.jsonl", FIELD)
        assert caught.value.line == 2


def test_formats_are_told_apart() -> None:
    assert len({known.name for known in FORMATS}) == len(FORMATS)
    suffixes = [suffix for known in FORMATS for suffix in known.suffixes]
    assert len(set(suffixes)) == len(suffixes)
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in suffixes)
