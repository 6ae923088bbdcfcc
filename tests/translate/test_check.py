"""Which matches a hypothesis satisfies, on hand-worked cases."""

import json
import re
from pathlib import Path

import pytest

from mtalign.records import TermMatch
from mtalign.translate.check import satisfied, uses

CASES = json.loads(
    (Path(__file__).parent.parent / "cases/translate/satisfied.json").read_text(encoding="utf-8")
)


def literal(text: str, match: TermMatch) -> list[tuple[int, int]]:
    """Every place where a form of the match stands, letter by letter."""
    return [found.span() for form in match.required for found in re.finditer(re.escape(form), text)]


def matches(forms: list[list[str]]) -> list[TermMatch]:
    return [TermMatch(f"C{n}", n, n + 1, "x", tuple(own)) for n, own in enumerate(forms)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_each_match_gets_a_span_of_its_own(case: dict) -> None:
    found = satisfied(case["text"], matches(case["forms"]), literal)
    assert [None if span is None else list(span) for span in found] == case["expect"]


def test_uses_tell_what_was_forced_and_why_one_is_missing() -> None:
    asked = matches([["plan"], ["pole"], []])
    made = uses("the plan", asked, literal, [(4, 8)])
    assert [(use.form, use.start, use.end, use.method) for use in made] == [
        ("plan", 4, 8, "constrained"),
        (None, -1, -1, "missing"),
        (None, -1, -1, "missing"),
    ]
    assert [use.reason for use in made] == [
        "",
        "the form did not hold",
        "no accepted form is listed",
    ]
