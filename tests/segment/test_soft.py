"""Where an over-long segment is cut, and what always holds."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtalign.errors import MtalignError
from mtalign.segment import soft_split

TEXT = st.text(alphabet=st.sampled_from("aàbc  \n,;:–-)0.，、e\u0301\u200d👩")) | st.text()


def pieces(text: str, limit: int) -> list[str]:
    return [text[start:end] for start, end in soft_split(text, limit)]


@pytest.mark.parametrize(
    ("text", "limit", "expect"),
    [
        ("breve", 10, ["breve"]),
        ("esatto", 6, ["esatto"]),
        ("prima parte; seconda, parte", 20, ["prima parte;", "seconda, parte"]),
        ("prima parte, seconda parte", 20, ["prima parte,", "seconda parte"]),
        ("prima parte – seconda parte", 20, ["prima parte", "– seconda parte"]),
        ("prima parte (detta) seconda parte", 20, ["prima parte (detta)", "seconda parte"]),
        ("prima parte seconda parte", 20, ["prima parte", "seconda parte"]),
        ("costa 3,5 milioni e 1.000 euro", 20, ["costa 3,5 milioni", "e 1.000 euro"]),
        ("alle 10:30 parte il treno delle", 20, ["alle 10:30 parte", "il treno delle"]),
        ("第一部分，第二部分", 6, ["第一部分，", "第二部分"]),
        ("abcdefghij", 4, ["abc", "def", "ghij"]),
        ("a, bcdefghijklm", 5, ["a,", "bcde", "fghi", "jklm"]),
        ("cafe\u0301cafe\u0301", 4, ["caf", "e\u0301c", "afe\u0301"]),
        ("  spazi   in   mezzo  ", 8, ["spazi", "in", "mezzo"]),
        ("", 5, []),
        (" \n", 5, []),
    ],
)
def test_the_best_pause_is_taken(text, limit, expect):
    assert pieces(text, limit) == expect


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_without_room_is_refused(limit):
    with pytest.raises(MtalignError, match="no room"):
        soft_split("testo", limit)


@given(TEXT, st.integers(1, 30))
def test_pieces_fit_and_cover_the_text(text, limit):
    last = 0
    for start, end in soft_split(text, limit):
        assert last <= start < end <= start + limit
        assert text[last:start].strip() == ""
        assert text[start:end].strip() == text[start:end]
        last = end
    assert text[last:].strip() == ""


@given(TEXT, st.integers(1, 30))
def test_a_word_is_cut_only_where_no_white_space_is_near(text, limit):
    spans = soft_split(text, limit)
    for (start, end), (following, _) in pairwise(spans):
        if end == following and text[end - 1] not in "；：。！？，、،":
            assert re.search(r"\s", text[start : start + limit + 1]) is None


@given(TEXT)
def test_room_enough_cuts_nothing(text):
    assert pieces(text, max(1, len(text))) == ([text.strip()] if text.strip() else [])
