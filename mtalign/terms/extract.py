"""Propose terms from a bitext: n-grams of the two sides that keep one another's company.

The association score is the log-likelihood ratio (Dunning 1993, "Accurate Methods for the
Statistics of Surprise and Coincidence", Computational Linguistics 19:1), over the 2×2 table of
segment pairs that have the one n-gram, the other, both or neither. A pair is proposed where each
is the other's best (Melamed 2000, "Models of Translational Equivalence", section 3: competitive
linking in its simplest form) and the Dice coefficient says that neither is much more common.
"""

from __future__ import annotations

import gzip
import lzma
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mtalign.errors import FaultsError, MtalignError
from mtalign.terms.ngrams import Gram, Side

Bitext = Sequence[tuple[str, str]]
Ints = NDArray[np.int64]

_BLOCK = 4_000_000
_NESTED = 0.7
# By how much each token of an n-gram raises its score: "White Paper" is said a little less often
# than "White", and is the term. Chosen by reading candidates of 40,000 pairs.
_LONGER = 0.04


@dataclass(frozen=True)
class ExtractSettings:
    """What is proposed.

    :ivar min_count: segment pairs that must have both n-grams, at least 2
    :ivar max_words: words of the longest n-gram
    :ivar min_words: words of at least one of the two; 2 leaves out pairs of single words
    :ivar limit: candidates, best first
    :ivar min_dice: 2·both / (one + other), in [0, 1]: below it one is used in too many other ways
    """

    min_count: int = 5
    max_words: int = 4
    min_words: int = 1
    limit: int = 1000
    min_dice: float = 0.4


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two n-grams that may be one concept's terms.

    :ivar src: as most segments write it
    :ivar count: segment pairs that have both
    :ivar src_count: source segments that have the one
    :ivar tgt_count: target segments that have the other
    :ivar llr: log-likelihood ratio, above 0
    :ivar example: number of the shortest pair that has both, from 0
    """

    src: str
    tgt: str
    count: int
    src_count: int
    tgt_count: int
    llr: float
    example: int


def read_bitext(paths: Sequence[Path]) -> list[tuple[str, str]]:
    """Pairs of two line-aligned files, or of one TSV; ``.gz`` and ``.xz`` are unpacked.

    :raises MtalignError: a file cannot be read, is not UTF-8, or two differ in length
    :raises FaultsError: lines of a TSV that do not have two fields, each with its number
    """
    files = [_lines(path) for path in paths]
    if len(files) == 2:
        if len(files[0]) != len(files[1]):
            what = f"{len(files[0])} lines, and {len(files[1])} in {paths[1]}"
            raise MtalignError(what, where=paths[0], todo="Line N of one translates line N.")
        return list(zip(*files, strict=True))
    split = [line.split("\t") for line in files[0]]
    faults = [
        MtalignError(f"{len(cells)} fields, where 2 belong", where=paths[0], line=number)
        for number, cells in enumerate(split, start=1)
        if len(cells) != 2
    ]
    if faults:
        raise FaultsError(faults)
    return [(cells[0], cells[1]) for cells in split]


def extract(
    pairs: Bitext,
    src: str,
    tgt: str,
    settings: ExtractSettings | None = None,
    progress: Callable[[int], None] = lambda count: None,
) -> list[Candidate]:
    """Term candidates, highest score first; equal input gives an equal list.

    :param progress: called with segments as they are read, two for each pair
    """
    settings = settings or ExtractSettings()
    least, longest = settings.min_count, settings.max_words
    sides = (
        Side([pair[0] for pair in pairs], src, least, longest, progress),
        Side([pair[1] for pair in pairs], tgt, least, longest, progress),
    )
    table = _count(pairs, *sides)
    chosen = _choose(table, sides, len(pairs), settings)
    return _spell(pairs, sides, chosen[: settings.limit])


def log_likelihood(both: Ints, one: Ints, other: Ints, total: int) -> NDArray[np.float64]:
    """Dunning's −2 log λ for 2×2 tables; all of shape (n,), natural logarithms.

    :param both: segment pairs with both events; ``one`` and ``other``: with each
    """
    cells = (both, one - both, other - both, total - one - other + both)
    rows, columns = (one, one, total - one, total - one), (other, total - other) * 2
    score = np.zeros(len(both))
    for cell, row, column in zip(cells, rows, columns, strict=True):
        expected = row.astype(float) * column / total
        score += np.where(
            cell > 0, cell * np.log(np.maximum(cell, 1) / np.maximum(expected, 1e-300)), 0
        )
    return 2 * score


def _lines(path: Path) -> list[str]:
    unpack = {".gz": gzip.decompress, ".xz": lzma.decompress}.get(path.suffix, bytes)
    try:
        text = unpack(path.read_bytes()).decode("utf-8-sig")
    except (OSError, lzma.LZMAError, zlib.error, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise MtalignError(f"cannot be read: {reason}", where=path) from error
    except UnicodeDecodeError as error:
        raise MtalignError("not UTF-8", where=path, todo="Save it as UTF-8.") from error
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]


def _count(pairs: Bitext, src: Side, tgt: Side) -> tuple[Ints, Ints, Ints]:
    """Source n-gram, target n-gram and segment pairs that have both, for each two that meet."""
    width = max(1, len(tgt.names))
    keys, counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
    block: list[Ints] = []
    size = 0
    for one, other in pairs:
        rows, columns = np.array(src.numbers(one), np.int64), np.array(tgt.numbers(other), np.int64)
        block.append((rows[:, None] * width + columns[None, :]).ravel())
        size += len(block[-1])
        if size > _BLOCK:
            keys, counts = _add(keys, counts, block)
            block, size = [], 0
    keys, counts = _add(keys, counts, block)
    return keys // width, keys % width, counts


def _add(keys: Ints, counts: Ints, block: Sequence[Ints]) -> tuple[Ints, Ints]:
    if not block:
        return keys, counts
    met, times = np.unique(np.concatenate(block), return_counts=True)
    joined, places = np.unique(np.concatenate((keys, met)), return_inverse=True)
    total = np.bincount(places, np.concatenate((counts, times)), len(joined))
    return joined, total.astype(np.int64)


def _choose(
    table: tuple[Ints, Ints, Ints],
    sides: tuple[Side, Side],
    total: int,
    settings: ExtractSettings,
) -> list[tuple[int, int, int, float]]:
    """Pairs that are each other's best, without those that a longer pair explains."""
    often = table[2] >= settings.min_count
    rows, columns, both = (column[often] for column in table)
    one = np.array(sides[0].counts, np.int64)[rows]
    other = np.array(sides[1].counts, np.int64)[columns]
    llr = log_likelihood(both, one, other, total)
    score = llr * (1 + _LONGER * (_lengths(sides[0])[rows] + _lengths(sides[1])[columns]))
    close = (both * total > one * other) & (2 * both >= settings.min_dice * (one + other))
    best = close & _best(rows, score) & _best(columns, score)
    order = np.argsort(-score[best], kind="stable")
    kept = [column[best][order].tolist() for column in (rows, columns, both, llr)]
    ranked = _once(zip(*kept, strict=True))
    least = 2 * settings.min_words - 1
    names = (sides[0].names, sides[1].names)
    return [
        item
        for item in _without_nested(ranked, sides)
        if max(len(names[0][item[0]]), len(names[1][item[1]])) >= least
    ]


