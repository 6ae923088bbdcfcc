"""The glossary of the two seeds: canonical, filled in both languages, found in the seeds."""

from collections import Counter
from pathlib import Path

import pytest

from mtalign.terms import Matcher, format_csv, read_csv, required_forms
from mtalign.terms.faults import homographs

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = ROOT / "glossaries" / "ministry.csv"
TERMBASE = read_csv(GLOSSARY)


def found_in(seed: str, src: str, tgt: str) -> Counter[tuple[str, tuple[str, ...]]]:
    text = (ROOT / "seeds" / seed).read_text(encoding="utf-8")
    matches = Matcher(TERMBASE, src, tgt).match(text)
    return Counter((match.surface, match.required) for match in matches)


def test_the_file_is_as_mtalign_writes_it() -> None:
    assert format_csv(TERMBASE).encode() == GLOSSARY.read_bytes()


@pytest.mark.parametrize("lang", ["it", "en"])
def test_every_concept_has_one_preferred_term_a_language(lang: str) -> None:
    for concept in TERMBASE.concepts:
        assert len(concept.in_language(lang, ["preferred"])) == 1, concept.id
        assert required_forms(concept, lang)
    assert homographs(TERMBASE, lang) == {}


def test_every_term_says_why_and_from_where() -> None:
    assert [term.term for term in TERMBASE.terms() if not (term.note and term.source)] == []
    assert [term.term for term in TERMBASE.terms() if not (term.pos and term.domain)] == []


def test_every_concept_stands_in_a_seed() -> None:
    seeds = [("it/ministry-plan-2026.txt", "it", "en"), ("en/daegu-ai-industry.txt", "en", "it")]
    found = set()
    for seed, src, tgt in seeds:
        text = (ROOT / "seeds" / seed).read_text(encoding="utf-8")
        found |= {match.concept for match in Matcher(TERMBASE, src, tgt).match(text)}
    assert sorted({concept.id for concept in TERMBASE.concepts} - found) == []


def test_the_terms_the_plan_turns_on() -> None:
    found = found_in("it/ministry-plan-2026.txt", "it", "en")
    poles = ("5 Poles 3 Growth Engines", "5 Poles 3 Special Growth Engines")
    assert found["M.AX", ("M.AX",)] == 1
    assert found["RE100", ("RE100",)] == 1
    assert found["5 Poli 3 Motori di Crescita Speciali", poles] == 2


def test_names_stay_in_the_english_seed() -> None:
    found = found_in("en/daegu-ai-industry.txt", "en", "it")
    assert found["Daegu", ("Daegu",)] == 17  # the 18th is part of the agency's name
    assert found["Suseong Alpha City", ("Suseong Alpha City",)] == 2
    assert found["Seoul", ("Seul",)] == 1


def test_the_example_of_the_documentation_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    page = (ROOT / "docs" / "terms.md").read_text(encoding="utf-8")
    lines = page.split("```python\n")[1].split("```")[0].splitlines()
    names: dict[str, object] = {}
    for number, line in enumerate(lines):
        if number + 1 < len(lines) and lines[number + 1].startswith("# "):
            assert repr(eval(line, names)) == lines[number + 1][2:]
        elif not line.startswith("# "):
            exec(line, names)
