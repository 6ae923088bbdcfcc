"""The torch-free conversion against CTranslate2's own, byte for byte."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from mtalign.errors import MtalignError
from mtalign.models import find_model
from mtalign.models.convert import convert, positions
from mtalign.models.find import BUNDLED
from mtalign.models.model import check_model
from mtalign.models.ready import ready


@pytest.fixture
def marian(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED / "it-en", tmp_path / "marian"))


def outputs(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("quantization", ["int8", "float32"])
def test_it_writes_what_the_reference_converter_writes(
    tmp_path: Path, marian: Path, quantization: str
) -> None:
    pytest.importorskip("transformers")
    from ctranslate2.converters import TransformersConverter

    weights = load_file(marian / "model.safetensors")
    # The reference takes the weights in the type they are stored in, and float16 rounds.
    weights = {name: array.astype(np.float32) for name, array in weights.items()}
    # The reference knows no other start than Marian's zero vector.
    weights["model.shared.weight"][-1] = 0
    save_file(weights, marian / "model.safetensors", {"format": "pt"})
    config = json.loads((marian / "config.json").read_text())
    (marian / "config.json").write_text(json.dumps(config | {"dtype": "float32"}))
    TransformersConverter(str(marian)).convert(str(tmp_path / "theirs"), quantization=quantization)
    convert(check_model("marian", marian), tmp_path / "ours", quantization)
    assert outputs(tmp_path / "ours") == outputs(tmp_path / "theirs")


def test_positions_are_those_of_transformers() -> None:
    marian = pytest.importorskip("transformers.models.marian.modeling_marian")
    table = marian.MarianSinusoidalPositionalEmbedding(50, 32)
    expected = table.create_weight() if hasattr(table, "create_weight") else table.weight
    expected = table.weight if expected is None else expected
    np.testing.assert_allclose(positions(50, 32), expected.detach().numpy(), atol=1e-6)


def test_weights_that_do_not_fit_are_told(tmp_path: Path, marian: Path) -> None:
    weights = load_file(marian / "model.safetensors")
    del weights["model.decoder.layers.0.fc1.weight"]
    save_file(weights, marian / "model.safetensors", {"format": "pt"})
    with pytest.raises(MtalignError, match=r"decoder\.layers\.0\.fc1\.weight"):
        convert(check_model("m", marian), tmp_path / "out")


def test_a_damaged_file_of_weights_is_told(tmp_path: Path, marian: Path) -> None:
    (marian / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(MtalignError, match="weights cannot be read"):
        convert(check_model("m", marian), tmp_path / "out")


def test_an_unknown_activation_is_told(tmp_path: Path, marian: Path) -> None:
    config = json.loads((marian / "config.json").read_text())
    (marian / "config.json").write_text(json.dumps(config | {"activation_function": "mish"}))
    with pytest.raises(MtalignError, match="activation 'mish'"):
        convert(check_model("m", marian), tmp_path / "out")


def test_a_conversion_is_made_once_and_kept(tmp_path: Path, marian: Path) -> None:
    shutil.rmtree(marian / "ct2", ignore_errors=True)
    model = check_model("m", marian)
    place = ready(model, "int8", tmp_path)
    stamp = (place / "model.bin").stat().st_mtime_ns
    assert ready(model, "int8", tmp_path) == place
    assert (place / "model.bin").stat().st_mtime_ns == stamp
    assert ready(model, "float32", tmp_path) != place
    assert not list((tmp_path / "ct2").glob(".converting-*"))


def test_the_shipped_form_is_taken_where_there_is_one() -> None:
    model = find_model(None, "it", "en")
    assert ready(model, "int8") == model.path / "ct2"


def test_the_shipped_form_is_that_of_the_shipped_weights(tmp_path: Path) -> None:
    for direction in ("it-en", "en-it"):
        model = check_model(direction, BUNDLED / direction)
        convert(model, tmp_path / direction)
        assert outputs(tmp_path / direction) == outputs(model.path / "ct2")
