"""A Marian directory in CTranslate2's form, without torch.

Follows the layout that CTranslate2's own Marian converter gives (fused attention projections,
sinusoidal positions, the padding row left out), so both write the same model. Marian starts its
decoder from a zero vector, which is what the padding row of its ports holds; where a model was
trained with another start, the row is kept and decoding starts from it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mtalign.errors import MtalignError
from mtalign.models.model import Model
from mtalign.models.weights import Weights, read_weights

_PAD = "<pad>"
_NEVER = -1e4  # added to a logit: out of reach, and still a float16


def convert(model: Model, out: Path, quantization: str = "int8", vmap: Path | None = None) -> None:
    """Write the CTranslate2 form of a Marian model.

    The first head of the last decoder layer becomes the attention that the engine returns: the
    one that Marian's guided alignment teaches.

    :param out: folder to make; must not exist
    :param quantization: ``int8``, ``float32`` or another that CTranslate2 knows
    :param vmap: vocabulary mapping to put beside it
    :raises MtalignError: weights are missing, or not of the shape the configuration states
    """
    import ctranslate2

    config = model.config
    weights = read_weights(model.weights)
    activation = getattr(ctranslate2.specs.Activation, _activation(model), None)
    spec = ctranslate2.specs.TransformerSpec.from_config(
        (config["encoder_layers"], config["decoder_layers"]),
        config["encoder_attention_heads"],
        pre_norm=bool(config.get("normalize_before", False)),
        activation=activation,
        layernorm_embedding=bool(config.get("normalize_embedding", False)),
    )
    try:
        _fill(spec, weights, config)
        starts_from_zero = not spec.decoder.embeddings.weight[-1].any()
        spec.decoder.start_from_zero_embedding = starts_from_zero
        _vocabularies(spec, model, starts_from_zero)
        if vmap is not None:
            spec.register_vocabulary_mapping(str(vmap))
        spec.validate()
        spec.optimize(quantization=quantization)
    except (KeyError, ValueError) as error:
        raise MtalignError(
            f"the weights do not fit the configuration: {error}", where=model.path
        ) from error
    spec.config.eos_token, spec.config.unk_token = "</s>", "<unk>"
    spec.config.decoder_start_token = "</s>" if starts_from_zero else _PAD
    out.mkdir(parents=True)
    spec.save(str(out))


def _activation(model: Model) -> str:
    """Name of the feed-forward activation in CTranslate2's spelling."""
    name = str(model.config.get("activation_function", "swish"))
    known = {"swish": "SWISH", "silu": "SWISH", "relu": "RELU", "gelu": "GELU"}
    if name not in known:
        raise MtalignError(
            f"activation {name!r} is not supported (known: {', '.join(known)})",
            where=model.path / "config.json",
        )
    return known[name]


def _fill(spec: Any, weights: Weights, config: dict[str, Any]) -> None:
    shared = weights.get("model.shared.weight")
    sides = (("encoder", spec.encoder), ("decoder", spec.decoder))
    for side, part in sides:
        table = weights.get(f"model.{side}.embed_tokens.weight", shared)
        if table is None:
            raise KeyError(f"model.{side}.embed_tokens.weight")
        embeddings = part.embeddings[0] if side == "encoder" else part.embeddings
        embeddings.weight = table
        part.scale_embeddings = config["d_model"] ** 0.5 if config.get("scale_embedding") else 1.0
        part.position_encodings.encodings = positions(
            config["max_position_embeddings"], config["d_model"]
        )
        for number, layer in enumerate(part.layer):
            _fill_layer(layer, weights, f"model.{side}.layers.{number}", side == "decoder")
    _project(spec.decoder, weights)


def _project(decoder: Any, weights: Weights) -> None:
    decoder.projection.weight = weights.get("lm_head.weight", decoder.embeddings.weight)
    bias = weights.get("final_logits_bias")
    if bias is not None and bias.any():
        decoder.projection.bias = bias.reshape(-1)


def _fill_layer(layer: Any, weights: Weights, name: str, decodes: bool) -> None:
    _attention(layer.self_attention, weights, f"{name}.self_attn", fused=3)
    if decodes:
        _attention(layer.attention, weights, f"{name}.encoder_attn", fused=1)
    _linear(layer.ffn.linear_0, weights, f"{name}.fc1")
    _linear(layer.ffn.linear_1, weights, f"{name}.fc2")
    _norm(layer.ffn.layer_norm, weights, f"{name}.final_layer_norm")


def _attention(part: Any, weights: Weights, name: str, fused: int) -> None:
    """Fuse the first ``fused`` of the query, key and value projections, then the others."""
    names = [f"{name}.{which}_proj" for which in "qkv"]
    for slot, group in enumerate(group for group in (names[:fused], names[fused:]) if group):
        part.linear[slot].weight = np.concatenate([weights[f"{one}.weight"] for one in group])
        part.linear[slot].bias = np.concatenate([weights[f"{one}.bias"] for one in group])
    _linear(part.linear[-1], weights, f"{name}.out_proj")
    _norm(part.layer_norm, weights, f"{name}_layer_norm")


def _linear(part: Any, weights: Weights, name: str) -> None:
    part.weight, part.bias = weights[f"{name}.weight"], weights[f"{name}.bias"]


def _norm(part: Any, weights: Weights, name: str) -> None:
    part.gamma, part.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]


def positions(length: int, width: int) -> NDArray[np.float32]:
    """Sinusoidal positions as Marian lays them out: all sines, then all cosines.

    Vaswani et al. 2017 interleave the two; Marian and its port to transformers do not.

    :return: shape (length, width)
    """
    place = np.arange(length)[:, None] / np.power(10000, 2 * (np.arange(width) // 2) / width)
    table = np.concatenate([np.sin(place[:, 0::2]), np.cos(place[:, 1::2])], axis=1)
    return table.astype(np.float32)


def _vocabularies(spec: Any, model: Model, starts_from_zero: bool) -> None:
    """Name the rows of both embeddings; the padding row, always last, goes if nothing uses it."""
    source = _pieces(model.path / "vocab.json")
    own = model.path / "target_vocab.json"
    target = _pieces(own) if own.is_file() else source
    if starts_from_zero:
        source, target = _without_padding(spec, source, target)
    else:
        bias = np.zeros(len(target), np.float32)
        bias[-1] = _NEVER
        known = spec.decoder.projection.bias
        spec.decoder.projection.bias = bias + (known if isinstance(known, np.ndarray) else 0)
    spec.register_source_vocabulary(source)
    spec.register_target_vocabulary(target)


def _without_padding(
    spec: Any, source: list[str], target: list[str]
) -> tuple[list[str], list[str]]:
    source, target = ([piece for piece in side if piece != _PAD] for side in (source, target))
    encoder, decoder = spec.encoder.embeddings[0], spec.decoder
    encoder.weight = encoder.weight[: len(source)]
    decoder.embeddings.weight = decoder.embeddings.weight[: len(target)]
    decoder.projection.weight = decoder.projection.weight[: len(target)]
    if isinstance(decoder.projection.bias, np.ndarray):
        decoder.projection.bias = decoder.projection.bias[: len(target)]
    return source, target


def _pieces(path: Path) -> list[str]:
    ids: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))
    pieces = sorted(ids, key=lambda piece: ids[piece])
    if [ids[piece] for piece in pieces] != list(range(len(pieces))):
        raise MtalignError("piece ids are not 0, 1, 2, … without a gap", where=path)
    return pieces
