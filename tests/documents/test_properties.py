"""For every format: nothing is lost on the way there and back, whatever the file holds."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mtalign.documents.formats import FORMATS
from mtalign.documents.place import position, raw_spans, span
from mtalign.documents.write import Rendering, rebuild
from mtalign.errors import MtalignError
from mtalign.records import Document
from tests.documents.texts import FILES, read, renderings

each_format = pytest.mark.parametrize("kind", FILES)
unhurried = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


def a_document(data: st.DataObject, kind: str) -> Document:
    name, files, options = FILES[kind]
    text = data.draw(files)
    try:
        return read(text, name, options)
    except MtalignError:
        # A field that never holds text, a column that is not there: an error is the right answer.
        assume(False)
        raise


def test_every_format_has_a_strategy() -> None:
    assert {known.name for known in FORMATS} <= set(FILES)


@each_format
@unhurried
@given(data=st.data())
def test_untranslated_is_unchanged(kind: str, data: st.DataObject) -> None:
    document = a_document(data, kind)
    same = [
        Rendering(block.text, tuple(code.offset for code in block.codes))
        for block in document.blocks
    ]
    assert rebuild(document, same) == document.text


@each_format
@unhurried
@given(data=st.data())
def test_blocks_are_in_order_and_hold_text(kind: str, data: st.DataObject) -> None:
    document = a_document(data, kind)
    end = 0
    for block in document.blocks:
        assert end <= block.start < block.end
        end = block.end
        assert block.text.strip()
        assert "\n" not in block.text and "\r" not in block.text
        assert [code.offset for code in block.codes] == sorted(c.offset for c in block.codes)
        assert all(0 <= code.offset <= len(block.text) for code in block.codes)
    assert end <= len(document.text)


@each_format
@unhurried
@given(data=st.data())
def test_positions_are_exact(kind: str, data: st.DataObject) -> None:
    document = a_document(data, kind)
    for number, block in enumerate(document.blocks):
        spans = raw_spans(document, number)
        assert len(spans) == len(block.text)
        for offset, (start, end) in enumerate(spans):
            assert block.start <= start < end <= block.end
            assert position(document, number, offset) == start
            raw = document.text[start:end]
            assert end - start > 1 or raw == block.text[offset] or raw in "\r\n"
        assert span(document, number, 0, len(block.text)) == (spans[0][0], spans[-1][1])
        # What the spans leave over is the codes, in order, and nothing else.
        covered = {place for start, end in spans for place in range(start, end)}
        rest = [place for place in range(block.start, block.end) if place not in covered]
        assert "".join(document.text[p] for p in rest) == "".join(c.raw for c in block.codes)


@each_format
@unhurried
@given(data=st.data())
def test_translations_read_back(kind: str, data: st.DataObject) -> None:
    name, _, options = FILES[kind]
    document = a_document(data, kind)
    made = data.draw(renderings(document))
    again = read(rebuild(document, made), name, options)
    settled = [
        block.text
        if rendering.text == block.text
        else _settled(rendering.text, kind, block.start == 0)
        for rendering, block in zip(made, document.blocks, strict=True)
    ]
    expected = [text for text in settled if text]
    assert [_bare(block.text, kind) for block in again.blocks] == [_bare(t, kind) for t in expected]
    if len(expected) == len(document.blocks):
        assert _skeleton(again, kind) == _skeleton(document, kind)


@unhurried
@given(data=st.data())
def test_no_code_of_markdown_is_lost(data: st.DataObject) -> None:
    """Marks of emphasis may be, where a translation leaves them nothing to stand around."""
    document = a_document(data, "markdown")
    made = data.draw(renderings(document))
    rebuilt = rebuild(document, made)
    raws = Counter(
        code.raw
        for block, rendering in zip(document.blocks, made, strict=True)
        for code in block.codes
        if rendering.text != block.text
        and code.raw[0] not in "*_~"
        and code.raw not in ("]", "][]")
    )
    for raw, count in raws.items():
        assert rebuilt.count(raw) >= count


def _settled(text: str, kind: str, first: bool) -> str:
    """A translation as a file can hold it."""
    text = text.replace("\r", " ").replace("\n", " ")
    if kind.endswith("tsv"):
        text = text.replace("\t", " ")
    while first and (text[:1].isspace() or text.startswith("\ufeff")):
        text = text[1:]
    return text.strip()


def _bare(text: str, kind: str) -> str:
    return "".join(text.split()) if kind == "markdown" else text


def _skeleton(document: Document, kind: str) -> list[str]:
    """What lies between the blocks.

    A cell may be quoted for the sake of its translation, with the white space around it.
    """
    starts = [block.start for block in document.blocks] + [len(document.text)]
    ends = [0] + [block.end for block in document.blocks]
    between = [document.text[end:start] for end, start in zip(ends, starts, strict=True)]
    return [re.sub(r'["\s]', "", part) for part in between] if "sv" in kind else between
