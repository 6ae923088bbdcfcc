"""Figures of the term matcher.

    python benchmarks/terms_match.py            # quality, loading, speed against two peers
    python benchmarks/terms_match.py quality    # only the recall and the misses
    python benchmarks/terms_match.py lemmas     # what a lemmatiser would add; wants simplemma

Quality: ../shared/terms/iten-dev, both directions. Speed: generated words, 10,000 terms of two
forms; peers that find the same literal forms, one big ``re`` alternation (as CAT tools build) and
the ``regex`` library's named list; runs alternate, CPU seconds, best of three.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import regex

from mtalign.terms import Matcher, Term, Termbase, format_csv, parse_csv, read_csv
from mtalign.terms.tokens import tokenise

DEV = Path(__file__).resolve().parents[2] / "shared" / "terms" / "iten-dev"
SEGMENTS = 20_000
SLOW_SEGMENTS = 40
ROUNDS = 3


def quality() -> None:
    if not DEV.is_dir():
        print(f"quality: skipped, {DEV} is not there")
        return
    termbase = read_csv(DEV / "termbase.csv")
    for direction in ("it-en", "en-it"):
        matcher = Matcher(termbase, *direction.split("-"))
        cases = [case for case in _cases("instances") if case["direction"] == direction]
        missed = [case for case in cases if not is_found(matcher, case)]
        found = len(cases) - len(missed)
        print(f"{direction} recall {found / len(cases):.4f} ({found} of {len(cases)})")
        for case in missed:
            print(f"  missed {case['id']} {case['src_surface']!r}")
        counts: Counter[tuple[str, bool]] = Counter()
        for case in _cases("negatives"):
            if case["direction"] == direction:
                fires = is_fired(matcher, case)
                counts[case["decidable"], fires] += 1
                if fires and case["decidable"] == "surface":
                    print(f"  fires {case['id']} {case['src_surface']!r}")
        for kind in ("surface", "context"):
            silent, fired = counts[kind, False], counts[kind, True]
            print(f"{direction} {kind} negatives silent {silent} of {silent + fired}")


def is_found(matcher: Matcher, case: dict) -> bool:
    """Whether a match has the instance's span, or a longer term it is nested in covers it."""
    start, end = case["src_span"]
    return any(
        (match.concept == case["concept_id"] and (match.start, match.end) == (start, end))
        or (match.concept in case["nested_in"] and match.start <= start and end <= match.end)
        for match in matcher.match(case["src"])
    )


def is_fired(matcher: Matcher, case: dict) -> bool:
    """Whether the negative's concept is matched anywhere on its span."""
    start, end = case["src_span"]
    return any(
        match.concept == case["concept_id"] and match.start < end and start < match.end
        for match in matcher.match(case["src"])
    )


def lemmas() -> None:
    """Recall and false alarms with listed forms, and with every form that shares their lemmas."""
    from simplemma import lemmatize

    listed = read_csv(DEV / "termbase.csv")
    bare = Termbase.of(replace(term, forms=()) for term in listed.terms())
    cases = [*_cases("instances"), *_cases("negatives")]
    grams = {lang: _grams(cases, lang, lemmatize) for lang in ("it", "en")}
    for name, termbase in (("listed forms", listed), ("base forms only", bare)):
        for lemmatised in (False, True):
            rows = termbase.terms()
            if lemmatised:
                rows = (_widened(term, grams[term.lang], lemmatize) for term in rows)
            _print_lemmas(f"{name}{' and lemmas' if lemmatised else ''}", Termbase.of(rows))


def _print_lemmas(name: str, termbase: Termbase) -> None:
    figures = []
    for direction in ("it-en", "en-it"):
        matcher = Matcher(termbase, *direction.split("-"))
        cases = [case for case in _cases("instances") if case["direction"] == direction]
        figures.append(f"{sum(is_found(matcher, case) for case in cases) / len(cases):.4f}")
        negatives = [case for case in _cases("negatives") if case["direction"] == direction]
        surface = [case for case in negatives if case["decidable"] == "surface"]
        figures.append(f"{sum(is_fired(matcher, case) for case in surface)} false")
    print(f"{name}: it-en {', '.join(figures[:2])}; en-it {', '.join(figures[2:])}")


