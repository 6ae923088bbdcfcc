"""Bitext to packed ids: nothing excluded gets in, nothing leaves uncounted."""

import gzip
import lzma
from pathlib import Path

import numpy as np
import pytest

from mtalign.errors import MtalignError
from mtalign.train.augment import variants
from mtalign.train.bitext import read_bitext
from mtalign.train.exclude import Exclusion
from mtalign.train.pack import Packing, pack
from mtalign.train.packed import Packed, load_packed
from mtalign.train.prepare import summary
from mtalign.train.sampler import Sampler
from mtalign.train.vocabulary import train_vocabulary
from tests.train import toy

sentencepiece = pytest.importorskip("sentencepiece")
HELD_OUT = [
    (
        "Il tavolo verde resta qui, vicino alla finestra.",
        "The green table stays here, by the window.",
    ),
    ("Nessuno ha visto il mare oggi.", "Nobody has seen the sea today."),
]


@pytest.fixture(scope="module")
def spm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("spm") / "toy.spm"
    text = [text for pair in toy.pairs(300) + HELD_OUT for text in pair]
    train_vocabulary(text, out, size=700, threads=1)
    return out


def packed_of(folder: Path, spm: Path, rows: list, excluded=(), **options) -> tuple[Packed, dict]:
    bitext = toy.write(folder / "toy.tsv", rows)
    packing = Packing((str(bitext),), ("it", "en"), spm, **options)
    meta = pack(packing, Exclusion(excluded), folder / "packed", processes=1)
    return load_packed(folder / "packed"), meta


def texts(packed: Packed, spm: Path) -> set[tuple[str, str]]:
    model = sentencepiece.SentencePieceProcessor(model_file=str(spm))
    sides = [
        [model.decode(side[k].tolist()) for k in range(len(packed))]
        for side in (packed.source, packed.target)
    ]
    return set(zip(*sides, strict=True))


def test_excluded_sentences_and_near_copies_never_enter(tmp_path: Path, spm: Path) -> None:
    near = [
        HELD_OUT[0],
        (HELD_OUT[0][0].upper(), "Something else stands here, by the door, I think."),
        ("Qualcosa di diverso sta scritto qui.", HELD_OUT[1][1]),
        ("E poi " + HELD_OUT[0][0], "And then " + HELD_OUT[0][1]),
    ]
    rows = [*toy.pairs(50), *near]
    free, _ = packed_of(tmp_path, spm, rows, augment=False)
    assert texts(free, spm) >= {HELD_OUT[0], near[2]}, "the filters alone would let them in"
    excluded = [text for pair in HELD_OUT for text in pair]
    packed, meta = packed_of(tmp_path, spm, rows, excluded, augment=False)
    assert texts(packed, spm) == set(toy.pairs(50))
    assert meta["dropped"]["toy"] == {"excluded": 4}
    assert meta["excluded_sentences"] == 4


def test_the_counts_close_and_every_drop_is_written_down(tmp_path: Path, spm: Path) -> None:
    rows = [
        *toy.pairs(30),
        toy.pairs(30)[0],
        (toy.pairs(30)[1][0].lower(), toy.pairs(30)[1][1].upper()),
        ("Sono 5 cani.", "There are 6 dogs."),
        ("", "Nothing here."),
    ]
    packed, meta = packed_of(tmp_path, spm, rows, augment=False)
    dropped = meta["dropped"]["toy"]
    assert dropped == {"duplicate": 2, "digit-mismatch": 1, "empty": 1}
    assert meta["lines"]["toy"] == len(rows) == meta["pairs"]["toy"] + sum(dropped.values())
    assert len(packed) == meta["pairs"]["toy"]
    with gzip.open(tmp_path / "packed" / "dropped.tsv.gz", "rt", encoding="utf-8") as stream:
        lines = [line.rstrip("\n").split("\t") for line in stream]
    assert sorted(line[1] for line in lines) == [
        "digit-mismatch",
        "duplicate",
        "duplicate",
        "empty",
    ]
    assert ["toy", "digit-mismatch", "Sono 5 cani.", "There are 6 dogs."] in lines
    assert "34 lines in, 30 pairs out, 4 dropped" in summary(meta)


def test_long_pairs_are_dropped_by_pieces(tmp_path: Path, spm: Path) -> None:
    free, _ = packed_of(tmp_path, spm, toy.pairs(30), augment=False)
    limit = int(np.median(free.source.sizes))
    packed, meta = packed_of(tmp_path, spm, toy.pairs(30), max_pieces=limit, augment=False)
    assert 0 < len(packed) < 30
    assert meta["dropped"]["toy"]["too-many-pieces"] + len(packed) == 30
    assert max(packed.source.sizes.max(), packed.target.sizes.max()) <= limit


def test_nothing_left_is_an_error(tmp_path: Path, spm: Path) -> None:
    with pytest.raises(MtalignError, match="no pair"):
        packed_of(tmp_path, spm, [("uno 1", "one 2")])


def test_variants_change_both_sides_alike() -> None:
    seen: dict[str, list] = {}
    for source, target in toy.pairs(2000):
        quoted = f'{source[:-1]}, dice "ecco l\'isola".', f'{target[:-1]}, says "it\'s here".'
        for form, *changed in variants(*quoted):
            seen.setdefault(form, []).append((quoted, tuple(changed)))
    assert set(seen) == {"lower", "upper", "title", "heading", "curly-quotes", "low-quotes"}
    for (source, target), changed in seen["upper"]:
        assert changed == (source.upper(), target.upper())
    for _, changed in seen["heading"]:
        assert not any(side.endswith(".") for side in changed)
    for _, changed in seen["curly-quotes"]:
        assert all("“" in side and "”" in side and "’" in side for side in changed)
    assert 20 < len(seen["lower"]) < 60, "about two in a hundred"


