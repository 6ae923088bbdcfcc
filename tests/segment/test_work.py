"""Work grows with the text, not with its square: counted in calls, never in seconds."""

import sys
from itertools import pairwise

import pytest

from mtalign.segment import soft_split, split

HARD = {
    "dots": ".",
    "dots with spaces": ". ",
    "quotes": '"',
    "dots and quotes": '."',
    "initials": "A. ",
    "abbreviations": "art. ",
    "open parentheses": "(a. A ",
    "closing parentheses": ".) ",
    "questions": "? ",
    "ideographic stops": "你。",
    "note numbers": ".[1",
    "blank lines": "\n ",
    "bullets": "\n• a",
    "sentences": "Una frase. ",
    "white space": " ",
    "no white space": "a",
}


def calls(function, *args) -> int:
    """Python and C functions called, each of which looks at a bounded stretch or moves on."""
    count = 0

    def tally(frame, event, arg):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tally)
    try:
        function(*args)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("unit", HARD.values(), ids=HARD.keys())
def test_twice_the_text_is_at_most_twice_the_calls(unit):
    split(unit * 50, "it")  # tables are read once
    short, long = (calls(split, unit * n, "it") for n in (1000, 2000))
    assert long <= 2.1 * short + 50


@pytest.mark.parametrize("unit", HARD.values(), ids=HARD.keys())
def test_soft_split_calls_grow_with_the_text(unit):
    short, long = (calls(soft_split, unit * n, 100) for n in (1000, 2000))
    assert long <= 2.1 * short + 100


@pytest.mark.parametrize("unit", HARD.values(), ids=HARD.keys())
def test_a_million_characters_come_back(unit):
    """What the patterns do inside is not counted above; a square of 10^12 would never end."""
    text = unit * (1_000_000 // len(unit))
    spans = split(text, "it")
    assert sum(end - start for start, end in spans) <= len(text)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
