"""What a match requires of the translation, and how a translation is checked."""

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from mtalign.records import TermMatch
from mtalign.terms import Matcher, Term, Termbase, avoided_forms, read_csv, required_forms

DEV = Path(__file__).resolve().parents[3] / "shared" / "terms" / "iten-dev"

ROWS = [
    Term("F", "it", "fabbrica AI", forms=("fabbriche AI",)),
    Term("F", "en", "AI plant", status="forbidden", forms=("AI plants",)),
    Term("F", "en", "AI works", status="deprecated"),
    Term("F", "en", "plant", status="admitted", forms=("plants",)),
    Term("F", "en", "AI factory", forms=("AI factories",)),
    Term("D", "it", "Daegu", dnt=True),
    Term("B", "it", "fabbrica AI di prova", forms=("fabbriche AI di prova",)),
    Term("U", "it", "UE", case="sensitive"),
    Term("U", "en", "EU", case="sensitive"),
]
TERMBASE = Termbase.of(ROWS)
MATCHER = Matcher(TERMBASE, "it", "en")


def test_required_forms_are_the_preferred_then_the_admitted() -> None:
    concept = TERMBASE.by_id["F"]
    assert required_forms(concept, "en") == ("AI factory", "AI factories", "plant", "plants")
    assert avoided_forms(concept, "en") == ("AI works", "AI plant", "AI plants")
    assert required_forms(concept, "fr") == ()


def test_a_match_says_what_it_requires() -> None:
    required = ("AI factory", "AI factories", "plant", "plants")
    assert MATCHER.match("Le fabbriche AI a DAEGU.") == [
        TermMatch("F", 3, 15, "fabbriche AI", required, counterpart="AI factories"),
        TermMatch("D", 18, 23, "DAEGU", ("DAEGU",), dnt=True),
    ]


def test_a_term_with_no_translation_holds_its_place_and_requires_nothing() -> None:
    assert MATCHER.match("una fabbrica AI di prova") == []


def test_accepted_and_avoided_forms_are_told_apart() -> None:
    match = MATCHER.match("fabbrica AI")[0]
    text = "The AI plant, a plant, AI factories and AI works"
    assert [text[a:b] for a, b in MATCHER.find_required(text, match)] == ["plant", "AI factories"]
    assert [text[a:b] for a, b in MATCHER.find_avoided(text, match)] == ["AI plant", "AI works"]


def test_each_target_term_keeps_its_own_case_policy() -> None:
    match = MATCHER.match("l’UE")[0]
    assert MATCHER.find_required("the EU", match) == [(4, 6)]
    assert MATCHER.find_required("the eu", match) == []


def test_do_not_translate_wants_the_surface_itself() -> None:
    match = MATCHER.match("a Daegu")[0]
    assert MATCHER.find_required("in Daegu, in daegu", match) == [(3, 8)]


def test_regional_codes_serve_their_language() -> None:
    assert Matcher(TERMBASE, "it-CH", "en-GB").match("UE")[0].required == ("EU",)
    assert Matcher(TERMBASE, "it", "fr").match("UE") == []


def test_a_matcher_travels_to_other_processes() -> None:
    again = pickle.loads(pickle.dumps(MATCHER))
    assert again.match("l'UE") == MATCHER.match("l'UE")
    assert again.signature == MATCHER.signature != Matcher(TERMBASE, "en", "it").signature


def dev_cases(name: str, direction: str) -> list[dict[str, Any]]:
    if not DEV.is_dir():
        pytest.skip(f"the development set is not there: {DEV}")
    lines = (DEV / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return [case for case in found if case["direction"] == direction]


@pytest.mark.parametrize("direction", ["it-en", "en-it"])
def test_the_bar_on_the_development_set(direction: str) -> None:
    cases = dev_cases("instances", direction)
    matcher = Matcher(read_csv(DEV / "termbase.csv"), *direction.split("-"))
    missed = []
    for case in cases:
        start, end = case["src_span"]
        wanted = {(case["concept_id"], start, end)}
        matches = matcher.match(case["src"])
        nested = any(
            match.concept in case["nested_in"] and match.start <= start and end <= match.end
            for match in matches
        )
        if not nested and not wanted & {(m.concept, m.start, m.end) for m in matches}:
            missed.append(case["id"])
    assert len(cases) == 672
    assert len(missed) / len(cases) <= 0.02, missed
    fired = [
        case["id"]
        for case in dev_cases("negatives", direction)
        if case["decidable"] == "surface"
        for match in matcher.match(case["src"])
        if match.concept == case["concept_id"]
        and match.start < case["src_span"][1]
        and case["src_span"][0] < match.end
    ]
    assert fired == []
