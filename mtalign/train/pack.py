"""Bitext to packed piece ids: read, clean, filter, de-duplicate, encode, write once."""

from __future__ import annotations

import gzip
import json
import multiprocessing
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from mtalign.atomic import write_atomic
from mtalign.errors import MtalignError
from mtalign.train.augment import variants
from mtalign.train.bitext import read_bitext
from mtalign.train.clean import clean
from mtalign.train.exclude import Exclusion
from mtalign.train.filters import fault, make_pair

_CHUNK = 10_000
AUGMENTED = "augmented"


@dataclass(frozen=True, slots=True)
class Packing:
    """What decides a packed corpus.

    :ivar bitexts: ``--bitext`` arguments, each a corpus of its own
    :ivar langs: languages of the columns
    :ivar max_pieces: longer sides are dropped; at most 65,535
    """

    bitexts: tuple[str, ...]
    langs: tuple[str, str]
    spm: Path
    max_pieces: int = 100
    augment: bool = True


@dataclass(slots=True)
class _Kept:
    """Pairs of one chunk that passed, and the count of those that did not."""

    keys: list[bytes] = field(default_factory=list)
    source: list[list[int]] = field(default_factory=list)
    target: list[list[int]] = field(default_factory=list)
    augmented: list[bool] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    dropped: list[tuple[str, str, str]] = field(default_factory=list)
    lines: int = 0


class _Worker:
    """Cleans and encodes chunks; built once a process."""

    def __init__(self, packing: Packing, exclusion: Exclusion) -> None:
        import sentencepiece

        self.packing, self.exclusion = packing, exclusion
        self.model = sentencepiece.SentencePieceProcessor(model_file=str(packing.spm))

    def __call__(self, lines: list[tuple[str, str]]) -> _Kept:
        kept = _Kept(lines=len(lines))
        texts = []
        for raw in lines:
            pair = make_pair(clean(raw[0]), clean(raw[1]), self.packing.langs)
            reason = fault(pair)
            if reason is None and any(self.exclusion.covers(side) for side in pair.words):
                reason = "excluded"
            if reason is not None:
                kept.dropped.append((reason, pair.source, pair.target))
                continue
            key = _key(pair.words)
            texts.append((key, pair.source, pair.target, False))
            if self.packing.augment:
                for form, source, target in variants(pair.source, pair.target):
                    texts.append((key + form.encode(), source, target, True))
        self._encode(texts, kept)
        return kept

    def _encode(self, texts: list[tuple[bytes, str, str, bool]], kept: _Kept) -> None:
        sources = self.model.encode([text[1] for text in texts], num_threads=1)
        targets = self.model.encode([text[2] for text in texts], num_threads=1)
        limit = self.packing.max_pieces
        for (key, *text, augmented), source, target in zip(texts, sources, targets, strict=True):
            if not 0 < len(source) <= limit or not 0 < len(target) <= limit:
                if not augmented:
                    kept.dropped.append(("too-many-pieces", text[0], text[1]))
                continue
            kept.texts.append((text[0], text[1]))
            kept.keys.append(key)
            kept.source.append(source)
            kept.target.append(target)
            kept.augmented.append(augmented)


def _key(sides: tuple[list[str], list[str]]) -> bytes:
    """Equal for pairs that differ in case, punctuation and digits at most."""
    text = "\t".join(" ".join("0" if word.isdigit() else word for word in side) for side in sides)
    return blake2b(text.encode(), digest_size=8).digest()


_worker: _Worker


def _start(packing: Packing, exclusion: Exclusion) -> None:
    global _worker
    _worker = _Worker(packing, exclusion)


def _work(task: tuple[int, list[tuple[str, str]]]) -> tuple[int, _Kept]:
    return task[0], _worker(task[1])


def _chunks(packing: Packing) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    for corpus, name in enumerate(packing.bitexts):
        pairs = read_bitext(name)
        while chunk := list(islice(pairs, _CHUNK)):
            yield corpus, chunk