def test_copies_hold_only_what_both_sides_share() -> None:
    copies = {
        source
        for number in range(2000)
        for form, source, target in variants(
            f"La norma ISO {number} di Oslo vale.", f"The ISO {number} standard from Oslo holds."
        )
        if form == "copy" and source == target
    }
    assert copies
    assert all(line.startswith("ISO ") and line.endswith(" Oslo") for line in copies)


@pytest.mark.parametrize("suffix", [".tsv", ".tsv.xz", ".tsv.gz"])
def test_bitext_is_read_whatever_its_packing(tmp_path: Path, suffix: str) -> None:
    opened = {".tsv": open, ".tsv.xz": lzma.open, ".tsv.gz": gzip.open}[suffix]
    path = tmp_path / f"a{suffix}"
    with opened(path, "wt", encoding="utf-8") as stream:
        stream.write("così\tso\nsì\u2028no\tyes\u2028no\n")
    assert list(read_bitext(str(path))) == [("così", "so"), ("sì\u2028no", "yes\u2028no")]


def test_paired_files_are_read_side_by_side(tmp_path: Path) -> None:
    source, target = tmp_path / "a.it", tmp_path / "a.en"
    source.write_text("uno\ndue\n")
    target.write_text("one\ntwo\n")
    assert list(read_bitext(f"{source},{target}")) == [("uno", "one"), ("due", "two")]
    target.write_text("one\n")
    with pytest.raises(MtalignError, match="shorter"):
        list(read_bitext(f"{source},{target}"))
    target.write_text("one\ntwo\nthree\n")
    with pytest.raises(MtalignError, match="longer"):
        list(read_bitext(f"{source},{target}"))


@pytest.mark.parametrize(
    ("data", "fault", "line"),
    [
        (b"a\tb\na b\n", "1 columns", 2),
        (b"a\tb\tc\n", "3 columns", 1),
        (b"a\tb\n\xff\tb\n", "UTF-8", 2),
    ],
)
def test_faulty_bitext_is_told_by_line(tmp_path: Path, data: bytes, fault: str, line: int) -> None:
    path = tmp_path / "a.tsv"
    path.write_bytes(data)
    with pytest.raises(MtalignError, match=fault) as error:
        list(read_bitext(str(path)))
    assert error.value.line == line


def test_a_torn_archive_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv.xz"
    path.write_bytes(lzma.compress(b"a\tb\n" * 1000)[:-20])
    with pytest.raises(MtalignError, match="cannot be read"):
        list(read_bitext(str(path)))


def sampler_of(packed: Packed, **changed) -> Sampler:
    options = {
        "directions": 1,
        "weights": {},
        "max_pieces": 100,
        "micro_tokens": 200,
        "micros": 3,
        "seed": 5,
    }
    return Sampler(packed, **(options | changed))


def test_an_epoch_holds_each_pair_once_and_little_padding(tmp_path: Path, spm: Path) -> None:
    packed, _ = packed_of(tmp_path, spm, toy.pairs(300), augment=False)
    steps = sampler_of(packed).epoch(0)
    micros = [micro for step in steps for micro in step]
    drawn = np.concatenate([micro.pairs for micro in micros])
    assert len(set(drawn.tolist())) == len(drawn)
    assert len(drawn) >= 300 - 3 * 200 // 20, "only the last incomplete step may be missing"
    for micro in micros:
        width = packed.source.sizes[micro.pairs].max() + packed.target.sizes[micro.pairs].max() + 2
        assert width * len(micro.pairs) <= 200


def test_the_same_seed_draws_the_same_epoch(tmp_path: Path, spm: Path) -> None:
    packed, _ = packed_of(tmp_path, spm, toy.pairs(100))

    def order(seed: int, epoch: int) -> list[int]:
        steps = sampler_of(packed, seed=seed, directions=2).epoch(epoch)
        return [int(k) for step in steps for micro in step for k in micro.pairs]

    assert order(1, 0) == order(1, 0)
    assert order(1, 0) != order(2, 0)
    assert order(1, 0) != order(1, 1)


def test_a_pair_changes_direction_from_epoch_to_epoch(tmp_path: Path, spm: Path) -> None:
    packed, _ = packed_of(tmp_path, spm, toy.pairs(200), augment=False)
    sampler = sampler_of(packed, directions=2, micros=1)
    ways = [
        {
            int(k): micro.direction
            for step in sampler.epoch(n)
            for micro in step
            for k in micro.pairs
        }
        for n in (0, 1)
    ]
    assert len(ways[0]) == 200
    assert all(ways[0][k] != ways[1][k] for k in ways[0])
    assert 60 < sum(ways[0].values()) < 140


def test_corpora_return_as_often_as_told(tmp_path: Path, spm: Path) -> None:
    packed, _ = packed_of(tmp_path, spm, toy.pairs(200), augment=False)

    def size(weight: float) -> int:
        steps = sampler_of(packed, weights={"toy": weight}, micros=1).epoch(0)
        return sum(len(micro.pairs) for step in steps for micro in step)

    assert size(3) == 600
    assert 70 < size(0.5) < 130
    with pytest.raises(MtalignError, match="no pair"):
        size(0)
