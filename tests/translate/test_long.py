"""Cutting over-long segments and joining their hypotheses."""

from hypothesis import given
from hypothesis import strategies as st

from mtalign.records import Hypothesis, TermMatch, TermUse
from mtalign.segment import soft_split
from mtalign.translate.long import join, parts


def match(text: str, start: int, end: int) -> TermMatch:
    return TermMatch("C", start, end, text[start:end], ("form",))


def test_a_match_is_never_cut() -> None:
    text = "uno due tre quattro"
    cut = parts(text, (match(text, 4, 11),), 8, lambda *_: [(0, 7), (8, 11), (12, 19)])
    assert [part.text for part in cut] == ["uno due tre", "quattro"]
    assert [(m.start, m.end, m.surface) for m in cut[0].matches] == [(4, 11, "due tre")]


def test_join_moves_spans_to_the_whole() -> None:
    text = "uno due, tre"
    whole = (match(text, 9, 12),)
    cut = parts(text, whole, 8, lambda *_: [(0, 8), (9, 12)])
    inner = cut[1].matches[0]
    hyps = [
        Hypothesis("one two,", -1.0, (), ((0, 0),)),
        Hypothesis("form", -3.0, (TermUse(inner, "form", 0, 4, "present"),), ((0, 0),)),
    ]
    joined = join(text, cut, hyps)
    assert joined.text == "one two, form"
    assert joined.uses == (TermUse(whole[0], "form", 9, 13, "present"),)
    assert joined.links == ((0, 0), (9, 9))
    assert joined.score == (-1.0 * 8 - 3.0 * 3) / 11


@given(st.text(min_size=1, max_size=80), st.integers(1, 30), st.data())
def test_parts_hold_every_match_whole_and_identity_joins_to_the_text(
    text: str, limit: int, data: st.DataObject
) -> None:
    text = text.strip() or "x"
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = tuple(m for m in [match(text, start, end)] if m.surface == m.surface.strip())
    cut = parts(text, found, limit, soft_split)
    assert sum(len(part.matches) for part in cut) == len(found)
    joined = join(text, cut, [Hypothesis(part.text, 0.0) for part in cut])
    assert joined.text == text