def corpus_name(bitext: str) -> str:
    """A corpus's short name: the file's name up to the first point.

    >>> corpus_name("data/europarl.it-en.tsv.xz")
    'europarl'
    """
    return Path(bitext.split(",", 1)[0]).name.split(".", 1)[0]


@dataclass(slots=True)
class _Store:
    """Ids and starts of one side, grown chunk by chunk."""

    ids: list[npt.NDArray[np.uint16]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    def add(self, pieces: Sequence[int]) -> None:
        self.ids.append(np.array(pieces, dtype=np.uint16))
        self.sizes.append(len(pieces))

    def save(self, folder: Path, name: str) -> None:
        np.save(folder / f"{name}.npy", np.concatenate(self.ids))
        starts = np.zeros(len(self.sizes) + 1, dtype=np.int64)
        np.cumsum(self.sizes, out=starts[1:])
        np.save(folder / f"{name}_starts.npy", starts)


class _Book:
    """Everything that a packing keeps and counts."""

    def __init__(self, names: list[str], drops: IO[str]) -> None:
        self.names, self._drops = names, drops
        self.sides = (_Store(), _Store())
        self.groups: list[int] = []
        self.lines, self.pairs = Counter[str](), Counter[str]()
        self.dropped = {name: Counter[str]() for name in names}
        self._seen = set[bytes]()

    def add(self, corpus: int, kept: _Kept) -> None:
        name = self.names[corpus]
        self.lines[name] += kept.lines
        for drop in kept.dropped:
            self._drop(name, *drop)
        for k, key in enumerate(kept.keys):
            if key not in self._seen:
                self._seen.add(key)
                self.sides[0].add(kept.source[k])
                self.sides[1].add(kept.target[k])
                self.groups.append(len(self.names) if kept.augmented[k] else corpus)
                self.pairs[AUGMENTED if kept.augmented[k] else name] += 1
            elif not kept.augmented[k]:
                self._drop(name, "duplicate", *kept.texts[k])

    def _drop(self, name: str, reason: str, source: str, target: str) -> None:
        self.dropped[name][reason] += 1
        self._drops.write(f"{name}\t{reason}\t{source}\t{target}\n")


def pack(
    packing: Packing, exclusion: Exclusion, out: Path, *, processes: int = 2
) -> dict[str, object]:
    """Write the packed corpus to the folder ``out``; ``meta.json`` last, so that it marks the end.

    Near copies (equal words, digits and case aside) are kept once, over all corpora together. Each
    dropped pair goes to ``dropped.tsv.gz`` with its corpus and the rule that dropped it.

    :return: the meta data: names, counts of lines, pairs and pieces, drops by reason
    :raises MtalignError: nothing is left to train on
    """
    out.mkdir(parents=True, exist_ok=True)
    names = [corpus_name(name) for name in packing.bitexts]
    context = multiprocessing.get_context("fork")
    with gzip.open(out / "dropped.tsv.gz", "wt", encoding="utf-8") as drops:
        book = _Book(names, drops)
        with context.Pool(processes, _start, (packing, exclusion)) as pool:
            for corpus, kept in pool.imap(_work, _chunks(packing)):
                book.add(corpus, kept)
    if not book.groups:
        raise MtalignError("no pair of the bitext is left to train on", where=packing.bitexts[0])
    for side, label in zip(book.sides, ("source", "target"), strict=True):
        side.save(out, label)
    np.save(out / "groups.npy", np.array(book.groups, dtype=np.uint8))
    meta: dict[str, object] = {
        "bitexts": list(packing.bitexts),
        "langs": list(packing.langs),
        "groups": [*names, AUGMENTED],
        "lines": dict(book.lines),
        "pairs": dict(book.pairs),
        "pieces": [sum(side.sizes) for side in book.sides],
        "dropped": {name: dict(counts) for name, counts in book.dropped.items()},
        "excluded_sentences": len(exclusion),
    }
    text = json.dumps(meta, indent=1, ensure_ascii=False)
    write_atomic(out / "meta.json", text.encode())
    return meta
