"""The lexical shortlist of a model: the few target pieces that a source sentence can need.

The output layer over the whole vocabulary is a large part of decoding on a CPU. Marian cuts it to
the most frequent target pieces and the best translations of each source piece (Junczys-Dowmunt et
al., 2018, "Marian: Cost-effective High-Quality Neural Machine Translation in C++", section 4); the
same is done here for CTranslate2, which reads the list from ``vmap.txt`` beside the model where
``use_vmap=True`` asks for it. CTranslate2 (seen in 4.8.5) takes the union over a batch.

Each source piece may also be copied, bytes included, so names and codes stay within reach.
"""

from __future__ import annotations

import gzip
import json
import lzma
import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mtalign.atomic import write_atomic
from mtalign.errors import MtalignError
from mtalign.models.lexicon import learn_lexicon
from mtalign.models.model import Model

FILE = "vmap.txt"
_END, _PAD = "</s>", "<pad>"


@dataclass(frozen=True)
class ShortlistSettings:
    """How a shortlist is made.

    :ivar frequent: most frequent target pieces, allowed always
    :ivar best: likeliest targets of each source piece
    :ivar pairs: pairs of the bitext to learn from, drawn evenly
    :ivar longest: pieces of a side, longer pairs are left out
    :ivar seed: of the draw
    """

    frequent: int = 300
    best: int = 20
    pairs: int = 100_000
    longest: int = 60
    seed: int = 1


@dataclass(frozen=True)
class Shortlist:
    """Pieces allowed always, and those that each source piece allows besides.

    :ivar pairs: pairs it was learnt from
    :ivar dropped: pairs of the draw left out, by reason
    """

    always: tuple[str, ...]
    by_source: dict[str, tuple[str, ...]]
    pairs: int
    dropped: dict[str, int]

    def allowed(self, source: Iterable[str]) -> set[str]:
        """Target pieces that a source of these pieces can be given."""
        found = set(self.always)
        for piece in source:
            found.update(self.by_source.get(piece, ()))
        return found

    def lines(self) -> Iterator[str]:
        """CTranslate2's vocabulary map: source piece, TAB, target pieces; those of no source first.

        >>> list(Shortlist((".",), {"casa": ("house", "home")}, 1, {}).lines())
        ['\\t.', 'casa\\thouse home']
        """
        yield "\t" + " ".join(self.always)
        for source, targets in self.by_source.items():
            yield f"{source}\t{' '.join(targets)}"


def build_shortlist(
    model: Model, bitext: Iterable[tuple[str, str]], settings: ShortlistSettings
) -> Shortlist:
    """Learn a model's shortlist from pairs of source and target text.

    :raises MtalignError: no pair can be used, or the model's files cannot be read
    """
    source_ids, target_ids = _vocabulary(model)
    sources, targets, dropped = _cut(model, bitext, settings, source_ids, target_ids)
    if not sources:
        raise MtalignError(f"the bitext has no pair to learn from (left out: {dropped or 'none'})")
    pieces = sorted(target_ids, key=lambda piece: target_ids[piece])
    counts = np.bincount(np.concatenate(targets), minlength=len(pieces))
    order = np.argsort(-counts, kind="stable")[: settings.frequent]
    always = [_END, *(pieces[n] for n in order if counts[n] and pieces[n] not in (_END, _PAD))]
    best = learn_lexicon(sources, targets).best(settings.best)
    known = set(always)
    by_source = {}
    for piece, number in source_ids.items():
        wanted = [pieces[n] for n in best.get(number, ())]
        copied = [piece] if piece in target_ids else []
        kept = [one for one in dict.fromkeys(wanted + copied) if one not in known and one != _PAD]
        if kept:
            by_source[piece] = tuple(kept)
    return Shortlist(tuple(always), by_source, len(sources), dropped)


def write_shortlist(shortlist: Shortlist, path: Path) -> None:
    """Write CTranslate2's vocabulary map, whole or not at all.

    :raises MtalignError: it cannot be written
    """
    write_atomic(path, "".join(f"{line}\n" for line in shortlist.lines()).encode())


