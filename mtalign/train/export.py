"""A run's weights as a Marian directory that transformers and CTranslate2 load."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from mtalign.atomic import write_atomic
from mtalign.models.convert import convert
from mtalign.models.model import READY, check_model
from mtalign.train.layout import Shape, layout
from mtalign.train.vocabulary import END, PAD, UNKNOWN, vocabulary
from mtalign.train.weights import CONFIG, WEIGHTS

if TYPE_CHECKING:
    from torch import Tensor


def marian_config(shape: Shape) -> dict[str, object]:
    """``config.json`` of MarianMTModel."""
    return {
        "architectures": ["MarianMTModel"],
        "model_type": "marian",
        "is_encoder_decoder": True,
        "vocab_size": shape.vocabulary,
        "decoder_vocab_size": shape.vocabulary,
        "d_model": shape.width,
        "encoder_layers": shape.encoder_layers,
        "decoder_layers": shape.decoder_layers,
        "encoder_attention_heads": shape.heads,
        "decoder_attention_heads": shape.heads,
        "encoder_ffn_dim": shape.inner,
        "decoder_ffn_dim": shape.inner,
        "activation_function": "relu",
        "scale_embedding": True,
        "share_encoder_decoder_embeddings": True,
        "tie_word_embeddings": True,
        "max_position_embeddings": shape.positions,
        "dropout": 0.0,
        "attention_dropout": 0.0,
        "activation_dropout": 0.0,
        "encoder_layerdrop": 0.0,
        "decoder_layerdrop": 0.0,
        "init_std": shape.width**-0.5,
        "dtype": "float16",
        **_tokens(shape),
    }


def _tokens(shape: Shape) -> dict[str, object]:
    return {
        "bos_token_id": 0,
        "eos_token_id": 0,
        "forced_eos_token_id": 0,
        "pad_token_id": shape.pad,
        "decoder_start_token_id": shape.pad,
    }


def _write(path: Path, content: object) -> None:
    text = json.dumps(content, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def write_marian(out: Path, shape: Shape, weights: Tensor, spm: Path, direction: str) -> None:
    """Fill the folder ``out``: float16 weights, configuration, vocabulary.

    :param weights: flat float32 weights, see :mod:`mtalign.train.layout`
    :param direction: such as ``it-en``; one direction of a model of both
    """
    import numpy as np
    from safetensors.numpy import save

    out.mkdir(parents=True, exist_ok=True)
    flat = weights.detach().cpu().numpy()
    stored = {
        name: flat[span.start : span.stop].reshape(span.shape).astype(np.float16)
        for name, span in layout(shape).tensors.items()
    }
    stored["final_logits_bias"] = np.zeros((1, shape.vocabulary), dtype=np.float16)
    write_atomic(out / WEIGHTS, save(stored, metadata={"format": "pt"}))
    _write(out / CONFIG, marian_config(shape))
    # <pad> starts the decoder and has a zero vector: without the ban its logit of 0 could win.
    generation = {**_tokens(shape), "bad_words_ids": [[shape.pad]], "num_beams": 4}
    _write(out / "generation_config.json", {**generation, "max_length": shape.positions})
    for name in ("source.spm", "target.spm"):
        shutil.copyfile(spm, out / name)
    _write(out / "vocab.json", vocabulary(spm))
    source, target = direction.split("-")
    _write(
        out / "tokenizer_config.json",
        {
            "tokenizer_class": "MarianTokenizer",
            "source_lang": source,
            "target_lang": target,
            "eos_token": END,
            "unk_token": UNKNOWN,
            "pad_token": PAD,
            "model_max_length": shape.positions,
            "separate_vocabs": False,
        },
    )


def write_model(out: Path, shape: Shape, weights: Tensor, spm: Path, direction: str) -> None:
    """A Marian directory with its CTranslate2 int8 form inside, as the models room reads it."""
    write_marian(out, shape, weights, spm, direction)
    convert(check_model(direction, out), out / READY, "int8")
