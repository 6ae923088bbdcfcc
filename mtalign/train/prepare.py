"""From the command's files to what the trainer reads: vocabulary, packed bitext, lexicons.

Each part is made once in the work folder and found there by later runs, which must name the same
data: a fingerprint in ``data.json`` tells.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mtalign.atomic import write_atomic
from mtalign.errors import MtalignError
from mtalign.signature import digest, file_digest
from mtalign.train.bitext import read_bitext
from mtalign.train.clean import clean
from mtalign.train.exclude import Exclusion, read_excluded
from mtalign.train.lexicon import learn_lexicon, padded_batches
from mtalign.train.pack import Packing, corpus_name, pack
from mtalign.train.packed import Packed, load_packed

VOCABULARY = "vocabulary.spm"
_VOCABULARY_LINES = 600_000  # both sides together; more teach a vocabulary of 8,000 nothing new
_LEXICON_PAIRS = 150_000
_LEXICON_PIECES = 36
_END = 0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Data:
    """Where the data comes from.

    :ivar spm: an existing vocabulary to use; None to learn one of ``pieces`` pieces
    :ivar repeat: how often a pair of each corpus returns in an epoch
    """

    bitexts: tuple[str, ...]
    langs: tuple[str, str]
    exclude: tuple[Path, ...]
    repeat: dict[str, float]
    pieces: int
    spm: Path | None
    augment: bool = True

    def fingerprint(self) -> str:
        """Changes when a file or a setting that decides the packed data does, vocabulary aside.

        :raises MtalignError: a file is missing
        """
        paths = [Path(part) for name in self.bitexts for part in _parts(name)]
        paths += self.exclude
        for path in paths:
            if not path.is_file():
                raise MtalignError("no such file", where=path)
        settings = f"{self.langs} {self.augment}"
        return digest([*(file_digest(path).encode() for path in paths), settings.encode()])


def _parts(name: str) -> list[str]:
    return [name] if Path(name).exists() or "," not in name else name.split(",", 1)


def prepare(
    data: Data, work: Path, directions: tuple[str, ...], processes: int, say: Say
) -> Packed:
    """Make what is missing in the work folder, and open it.

    :param directions: whose lexicons are wanted; see :func:`lexicon_path`
    :raises MtalignError: the folder holds other data
    """
    work.mkdir(parents=True, exist_ok=True)
    _claim(work, data)
    spm = work / VOCABULARY
    if not spm.exists():
        _make_vocabulary(data, spm, processes, say)
    if not (work / "packed" / "meta.json").exists():
        say("packing the bitext")
        exclusion = Exclusion(line for path in data.exclude for line in read_excluded(path))
        packing = Packing(data.bitexts, data.langs, spm, augment=data.augment)
        say(summary(pack(packing, exclusion, work / "packed", processes=processes)))
    packed = load_packed(work / "packed")
    for direction in directions:
        if not lexicon_path(work, direction).exists():
            say(f"learning the lexicon {direction}")
            _make_lexicon(packed, direction, spm, data.repeat, lexicon_path(work, direction))
    return packed


def lexicon_path(work: Path, direction: str) -> Path:
    return work / f"lexicon.{direction}.npy"


def _claim(work: Path, data: Data) -> None:
    """Mark a fresh folder with the data it is for, or see that a used one has the same."""
    path, spm = work / "data.json", work / VOCABULARY
    now: dict[str, object] = {"fingerprint": data.fingerprint()}
    if data.spm is None:
        now["pieces"] = data.pieces
    if not path.exists():
        write_atomic(path, json.dumps(now).encode())
    before = json.loads(path.read_text(encoding="utf-8"))
    same = all(before.get(key) == value for key, value in now.items())
    if data.spm is not None and spm.exists():
        same = same and spm.read_bytes() == data.spm.read_bytes()
    if not same:
        raise MtalignError(
            "the folder was made from other data or with another vocabulary",
            where=work,
            todo="Choose another folder, or give the same files and settings.",
        )


def _make_vocabulary(data: Data, spm: Path, processes: int, say: Say) -> None:
    from mtalign.train.vocabulary import train_vocabulary

    temporary = spm.with_suffix(".new")
    if data.spm is not None:
        temporary.write_bytes(data.spm.read_bytes())
    else:
        say(f"learning a vocabulary of {data.pieces} pieces")
        train_vocabulary(_sample(data), temporary, size=data.pieces, threads=processes)
    temporary.replace(spm)


def _sample(data: Data) -> list[str]:
    """Sentences for the vocabulary: each corpus in the share it has in training."""
    kept: list[str] = []
    drawn = random.Random(1)
    for name in data.bitexts:
        times = data.repeat.get(corpus_name(name), 1.0)
        for pair in read_bitext(name):
            if times >= 1 or drawn.random() < times:
                kept += [text for text in map(clean, pair) if text]
    drawn.shuffle(kept)
    return kept[:_VOCABULARY_LINES]


def _make_lexicon(
    packed: Packed, direction: str, spm: Path, repeat: dict[str, float], out: Path
) -> None:
    import sentencepiece

    source, target = (packed.side(lang) for lang in direction.split("-"))
    size = sentencepiece.SentencePieceProcessor(model_file=str(spm)).get_piece_size()
    pairs = list(_lexicon_pairs(packed, repeat))
    batches = list(padded_batches([source[k] for k in pairs], [target[k] for k in pairs], _END))
    table = learn_lexicon(batches, size)
    temporary = out.with_suffix(".new")
    with temporary.open("wb") as stream:
        np.save(stream, table)
    temporary.replace(out)


def _lexicon_pairs(packed: Packed, repeat: dict[str, float]) -> Iterator[int]:
    """Short pairs of all corpora but the variants, in the shares of training."""
    share = np.array([repeat.get(name, 1.0) for name in packed.names[:-1]] + [0.0])
    weights = np.minimum(share, 1.0)[packed.groups]
    sizes = np.maximum(packed.source.sizes, packed.target.sizes)
    short = sizes <= _LEXICON_PIECES
    weights = weights * (short if short.any() else 1.0)
    weights *= min(1.0, _LEXICON_PAIRS / max(1.0, float(weights.sum())))
    drawn = np.random.default_rng(1).random(len(weights)) < weights
    yield from np.nonzero(drawn)[0].tolist()


def summary(meta: dict[str, Any]) -> str:
    """What came in, what was kept, what was dropped and why, a line a corpus.

    >>> summary({"lines": {"a": 3}, "pairs": {"a": 1, "augmented": 1},
    ...          "dropped": {"a": {"copied": 2}}})
    'a: 3 lines in, 1 pairs out, 2 dropped (copied 2)\\nvariants added: 1'
    """
    rows = []
    for name, lines in meta["lines"].items():
        dropped = sorted(meta["dropped"][name].items(), key=lambda item: (-item[1], item[0]))
        reasons = ", ".join(f"{reason} {count}" for reason, count in dropped)
        total = sum(count for _, count in dropped)
        out = meta["pairs"].get(name, 0)
        rows.append(f"{name}: {lines} lines in, {out} pairs out, {total} dropped ({reasons})")
    return "\n".join([*rows, f"variants added: {meta['pairs'].get('augmented', 0)}"])
