"""Gold sentences, and the properties that hold for any text in any language."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtalign.segment import split

CASES = Path(__file__).parents[1] / "cases" / "segment"
STOPS = st.text(alphabet=st.sampled_from(" \n\r\t.!?…,;:'\"«»()[]–•1aAzÈ。」と।؟\u00a0\u3000"))
NEIGHBOURS = {"it": ("Piove.", "Il sole torna."), "en": ("It rains.", "The sun is back.")}
LANGS = st.sampled_from(["it", "en", "de", "el", "ja", "xx", ""])


def cases(name: str) -> list:
    rows = json.loads((CASES / f"{name}.json").read_text("utf-8"))
    return [pytest.param(row, id=f"{row['lang']}: {row['label']}") for row in rows]


def between_neighbours() -> list:
    """The cases that begin with a capital and end with a stop."""
    return [
        case
        for case in cases("whole")
        if case.values[0]["lang"] in NEIGHBOURS
        and case.values[0]["expect"][0][0].isupper()
        and case.values[0]["expect"][0].endswith((".", "!", "?"))
    ]


def sentences(text: str, lang: str) -> list[str]:
    return [text[start:end] for start, end in split(text, lang)]


def cut(case: dict) -> list[str]:
    return sentences(case.get("join", " ").join(case["expect"]), case["lang"])


@pytest.mark.parametrize("case", cases("ends"))
def test_a_sentence_ends(case):
    assert len(case["expect"]) > 1
    assert cut(case) == case["expect"]


@pytest.mark.parametrize("case", cases("whole"))
def test_a_sentence_is_left_whole(case):
    assert len(case["expect"]) == 1
    assert cut(case) == case["expect"]


@pytest.mark.parametrize("case", cases("known-failures"))
def test_known_failures_still_fail(case):
    assert cut(case) != case["expect"], "it passes now: move the case to ends.json or whole.json"


@pytest.mark.parametrize("case", between_neighbours())
def test_a_whole_sentence_keeps_its_neighbours_apart(case):
    before, after = NEIGHBOURS[case["lang"]]
    text = case["expect"][0]
    assert sentences(f"{before} {text} {after}", case["lang"]) == [before, text, after]


@given(STOPS | st.text(), LANGS)
def test_spans_cover_the_text_and_nothing_else(text, lang):
    spans = split(text, lang)
    last = 0
    for start, end in spans:
        assert last <= start < end <= len(text)
        assert text[last:start].strip() == ""
        assert text[start:end].strip() == text[start:end]
        last = end
    assert text[last:].strip() == ""


@given(STOPS, LANGS)
def test_a_segment_stands_when_cut_out(text, lang):
    """A blank line between segments may cut them further, and never joins them."""
    once = sentences(text, lang)
    assert len(sentences("\n\n".join(once), lang)) >= len(once)


@pytest.mark.parametrize("text", ["", " ", "\n\n\n", "\u3000\t"])
def test_a_blank_text_has_no_sentences(text):
    assert split(text, "it") == []


def test_an_unpaired_surrogate_is_text_like_any_other():
    assert sentences("Ciao \ud800 mondo. Bene.", "it") == ["Ciao \ud800 mondo.", "Bene."]


def test_a_stop_after_a_mark_inside_a_word_ends():
    assert sentences("Vale per x-. Marco tace.", "it") == ["Vale per x-.", "Marco tace."]
