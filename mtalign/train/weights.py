"""Weights of the network: drawn, read from a Marian directory, written to one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mtalign.errors import MtalignError
from mtalign.train.layout import EMBEDDING, Shape, layout

if TYPE_CHECKING:
    from torch import Tensor

WEIGHTS, CONFIG = "model.safetensors", "config.json"


def draw_weights(shape: Shape, seed: int) -> Tensor:
    """Embedding with deviation width^-1/2, matrices after Xavier (Glorot and Bengio, 2010)."""
    import torch

    plan = layout(shape)
    weights = torch.zeros(plan.total)
    random = torch.Generator().manual_seed(seed)
    for name, span in plan.tensors.items():
        view = weights[span.start : span.stop].view(span.shape)
        if name == EMBEDDING:
            view.normal_(0.0, shape.width**-0.5, generator=random)
            view[shape.pad] = 0.0  # the decoder starts from a zero vector
        elif len(span.shape) == 2:
            torch.nn.init.xavier_uniform_(view, generator=random)
        elif name.endswith("norm.weight"):
            view.fill_(1.0)
    return weights


def read_shape(folder: Path) -> Shape:
    """:raises MtalignError: the directory holds no Marian model, or one of another build"""
    path = folder / CONFIG
    if not path.exists():
        raise MtalignError("no Marian directory", where=folder)
    config = json.loads(path.read_text(encoding="utf-8"))
    if config.get("activation_function") != "relu" or not config.get("scale_embedding"):
        raise MtalignError(
            "only models that mtalign trained can be trained further",
            where=path,
            todo="Start without --init.",
        )
    return Shape(
        vocabulary=config["vocab_size"],
        width=config["d_model"],
        inner=config["encoder_ffn_dim"],
        heads=config["encoder_attention_heads"],
        encoder_layers=config["encoder_layers"],
        decoder_layers=config["decoder_layers"],
        positions=config["max_position_embeddings"],
    )


def read_weights(folder: Path) -> tuple[Shape, Tensor]:
    """Shape and flat float32 weights of a Marian directory."""
    import torch
    from safetensors.numpy import load_file

    shape = read_shape(folder)
    stored = load_file(folder / WEIGHTS)
    plan = layout(shape)
    weights = torch.zeros(plan.total)
    for name, span in plan.tensors.items():
        if name not in stored or stored[name].shape != span.shape:
            raise MtalignError(f"weight {name!r} is missing or misshapen", where=folder / WEIGHTS)
        values = torch.from_numpy(stored[name].astype(np.float32))
        weights[span.start : span.stop] = values.reshape(-1)
    return shape, weights
