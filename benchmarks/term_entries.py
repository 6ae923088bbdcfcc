"""Entries that benchmarks/terms.py offers beside the right ones, to see what they cost."""

from __future__ import annotations

import random
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Protocol

from mtalign.terms import Term, Termbase

SHARED = Path(__file__).resolve().parents[2] / "shared"


class Lines(Protocol):
    """The part of a benchmark's direction that entries are made for."""

    src: str
    tgt: str
    termbase: Termbase
    sources: list[str]
    references: list[str]


def random_entries(bench: Lines, count: int) -> Termbase:
    """The termbase and ``count`` concepts of one to three words of a bitext, none in a line."""
    draw = random.Random(1)
    words = {lang: vocabulary(lang, bench) for lang in (bench.src, bench.tgt)}
    folded = [f" {' '.join(text.lower().split())} " for text in bench.sources]
    terms: list[Term] = []
    while len(terms) < 2 * count:
        size = draw.choice((1, 2, 2, 3))
        source = " ".join(draw.sample(words[bench.src], size))
        if any(source in text for text in folded):
            continue
        name = f"R{len(terms) // 2:05}"
        target = " ".join(draw.sample(words[bench.tgt], draw.choice((1, 2, 2, 3))))
        terms += [Term(name, bench.src, source), Term(name, bench.tgt, target)]
    return Termbase.of([*bench.termbase.terms(), *terms])


def word_entries(bench: Lines, count: int) -> Termbase:
    """The termbase and ``count`` pairs of words that are each other's best by Dice's measure."""
    langs = (bench.src, bench.tgt)
    sides = [[set(content(line)) for line in bitext(lang, bench)] for lang in langs]
    alone = [Counter(word for line in side for word in line) for side in sides]
    both = Counter(pair for one, other in zip(*sides, strict=True) for pair in product(one, other))
    best: list[dict[str, tuple[float, str]]] = [{}, {}]
    for (source, target), together in both.items():
        if together >= 3:
            dice = 2 * together / (alone[0][source] + alone[1][target])
            best[0][source] = max(best[0].get(source, (0.0, "")), (dice, target))
            best[1][target] = max(best[1].get(target, (0.0, "")), (dice, source))
    pairs = sorted((s, t) for s, (_, t) in best[0].items() if best[1][t][1] == s)
    chosen = random.Random(2).sample(pairs, min(count, len(pairs)))
    terms = [
        Term(f"R{number:05}", lang, word)
        for number, pair in enumerate(chosen)
        for lang, word in zip(langs, pair, strict=True)
    ]
    return Termbase.of([*bench.termbase.terms(), *terms])


def content(line: str) -> list[str]:
    """Words long enough not to be articles and the like."""
    return [word for word in line.lower().split() if word.isalpha() and len(word) > 3]


def bitext(lang: str, bench: Lines) -> list[str]:
    """Lines of a development bitext, or of the test's own where that is not at hand."""
    path = SHARED / "dev" / f"europarl-dev.{lang}"
    own = bench.sources if lang == bench.src else bench.references
    return path.read_text("utf-8").split("\n") if path.exists() else own


def vocabulary(lang: str, bench: Lines) -> list[str]:
    """Words of the bitext."""
    return sorted({word for line in bitext(lang, bench) for word in content(line)})