def _once(ranked: Iterable[tuple[int, int, int, float]]) -> list[tuple[int, int, int, float]]:
    """Each n-gram in its first pair only: equal scores may make it the best of several."""
    seen: tuple[set[int], set[int]] = (set(), set())
    kept = []
    for item in ranked:
        if item[0] not in seen[0] and item[1] not in seen[1]:
            kept.append(item)
            seen[0].add(item[0])
            seen[1].add(item[1])
    return kept


def _lengths(side: Side) -> Ints:
    return np.array([len(gram) for gram in side.names], np.int64)


def _best(keys: Ints, score: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which entries have the highest score of those with their key."""
    top = np.zeros(int(keys.max(initial=0)) + 1)
    np.maximum.at(top, keys, score)
    chosen: NDArray[np.bool_] = score >= top[keys]
    return chosen


def _without_nested(
    ranked: Sequence[tuple[int, int, int, float]], sides: tuple[Side, Side]
) -> list[tuple[int, int, int, float]]:
    """Leave out "sales" where most of it is "sales order", and its translation likewise."""
    counts: dict[tuple[Gram, Gram], int] = {}
    for row, column, count, _ in ranked:
        inner = [_parts(sides[0].names[row]), _parts(sides[1].names[column])]
        for one in inner[0]:
            for other in inner[1]:
                counts[one, other] = max(count, counts.get((one, other), 0))
    return [
        item
        for item in ranked
        if counts.get((sides[0].names[item[0]], sides[1].names[item[1]]), 0) < _NESTED * item[2]
    ]


def _parts(gram: Gram) -> list[Gram]:
    """Every shorter n-gram inside one."""
    size = len(gram)
    spans = ((start, end) for start in range(0, size, 2) for end in range(start + 1, size + 1, 2))
    return [gram[start:end] for start, end in spans if end - start < size]


def _spell(
    pairs: Bitext, sides: tuple[Side, Side], chosen: Sequence[tuple[int, int, int, float]]
) -> list[Candidate]:
    """Candidates with their commonest spelling and shortest example."""
    wanted = ({item[0] for item in chosen}, {item[1] for item in chosen})
    mates = {item[0]: item[1] for item in chosen}
    spelling: tuple[dict[int, Counter[str]], ...] = tuple(
        {number: Counter() for number in numbers} for numbers in wanted
    )
    examples: dict[int, tuple[int, int]] = {}
    for number, pair in enumerate(pairs):
        met: list[set[int]] = []
        for side, text, want, spelt in zip(sides, pair, wanted, spelling, strict=True):
            there = list(side.spelt(text, want))
            for gram, form in there:
                spelt[gram][form] += 1
            met.append({gram for gram, _ in there})
        length = len(pair[0]) + len(pair[1])
        for row in met[0]:
            if mates[row] in met[1]:
                examples[row] = min(examples.get(row, (length, number)), (length, number))
    return [
        Candidate(
            src=_commonest(spelling[0][row]),
            tgt=_commonest(spelling[1][column]),
            count=count,
            src_count=sides[0].counts[row],
            tgt_count=sides[1].counts[column],
            llr=llr,
            example=examples[row][1],
        )
        for row, column, count, llr in chosen
    ]


def _commonest(spelt: Counter[str]) -> str:
    return max(spelt, key=lambda form: (spelt[form], form))
