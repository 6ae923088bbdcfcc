"""The matcher against gold cases: what must be found, what must stay silent, what is known to fail.

In a case's text ⟦ and ⟧ stand around each match; ``expect`` lists the concepts in that order.
"""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from mtalign.terms import Matcher, Term, Termbase, find_forms
from mtalign.terms.termbase import default_case

CASES = Path(__file__).parents[1] / "cases" / "terms"


def cases(name: str) -> list[Any]:
    found = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["label"]) for case in found]


def unmarked(text: str) -> tuple[str, list[tuple[int, int]]]:
    plain, spans = "", []
    for number, piece in enumerate(text.replace("⟧", "⟦").split("⟦")):
        if number % 2:
            spans.append((len(plain), len(plain) + len(piece)))
        plain += piece
    return plain, spans


def matcher_of(case: dict[str, Any]) -> Matcher:
    terms = []
    for row in case["terms"]:
        concept = row.get("id", row["term"])
        values = {key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}
        values = {"case": default_case(row["term"]), **values}
        values.pop("id", None)
        terms.append(Term(concept, case["lang"], **values))
        terms.append(Term(concept, "eo", "termino"))
    return Matcher(Termbase.of(dict.fromkeys(terms)), case["lang"], "eo")


def bare(text: str) -> str:
    """Letters and digits without their accents, case folded."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFD", text.casefold())))


def found_in(case: dict[str, Any], text: str) -> list[tuple[str, int, int]]:
    matches = matcher_of(case).match(text)
    assert all(match.surface == text[match.start : match.end] for match in matches)
    return [(match.concept, match.start, match.end) for match in matches]


def expected(case: dict[str, Any], spans: list[tuple[int, int]]) -> list[tuple[str, int, int]]:
    pairs = zip(case["expect"], spans, strict=True)
    return [(concept, start, end) for concept, (start, end) in pairs]


@pytest.mark.parametrize("case", cases("match_positive"))
def test_terms_are_found_at_their_place(case: dict[str, Any]) -> None:
    text, spans = unmarked(case["text"])
    assert found_in(case, text) == expected(case, spans)


@pytest.mark.parametrize("case", cases("match_negative"))
def test_what_is_no_term_stays_silent(case: dict[str, Any]) -> None:
    assert found_in(case, case["text"]) == []


@pytest.mark.parametrize("case", cases("match_known"))
def test_known_failures_still_fail(case: dict[str, Any]) -> None:
    text, spans = unmarked(case["text"])
    assert found_in(case, text) != expected(case, spans), "passes now: move it to the gold cases"


@pytest.mark.parametrize("case", cases("find_forms"))
def test_forms_are_found_in_a_translation(case: dict[str, Any]) -> None:
    text, spans = unmarked(case["text"])
    case_policy = case.get("case", "insensitive")
    assert find_forms(text, case["forms"], case["lang"], case_policy) == spans


def test_every_negative_could_fire() -> None:
    """A negative none of whose words stand in its text would test nothing."""
    for parameter in cases("match_negative"):
        case = parameter.values[0]
        words = [word for row in case["terms"] for word in row["term"].split()]
        text, *parts = map(bare, (case["text"], *words))
        alone = {"empty text", "nothing but space", "words in another order"}
        assert case["label"] in alone or any(part[:4] in text for part in parts), case["label"]
