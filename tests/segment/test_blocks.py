"""Segments carry their place, and with the gaps rebuild what they came from."""

import doctest
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtalign.errors import MtalignError
from mtalign.records import Block, Document, Segment
from mtalign.segment import gaps, rebuild, segments, split

TEXT = st.text(alphabet=st.sampled_from(" \n.!?…aA«»1。あ")) | st.text()


def document(*texts: str, lang: str = "it") -> Document:
    blocks = tuple(Block(0, len(text), text) for text in texts)
    return Document("a/b.txt", lang, "text", "", blocks)


def test_segments_are_numbered_through_the_document():
    found = list(segments(document("Uno. Due.", "", " Tre ")))
    assert found == [
        Segment("a/b.txt", 0, 0, "it", 0, 4, "Uno."),
        Segment("a/b.txt", 1, 0, "it", 5, 9, "Due."),
        Segment("a/b.txt", 2, 2, "it", 1, 4, "Tre"),
    ]
    assert [segment.id for segment in found] == ["a/b.txt:0", "a/b.txt:1", "a/b.txt:2"]


def test_the_language_of_the_document_decides():
    text = "Am 2. Mai."
    assert [s.text for s in segments(document(text, lang="de"))] == ["Am 2. Mai."]
    assert [s.text for s in segments(document(text, lang="it"))] == ["Am 2.", "Mai."]


@given(st.lists(TEXT, max_size=4), st.sampled_from(["it", "en", "ja", "xx"]))
def test_segments_and_gaps_rebuild_each_block(texts, lang):
    source = document(*texts, lang=lang)
    found = list(segments(source))
    assert [s.number for s in found] == list(range(len(found)))
    for index, block in enumerate(source.blocks):
        own = [s for s in found if s.block == index]
        assert [s.text for s in own] == [block.text[s.start : s.end] for s in own]
        between = gaps(block.text, [(s.start, s.end) for s in own])
        assert rebuild(between, [s.text for s in own]) == block.text


@given(TEXT)
def test_gaps_are_white_space_only(text):
    assert all(gap.strip() == "" for gap in gaps(text, split(text, "it")))


def test_other_texts_go_into_the_gaps():
    text = "\tUno.  Due.\n"
    assert rebuild(gaps(text, split(text, "it")), ["One.", "Two."]) == "\tOne.  Two.\n"


@pytest.mark.parametrize("texts", [[], ["a"], ["a", "b", "c"]])
def test_a_wrong_number_of_texts_is_refused(texts):
    with pytest.raises(MtalignError, match="do not fit"):
        rebuild(["", " ", ""], texts)


@pytest.mark.parametrize("spans", [[(2, 1)], [(0, 3), (2, 4)], [(0, 99)]])
def test_spans_that_overlap_or_leave_the_text_are_refused(spans):
    with pytest.raises(MtalignError, match="overlap or leave"):
        gaps("abcde", spans)


def test_the_page_runs():
    page = Path(__file__).parents[2] / "docs" / "segment.md"
    ran = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert ran.attempted > 0
    assert ran.failed == 0
