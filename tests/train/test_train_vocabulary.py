"""No character is lost, in sentencepiece alone and in MarianTokenizer."""

import json
import shutil
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtalign.errors import MtalignError
from mtalign.train.clean import clean
from mtalign.train.vocabulary import (
    END,
    PAD,
    REQUIRED,
    UNKNOWN,
    train_vocabulary,
    vocabulary,
)
from tests.train import toy

sentencepiece = pytest.importorskip("sentencepiece")


@pytest.fixture(scope="module")
def spm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("spm") / "toy.spm"
    train_vocabulary([s for pair in toy.pairs(300) for s in pair], out, size=600, threads=1)
    return out


@pytest.fixture(scope="module")
def model(spm: Path):
    return sentencepiece.SentencePieceProcessor(model_file=str(spm))


@pytest.fixture(scope="module")
def tokenizer(spm: Path, tmp_path_factory: pytest.TempPathFactory):
    transformers = pytest.importorskip("transformers")
    folder = tmp_path_factory.mktemp("tokenizer")
    for name in ("source.spm", "target.spm"):
        shutil.copyfile(spm, folder / name)
    (folder / "vocab.json").write_text(json.dumps(vocabulary(spm)), encoding="utf-8")
    return transformers.MarianTokenizer.from_pretrained(folder)


def test_the_ids_are_those_marian_expects(spm: Path) -> None:
    table = vocabulary(spm)
    assert (table[END], table[UNKNOWN], table[PAD]) == (0, 1, len(table) - 1)
    assert sorted(table.values()) == list(range(len(table)))


def test_required_characters_and_digits_have_pieces(model) -> None:
    for char in REQUIRED:
        assert model.encode(char, out_type=str)[-1].removeprefix("▁") == char
    assert [piece.strip("▁") for piece in model.encode("2026", out_type=str)][-4:] == list("2026")


# Blanks run together and what clean() drops apart; "▁" is sentencepiece's own sign for a blank.
TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cf"), exclude_characters="▁"), max_size=40
).map(lambda text: " ".join(clean(text).split()))


@given(TEXT)
@settings(max_examples=150, deadline=None)
def test_any_text_survives_sentencepiece(model, text: str) -> None:
    pieces = model.encode(text, out_type=str)
    assert UNKNOWN not in pieces
    assert clean(model.decode(pieces)) == text


@given(TEXT)
@settings(max_examples=60, deadline=None)
def test_any_text_survives_the_tokenizer(tokenizer, text: str) -> None:
    ids = tokenizer(text)["input_ids"]
    assert tokenizer.unk_token_id not in ids
    assert clean(tokenizer.decode(ids, skip_special_tokens=True)) == text


def test_typed_and_composed_accents_are_one(model) -> None:
    for text in ("perché", "l'università è così", "Ångström"):
        assert model.encode(unicodedata.normalize("NFD", text)) == model.encode(text)


def test_blanks_of_every_kind_are_one(model) -> None:
    assert model.encode("il\u00a0 cane\u202fnero\t") == model.encode("il cane nero")


def test_a_vocabulary_too_small_for_bytes_is_told(tmp_path: Path) -> None:
    with pytest.raises(MtalignError, match="300 pieces"):
        train_vocabulary(["Il cane nero."], tmp_path / "a.spm", size=300, threads=1)
    assert not list(tmp_path.glob("*.rules.tsv"))
