"""The lexicon and the shortlist: what they learn and always allow, and that CTranslate2 obeys."""

import gzip
import lzma
import shutil
from pathlib import Path

import numpy as np
import pytest

from mtalign.errors import MtalignError
from mtalign.models import Model, find_model
from mtalign.models.lexicon import learn_lexicon
from mtalign.models.shortlist import (
    FILE,
    Shortlist,
    ShortlistSettings,
    build_shortlist,
    read_bitext,
    write_shortlist,
)
from mtalign.translate.pieces import Pieces

PAIRS = [
    ("Il governo ha presentato il piano.", "The government has presented the plan."),
    ("Il governo è in Italia.", "The government is in Italy."),
    ("Il piano è in Italia.", "The plan is in Italy."),
    ("La casa è bella.", "The house is beautiful."),
    ("La casa ha un piano.", "The house has a plan."),
]
SETTINGS = ShortlistSettings(frequent=8, best=3)


@pytest.fixture(scope="module")
def model() -> Model:
    return find_model(None, "it", "en")


@pytest.fixture(scope="module")
def shortlist(model: Model) -> Shortlist:
    return build_shortlist(model, PAIRS * 20, SETTINGS)


def as_ids(*rows: list[int]) -> list[np.ndarray]:
    return [np.array(row, dtype=np.int64) for row in rows]


def test_expectation_maximisation_parts_what_always_meets() -> None:
    # 1 and 2 meet 7 and 8 together, then each alone: only the second pair tells which is which.
    end = 0
    lexicon = learn_lexicon(as_ids([1, 2, end], [2, end]), as_ids([7, 8], [8]), iterations=20)
    best = lexicon.best(1)
    assert (best[1], best[2]) == ([7], [8])


def test_shares_of_a_source_piece_sum_to_one_and_fall() -> None:
    draw = np.random.default_rng(1)
    sources = as_ids(*([*draw.integers(1, 20, n), 0] for n in draw.integers(1, 9, 50)))
    targets = as_ids(*([*draw.integers(0, 30, n)] for n in draw.integers(1, 9, 50)))
    lexicon = learn_lexicon(sources, targets)
    sums = np.bincount(lexicon.source, lexicon.share)
    np.testing.assert_allclose(sums[np.unique(lexicon.source)], 1, atol=1e-4)
    same = np.diff(lexicon.source) == 0
    assert (np.diff(lexicon.share)[same] <= 0).all()
    met = {(s, t) for a, b in zip(sources, targets, strict=True) for s in a for t in b}
    assert set(zip(lexicon.source, lexicon.target, strict=True)) == met


def test_best_keeps_no_more_than_asked_and_none_below_the_least() -> None:
    lexicon = learn_lexicon(as_ids([1, 0], [1, 0], [1, 0]), as_ids([5], [5], [6]))
    assert lexicon.best(1)[1] == [5]
    assert lexicon.best(9)[1] == [5, 6]
    assert lexicon.best(9, least=0.5)[1] == [5]


def test_lists_of_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="1 sources, 2 targets"):
        learn_lexicon(as_ids([1, 0]), as_ids([1], [1]))


def test_translations_are_found_and_every_piece_may_be_copied(shortlist: Shortlist) -> None:
    assert "▁house" in shortlist.by_source["▁casa"]
    assert "▁house" not in shortlist.always
    assert "▁house" not in shortlist.by_source.get("▁governo", ())
    assert shortlist.by_source["▁Mediterraneo"] == ("▁Mediterraneo",)  # never met
    assert shortlist.allowed(["<0xE2>"]) == {*shortlist.always, "<0xE2>"}
    assert {"</s>", "▁The", "."} <= set(shortlist.always)
    assert len(shortlist.always) <= SETTINGS.frequent + 1
    everything = {*shortlist.always, *(t for ts in shortlist.by_source.values() for t in ts)}
    assert "<pad>" not in everything


def test_pairs_left_out_are_counted(model: Model) -> None:
    odd = [("", "Something."), ("Qualcosa.", " "), ("parola " * 99, "word " * 99)]
    made = build_shortlist(model, PAIRS + odd, SETTINGS)
    assert (made.pairs, made.dropped) == (len(PAIRS), {"empty": 2, "too-long": 1})


def test_a_draw_is_as_large_as_asked_and_repeats(model: Model) -> None:
    few = ShortlistSettings(frequent=8, best=3, pairs=3)
    first, again = (build_shortlist(model, iter(PAIRS * 20), few) for _ in range(2))
    assert first.pairs == 3
    assert first == again


def test_a_bitext_without_pairs_is_told(model: Model) -> None:
    with pytest.raises(MtalignError, match="no pair to learn from"):
        build_shortlist(model, [], SETTINGS)


def test_ctranslate2_keeps_to_the_shortlist(
    tmp_path: Path, model: Model, shortlist: Shortlist
) -> None:
    import ctranslate2

    place = Path(shutil.copytree(model.path / "ct2", tmp_path / "ct2"))
    write_shortlist(shortlist, place / FILE)
    translator = ctranslate2.Translator(str(place), compute_type="int8")
    texts = ["La casa è bella.", "Il governo ha presentato il piano.", "Ho visto un cane nero."]
    sources = Pieces(model, "en").encode(texts)
    kept = [translator.translate_batch([one], use_vmap=True)[0].hypotheses[0] for one in sources]
    for source, pieces in zip(sources, kept, strict=True):
        assert set(pieces) <= shortlist.allowed(source) | {"<unk>"}
    free = translator.translate_batch(sources)
    # Nothing in the bitext speaks of dogs: the test above is one that the model alone fails.
    assert not set(free[2].hypotheses[0]) <= shortlist.allowed(sources[2])
    assert kept[2] != free[2].hypotheses[0]


def test_bitext_is_read_in_every_form(tmp_path: Path) -> None:
    data = "".join(f"{source}\t{target}\n" for source, target in PAIRS).encode()
    (tmp_path / "a.tsv").write_bytes(data)
    (tmp_path / "a.tsv.xz").write_bytes(lzma.compress(data))
    (tmp_path / "a.tsv.gz").write_bytes(gzip.compress(data))
    for side, name in enumerate(("a.it", "a.en")):
        (tmp_path / name).write_text("".join(f"{pair[side]}\n" for pair in PAIRS), "utf-8")
    for name in ("a.tsv", "a.tsv.xz", "a.tsv.gz"):
        assert list(read_bitext([str(tmp_path / name)])) == PAIRS
    assert list(read_bitext([f"{tmp_path / 'a.it'},{tmp_path / 'a.en'}"])) == PAIRS


@pytest.mark.parametrize(
    ("files", "asked", "told"),
    [
        ({}, "a.tsv", "a.tsv: no such file"),
        ({"a.tsv": b"x\ty\nx\n"}, "a.tsv", "a.tsv:2: 1 columns where two belong"),
        ({"a.tsv": b"x\ty\n\xff\ty\n"}, "a.tsv", "a.tsv:2: not UTF-8"),
        ({"a.tsv.xz": b"no xz"}, "a.tsv.xz", "a.tsv.xz:1: cannot be read"),
        ({"a": b"1\n2\n", "b": b"1\n"}, "a,b", "b:2: is shorter than a"),
        ({"a": b"1\n", "b": b"1\n2\n"}, "a,b", "b:2: is longer than a"),
    ],
)
def test_a_faulty_bitext_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, bytes],
    asked: str,
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, data in files.items():
        Path(name).write_bytes(data)
    with pytest.raises(MtalignError) as caught:
        list(read_bitext([asked]))
    assert str(caught.value).startswith(told)
