"""Places in a block's text are exact places in the file."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtalign.documents import line_col, position, span
from mtalign.documents.options import Options
from tests.documents.texts import read


def test_through_codes_and_escapes_of_markdown() -> None:
    document = read("> Un *m\\*o*\n>  b &egrave; `x`c.\n", "a.md")
    block = document.blocks[0]
    assert block.text == "Un m*o b è c."
    found = [document.text[slice(*span(document, 0, at, at + 1))] for at in range(len(block.text))]
    assert found == [*"Un m", "\\*", "o", "\n>  ", "b", " ", "&egrave;", " ", "c", "."]
    assert span(document, 0, 3, 6) == (6, 10)  # "m\*o" without the marks around it
    assert position(document, 0, 6) == 11


def test_through_escapes_of_json_and_csv() -> None:
    document = read('{"t":"a\\u00e8\\ud83d\\ude00\\"b"}', "a.jsonl", Options(fields=("t",)))
    assert document.blocks[0].text == 'aè😀"b'
    assert [position(document, 0, at) for at in range(6)] == [6, 7, 13, 25, 27, 28]
    document = read('t\n"a""b"\n', "a.csv")
    assert [position(document, 0, at) for at in range(4)] == [3, 4, 6, 7]


def test_the_white_space_of_a_bare_cell_is_passed() -> None:
    document = read("t,n\n  a b ,1\n", "a.csv", Options(columns=("t",)))
    assert [position(document, 0, at) for at in range(4)] == [6, 7, 8, 9]


def test_out_of_the_block() -> None:
    document = read("abc", "a.txt")
    assert position(document, 0, 3) == 3
    for wrong in (-1, 4):
        with pytest.raises(IndexError):
            position(document, 0, wrong)
    for start, end in ((0, 4), (-1, 2), (1, 1), (2, 1)):
        with pytest.raises(IndexError):
            span(document, 0, start, end)


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("", 0, (1, 1)),
        ("ab", 2, (1, 3)),
        ("a\nb", 1, (1, 2)),
        ("a\nb", 2, (2, 1)),
        ("a\r\nb", 1, (1, 2)),
        ("a\r\nb", 2, (1, 3)),
        ("a\r\nb", 3, (2, 1)),
        ("a\rb\r\rc", 5, (4, 1)),
        ("a\n\r\nb", 4, (3, 1)),
        ("a\u2028b\x0bc\x85d", 6, (1, 7)),
        ("\ufeffab", 0, (1, 1)),
        ("\ufeffab", 1, (1, 1)),
        ("\ufeffab\nc", 4, (2, 1)),
        ("a\nèé😀", 4, (2, 3)),
    ],
)
def test_line_and_column(text: str, offset: int, expected: tuple[int, int]) -> None:
    assert line_col(text, offset) == expected


@given(st.text(st.sampled_from("ab\r\n\x0b\u2028")), st.data())
def test_line_and_column_lead_back(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    line, column = line_col(text, offset)
    starts = [0, *(match.end() for match in re.finditer(r"\r\n?|\n", text))]
    assert starts[line - 1] + column - 1 == offset
