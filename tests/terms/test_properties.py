"""What holds for any text: exact offsets, and that typing does not matter."""

import unicodedata
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mtalign.terms import Matcher, Term, Termbase, find_forms
from mtalign.terms.tokens import tokenise

FORMS = ("crisi finanziaria", "dell'ONU", "città", "M.AX", "mega-regioni", "人工智能", "C++")
ROWS = [
    term
    for number, form in enumerate(FORMS)
    for term in (Term(str(number), "it", form), Term(str(number), "en", f"t{number}"))
]
MATCHER = Matcher(Termbase.of(ROWS), "it", "en")

_odd = st.sampled_from(list("a à ’'‘ʼ-‑–.,+#@«»\"“\u00ad\u200b\u0301\u00a0\n大인กา") + list(FORMS))
texts = st.lists(st.one_of(_odd, st.characters(exclude_categories=("Cs",)))).map("".join)


@given(texts, st.sampled_from(["it", "en", "uk", "tr", "zh"]))
def test_tokens_lie_in_the_text_in_order(text: str, lang: str) -> None:
    tokens = tokenise(text, lang)
    spans = list(zip(tokens.starts, tokens.ends, strict=True))
    assert len(tokens.cased) == len(tokens.folded) == len(spans)
    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert all(tokens.cased) and all(tokens.folded)
    assert not spans or spans[-1][1] <= len(text)


@given(texts)
def test_matches_are_exact_and_do_not_overlap(text: str) -> None:
    matches = MATCHER.match(text)
    assert all(match.surface == text[match.start : match.end] for match in matches)
    ends = [0, *(match.end for match in matches)]
    assert all(end <= match.start for end, match in zip(ends, matches, strict=False))


@given(texts, st.sampled_from(FORMS), texts)
def test_a_form_between_spaces_is_found_where_it_stands(before: str, form: str, after: str) -> None:
    text = f"{before} \n{form}\n {after}"
    start = len(before) + 2
    assert (start, start + len(form)) in find_forms(text, [form], "it", "sensitive")


@given(st.lists(st.sampled_from(FORMS), min_size=1), st.data())
def test_typing_does_not_matter(forms: list[str], data: st.DataObject) -> None:
    text = "; ".join(forms)
    expected = [match.concept for match in MATCHER.match(text)]
    assert expected == [str(FORMS.index(form)) for form in forms]
    typed = text
    for alike in ("'’‘ʼ", "-‑–‐", " \u00a0\u202f\n"):
        typed = "".join(data.draw(st.sampled_from(alike)) if c in alike else c for c in typed)
    typed = unicodedata.normalize(data.draw(st.sampled_from(["NFC", "NFD"])), typed)
    assert [match.concept for match in MATCHER.match(typed)] == expected
