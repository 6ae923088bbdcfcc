"""Read a Marian directory's weights as NumPy arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mtalign.errors import MissingExtraError, MtalignError

Weights = dict[str, NDArray[np.float32]]


def read_weights(path: Path) -> Weights:
    """All tensors of a weights file by name, as float32.

    :param path: ``.safetensors``, which needs no torch, or a torch pickle, which does
    :raises MissingExtraError: a pickle, and no torch
    :raises MtalignError: the file is damaged
    """
    read = _safetensors if path.suffix == ".safetensors" else _pickle
    try:
        return read(path)
    except MtalignError:
        raise
    except Exception as error:  # each reader has its own kinds, all for a damaged file
        raise MtalignError(f"weights cannot be read: {error}", where=path) from error


def _safetensors(path: Path) -> Weights:
    from safetensors.numpy import load_file

    return {name: array.astype(np.float32) for name, array in load_file(path).items()}


def _pickle(path: Path) -> Weights:
    try:
        import torch
    except ImportError as error:
        raise MissingExtraError(f"torch, which reads {path.name},", "transformers") from error
    tensors = torch.load(path, map_location="cpu", weights_only=True)
    return {name: tensor.float().numpy() for name, tensor in tensors.items()}
