"""Models by name, and what is said when a name is wrong."""

import json
import shutil
from pathlib import Path

import pytest

from mtalign.errors import MtalignError
from mtalign.models import find_model
from mtalign.models.find import BUNDLED, bundled_directions


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A directory of its own with the bundled it-en model."""
    return Path(shutil.copytree(BUNDLED / "it-en", tmp_path / "model"))


def test_both_directions_are_bundled_and_small() -> None:
    assert bundled_directions() == ["en-it", "it-en"]
    for direction in bundled_directions():
        files = [path for path in (BUNDLED / direction).rglob("*") if path.is_file()]
        assert sum(path.stat().st_size for path in files) <= 30_000_000


def test_the_bundled_model_states_its_languages() -> None:
    assert find_model(None, "it", "en").languages == ("it", "en")
    assert find_model(None, "en", "it").languages == ("en", "it")


def test_the_fingerprint_follows_the_weights(copied: Path) -> None:
    first = find_model(str(copied), "it", "en").fingerprint
    assert first == find_model(None, "it", "en").fingerprint
    weights = bytearray((copied / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (copied / "model.safetensors").write_bytes(weights)
    assert find_model(str(copied), "it", "en").fingerprint != first


@pytest.mark.parametrize(
    ("name", "src", "tgt", "told"),
    [
        (None, "de", "fr", "no bundled model translates de-fr (bundled: en-it, it-en)"),
        (None, "italian", "en", "'italian' is not a language code"),
        (None, "it", "", "'' is not a language code"),
        (None, "it", "it", "source and target language are both 'it'"),
        ("no-such-folder", "it", "en", "no model 'no-such-folder'"),
        ("../nowhere/model", "it", "en", "no model '../nowhere/model'"),
    ],
)
def test_a_wrong_name_or_code_is_told(name: str | None, src: str, tgt: str, told: str) -> None:
    with pytest.raises(MtalignError) as caught:
        find_model(name, src, tgt)
    assert told in str(caught.value)


def test_a_model_of_another_direction_is_refused(copied: Path) -> None:
    with pytest.raises(MtalignError, match="source language is 'it', not 'en'"):
        find_model(str(copied), "en", "it")


@pytest.mark.parametrize("file", ["source.spm", "vocab.json", "config.json"])
def test_a_missing_file_is_named(copied: Path, file: str) -> None:
    (copied / file).unlink()
    with pytest.raises(MtalignError, match=f"{file} missing"):
        find_model(str(copied), "it", "en")


def test_another_kind_of_model_is_refused(copied: Path) -> None:
    config = json.loads((copied / "config.json").read_text())
    (copied / "config.json").write_text(json.dumps(config | {"model_type": "t5"}))
    with pytest.raises(MtalignError, match="model_type is 't5', not 'marian'"):
        find_model(str(copied), "it", "en")


def test_broken_json_is_told(copied: Path) -> None:
    (copied / "config.json").write_text("{")
    with pytest.raises(MtalignError, match=r"config\.json: cannot be read as JSON"):
        find_model(str(copied), "it", "en")