def read_bitext(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of TSV files, plain, ``.xz`` or ``.gz``, or of two line-aligned files as ``SRC,TGT``.

    :raises MtalignError: a file is missing, damaged or not UTF-8; a line has not two columns; two
        files differ in length
    """
    for name in names:
        if "," in name and not Path(name).exists():
            yield from _paired(*(Path(part) for part in name.split(",", 1)))
            continue
        for number, line in enumerate(_lines(Path(name)), 1):
            columns = line.split("\t")
            if len(columns) != 2:
                what = f"{len(columns)} columns where two belong"
                todo = "Write one pair a line: source, TAB, target."
                raise MtalignError(what, where=name, line=number, todo=todo)
            yield columns[0], columns[1]


def _paired(source: Path, target: Path) -> Iterator[tuple[str, str]]:
    others = _lines(target)
    number = 0
    for number, line in enumerate(_lines(source), 1):
        other = next(others, None)
        if other is None:
            raise MtalignError(f"is shorter than {source}", where=target, line=number)
        yield line, other
    if next(others, None) is not None:
        raise MtalignError(f"is longer than {source}", where=target, line=number + 1)


def _open(path: Path) -> AbstractContextManager[Iterable[bytes]]:
    if path.suffix == ".xz":
        return lzma.open(path)
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")


def _lines(path: Path) -> Iterator[str]:
    number = 0
    try:
        with _open(path) as stream:
            for line in stream:
                number += 1
                yield line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        todo = "Convert the file to UTF-8."
        raise MtalignError("not UTF-8", where=path, line=number, todo=todo) from error
    except FileNotFoundError as error:
        raise MtalignError("no such file", where=path) from error
    except (EOFError, OSError, lzma.LZMAError) as error:
        raise MtalignError(f"cannot be read: {error}", where=path, line=number + 1) from error


def _drawn(bitext: Iterable[tuple[str, str]], settings: ShortlistSettings) -> list[tuple[str, str]]:
    """An even draw from a stream of unknown length (Vitter, 1985, algorithm R)."""
    draw = random.Random(settings.seed)
    kept: list[tuple[str, str]] = []
    for number, pair in enumerate(bitext):
        if number < settings.pairs:
            kept.append(pair)
        elif (place := draw.randrange(number + 1)) < settings.pairs:
            kept[place] = pair
    return kept


def _vocabulary(model: Model) -> tuple[dict[str, int], dict[str, int]]:
    own = model.path / "target_vocab.json"
    source: dict[str, int] = json.loads((model.path / "vocab.json").read_text(encoding="utf-8"))
    if not own.is_file():
        return source, source
    target: dict[str, int] = json.loads(own.read_text(encoding="utf-8"))
    return source, target


Side = list[NDArray[np.int64]]


def _cut(
    model: Model,
    bitext: Iterable[tuple[str, str]],
    settings: ShortlistSettings,
    source_ids: dict[str, int],
    target_ids: dict[str, int],
) -> tuple[Side, Side, dict[str, int]]:
    """Piece ids of the pairs drawn, the end of the sentence after each source."""
    drawn = _drawn(bitext, settings)
    left = _load(model.path / "source.spm").encode([one for one, _ in drawn], return_type=str)
    right = _load(model.path / "target.spm").encode([one for _, one in drawn], return_type=str)
    sources: Side = []
    targets: Side = []
    dropped: dict[str, int] = {}
    for source, target in zip(left, right, strict=True):
        reason = _reason(source, target, settings.longest)
        if reason is not None:
            dropped[reason] = dropped.get(reason, 0) + 1
            continue
        sources.append(_ids([*source, _END], source_ids))
        targets.append(_ids(target, target_ids))
    return sources, targets, dropped


def _reason(source: Sequence[str], target: Sequence[str], longest: int) -> str | None:
    if not source or not target:
        return "empty"
    return "too-long" if max(len(source), len(target)) > longest else None


def _ids(pieces: Iterable[str], ids: dict[str, int]) -> NDArray[np.int64]:
    unknown = ids.get("<unk>", 0)
    return np.array([ids.get(piece, unknown) for piece in pieces], dtype=np.int64)


def _load(path: Path) -> Any:
    import sentencepiece

    try:
        return sentencepiece.SentencePieceProcessor(model_file=str(path))
    except (OSError, RuntimeError) as error:
        raise MtalignError("not a sentencepiece model", where=path) from error
