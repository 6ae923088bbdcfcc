"""The terminology measures against values computed by hand, from the tasks' own definitions."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtalign.evaluate import Share, term_scores, term_segments
from mtalign.evaluate.consistency import MODES, consistency, renderings
from mtalign.evaluate.places import TermSegment, place
from mtalign.evaluate.success import all_success
from mtalign.evaluate.term_ter import one_minus_term, term_ter
from mtalign.evaluate.window import window_overlap
from mtalign.terms import Matcher, Term, Termbase
from mtalign.translate.check import satisfied

CASES = Path(__file__).parent.parent / "cases" / "evaluate"
ROWS = [
    Term("S", "it", "fondale", forms=("fondali",)),
    Term("S", "en", "ocean floor", forms=("ocean floors",)),
    Term("S", "en", "seabed", status="admitted"),
    Term("S", "en", "sea bottom", status="forbidden"),
    Term("C", "it", "cellule"),
    Term("C", "en", "cells"),
    Term("T", "it", "tassa"),
    Term("T", "en", "tax"),
    Term("T", "en", "levy", status="admitted"),
    Term("I", "it", "imposta"),
    Term("I", "en", "tax"),
    Term("U", "it", "UE", case="sensitive"),
    Term("U", "en", "EU", case="sensitive"),
    Term("D", "it", "Daegu", dnt=True),
]
MATCHER = Matcher(Termbase.of(ROWS), "it", "en")
SPANS = st.tuples(st.integers(0, 12), st.integers(1, 4)).map(lambda s: (s[0], s[0] + s[1]))


def load(name: str) -> list[Any]:
    cases = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["label"]) for case in cases]


def segments(case: dict[str, Any]) -> list[TermSegment]:
    rows = case["segments"]
    sides = [[row.get(side, "") for row in rows] for side in ("src", "hyp", "ref")]
    return term_segments(*sides, MATCHER)


def pair(found: Share) -> list[Any]:
    return [found.micro, found.macro]


def near(expected: Any) -> Any:
    return pytest.approx(expected, abs=1e-6) if expected is not None else None


@pytest.mark.parametrize("case", load("success"))
def test_success(case: dict[str, Any]) -> None:
    found = all_success(segments(case), MATCHER.find_required, "en")
    for name in ("success", "exact", "lenient"):
        assert pair(getattr(found, name)) == [near(value) for value in case[name]], name


@pytest.mark.parametrize("case", load("window"))
def test_window_overlap(case: dict[str, Any]) -> None:
    found = window_overlap(segments(case), MATCHER.find_required, "en", case["window"])
    values = [found.task, found.terms.micro, found.terms.macro]
    assert values == [near(case[name]) for name in ("task", "micro", "macro")]


@pytest.mark.parametrize("case", load("term_ter"))
def test_term_ter(case: dict[str, Any]) -> None:
    found = term_ter(case["hyp"].split(), case["ref"].split(), case["costs"])
    assert found == near(case["expect"])


@pytest.mark.parametrize("case", load("consistency"))
def test_consistency(case: dict[str, Any]) -> None:
    rendered = [tuple(row) for row in case["rendered"]]
    for mode in MODES:
        found = consistency(rendered, mode, {"1": "tax"})
        assert pair(found) == [near(value) for value in case[mode]], mode


def test_one_minus_term_weighs_the_terms_that_the_reference_holds() -> None:
    case = {
        "segments": [
            {"src": "il fondale", "hyp": "the bottom", "ref": "the ocean floor"},
            {"src": "sì", "hyp": "no", "ref": "yes"},
            {"src": "sì", "hyp": "yes", "ref": "yes"},
        ]
    }
    # 2 words of the term, one replaced and one missing: 4 over 3; then 1 over 1, and 0.
    expected = 1 - (4 / 3 + 1 + 0) / 3
    assert one_minus_term(segments(case), MATCHER.find_required, "en") == pytest.approx(expected)
    assert one_minus_term([], MATCHER.find_required, "en") is None


def test_renderings_name_what_the_termbase_knows() -> None:
    case = {
        "segments": [
            {"src": "fondali", "hyp": "Ocean floors"},
            {"src": "fondale", "hyp": "the seabed"},
            {"src": "fondale, fondale", "hyp": "sea bottom and ocean floor"},
            {"src": "fondale", "hyp": "the ground"},
            {"src": "A Daegu", "hyp": "In Daegu"},
        ]
    }
    found = renderings(segments(case), MATCHER.find_required, MATCHER)
    names = ["ocean floor", "seabed", "ocean floor", "sea bottom", None, "daegu"]
    assert [name for _, name in found] == names


@given(st.lists(st.lists(SPANS, max_size=4), max_size=5))
def test_places_never_overlap_and_never_lose_to_the_proof(offers: list[list[Any]]) -> None:
    found = place(offers)
    taken = [span for span in found if span is not None]
    for number, span in enumerate(found):
        assert span is None or span in offers[number]
    for number, one in enumerate(taken):
        assert all(one[1] <= other[0] or other[1] <= one[0] for other in taken[number + 1 :])
    # The translator's own proof: what it counts as held is held here.
    keys = list(range(len(offers)))
    proven = satisfied("", keys, lambda _, number: offers[number])  # type: ignore[arg-type]
    assert len(taken) >= sum(span is not None for span in proven)


WORDS = st.lists(st.sampled_from("abcd"), max_size=6)


@given(WORDS, WORDS.filter(bool))
def test_term_ter_is_between_nothing_and_plain_edits(ours: list[str], theirs: list[str]) -> None:
    plain = term_ter(ours, theirs, [1.0] * len(theirs))
    heavy = term_ter(ours, theirs, [2.0] * len(theirs))
    assert 0 <= plain <= max(len(ours), len(theirs)) / len(theirs)
    assert (plain == 0) == (ours == theirs) == (heavy == 0)


def test_every_measure_has_a_signature_that_tells_runs_apart() -> None:
    one = segments({"segments": [{"src": "il fondale", "hyp": "the seabed", "ref": "the seabed"}]})
    found = term_scores(one, MATCHER)
    other = term_scores(one, MATCHER, required="instances-1")
    names = ["success", "exact", "lenient", "1-TERm", "window2", "window3"]
    assert list(found.signatures) == names + [f"consistency-{mode}" for mode in MODES]
    assert len(set(found.signatures.values())) == len(found.signatures)
    assert not set(found.signatures.values()) & set(other.signatures.values())
    assert all(f"terms:{MATCHER.signature}" in line for line in found.signatures.values())
    assert all("|mtalign:" in line for line in found.signatures.values())


def test_beyond_its_work_term_ter_is_plain_edits(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = ["c", "d", "a", "b"], ["a", "b", "c", "d"]
    assert term_ter(ours, theirs, [1.0] * 4) == 0.25
    monkeypatch.setattr("mtalign.evaluate.term_ter.MAX_WORK", 0)
    assert term_ter(ours, theirs, [1.0] * 4) == 1.0
