"""Keeps test sets out of training: their sentences, and near copies of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from mtalign.errors import MtalignError
from mtalign.train.bitext import read_lines
from mtalign.train.clean import clean, words

SHINGLE = 5  # words
# Strings of structured files shorter than this are ids, terms and labels, not sentences.
MIN_WORDS = 4
OVERLAP = 0.6  # share of the shorter sentence's shingles
MIN_HITS = 3


def _shingles(tokens: list[str]) -> list[str]:
    return [" ".join(tokens[i : i + SHINGLE]) for i in range(len(tokens) - SHINGLE + 1)]


class Exclusion:
    """An index of excluded sentences.

    A sentence is held back when its words equal those of an excluded one, case and punctuation
    aside, or when it shares with one at least :data:`MIN_HITS` runs of :data:`SHINGLE` words that
    make up :data:`OVERLAP` of the runs of the shorter of the two (so a copy within a longer line
    is found too).
    """

    def __init__(self, sentences: Iterable[str]) -> None:
        self._keys: set[str] = set()
        self._owners: dict[str, list[int]] = {}
        self._sizes: list[int] = []
        for sentence in sentences:
            self._add(words(clean(sentence)))

    def _add(self, tokens: list[str]) -> None:
        key = " ".join(tokens)
        if not key or key in self._keys:
            return
        self._keys.add(key)
        runs = set(_shingles(tokens))
        for run in runs:
            self._owners.setdefault(run, []).append(len(self._sizes))
        self._sizes.append(len(runs))

    def __len__(self) -> int:
        return len(self._keys)

    def covers(self, tokens: list[str]) -> bool:
        """Whether a sentence, given as :func:`~mtalign.train.clean.words`, must stay out."""
        if " ".join(tokens) in self._keys:
            return True
        runs = _shingles(tokens)
        hits = Counter(owner for run in runs for owner in self._owners.get(run, ()))
        return any(
            count >= MIN_HITS and count >= OVERLAP * min(len(runs), self._sizes[owner])
            for owner, count in hits.items()
        )


def read_excluded(path: Path) -> Iterator[str]:
    """Sentences of a file: each line of plain text, each column of a .tsv, each string of a .jsonl.

    Columns and strings of fewer than :data:`MIN_WORDS` words are passed over; lines are not.

    :raises MtalignError: the file is missing or no UTF-8, or a line is no JSON
    """
    for number, line in enumerate(read_lines(path), 1):
        if path.suffix == ".tsv":
            parts: Iterable[str] = line.split("\t")
        elif path.suffix == ".jsonl":
            try:
                parts = _strings(json.loads(line))
            except ValueError as error:
                raise MtalignError(f"no JSON: {error}", where=path, line=number) from error
        else:
            yield line
            continue
        yield from (part for part in parts if len(words(part)) >= MIN_WORDS)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