def _grams(cases: Sequence[dict], lang: str, lemmatize: Callable[..., str]) -> dict[str, set[str]]:
    """Runs of up to nine tokens in the source texts of a language, by their lemmas."""
    found: dict[str, set[str]] = {}
    texts = {case["src"] for case in cases if case["direction"].startswith(lang)}
    for folded in (tokenise(text, lang).folded for text in texts):
        lemma = [lemmatize(token, lang).lower() for token in folded]
        for first in range(len(folded)):
            for last in range(first + 1, min(first + 9, len(folded)) + 1):
                run = "".join(folded[first:last])
                found.setdefault("".join(lemma[first:last]), set()).add(run)
    return found


def _widened(term: Term, grams: dict[str, set[str]], lemmatize: Callable[..., str]) -> Term:
    if term.case == "sensitive":
        return term
    tokens = tokenise(term.term, term.lang).folded
    lemma = "".join(lemmatize(token, term.lang).lower() for token in tokens)
    return replace(term, forms=(*term.forms, *grams.get(lemma, ())))


def speed() -> None:
    termbase, segments = _generated()
    data = format_csv(termbase).encode()
    print(f"load {len(termbase):,} concepts, two rows each: {_cpu(parse_csv, data):.2f} s")
    print(f"build the matcher: {_cpu(Matcher, termbase, 'it', 'en'):.2f} s")
    matcher = Matcher(termbase, "it", "en")
    forms = sorted(
        {form for term in termbase.terms() if term.lang == "it" for form in term.forms},
        key=len,
        reverse=True,
    )
    alternation = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, forms))})(?!\w)", re.I)
    named = regex.compile(r"(?<!\w)\L<forms>(?!\w)", regex.I, forms=forms)
    runs: dict[str, tuple[Callable[[str], object], Sequence[str]]] = {
        "mtalign": (matcher.match, segments),
        "re alternation": (alternation.findall, segments[:SLOW_SEGMENTS]),
        "regex named list": (named.findall, segments[:SLOW_SEGMENTS]),
    }
    rates = dict.fromkeys(runs, 0.0)
    for _ in range(ROUNDS):
        for name, (find, texts) in runs.items():
            rates[name] = max(rates[name], len(texts) / _cpu(lambda: [*map(find, texts)]))  # noqa: B023
    words = sum(len(segment.split()) for segment in segments) / len(segments)
    hits = sum(len(matcher.match(segment)) for segment in segments) / len(segments)
    print(f"{len(termbase):,} terms, segments of {words:.0f} words with {hits:.1f} terms")
    for name, rate in rates.items():
        print(f"{name}: {rate:,.0f} segments a CPU second, mtalign {rates['mtalign'] / rate:,.1f}x")
    print(f"100,000 segments: {100_000 / rates['mtalign']:.1f} CPU seconds")


def _cases(name: str) -> list[dict]:
    lines = (DEV / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _cpu(function: Callable[..., object], *arguments: object) -> float:
    start = time.process_time()
    function(*arguments)
    return time.process_time() - start


def _generated() -> tuple[Termbase, list[str]]:
    """Words of Zipfian frequency; terms of one to four of them, planted in every other segment."""
    chance = random.Random(1)
    syllables = [first + last for first in "bcdfglmnprstvz" for last in ("a", "e", "io", "on")]
    words = sorted(
        {"".join(chance.choices(syllables, k=chance.choice((2, 3, 4)))) for _ in range(40_000)}
    )
    chance.shuffle(words)
    weights = [1 / (rank + 10) for rank in range(len(words))]
    terms: list[Term] = []
    for number in range(10_000):
        form = " ".join(chance.choices(words[200:], k=chance.choice((1, 2, 2, 3, 4))))
        terms.append(Term(f"G{number:05}", "it", form, forms=(form, form[:-1] + "i")))
        terms.append(Term(f"G{number:05}", "en", f"term {number}"))
    segments = []
    for number in range(SEGMENTS):
        text = chance.choices(words, weights, k=chance.randint(8, 40))
        if number % 2:
            text.insert(chance.randrange(len(text)), chance.choice(terms[::2]).forms[1])
        segments.append(" ".join(text).capitalize() + ".")
    return Termbase.of(terms), segments


if __name__ == "__main__":
    parts = {"quality": quality, "speed": speed, "lemmas": lemmas}
    for part in sys.argv[1:] or ("quality", "speed"):
        parts[part]()
