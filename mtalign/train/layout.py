"""Sizes of the network, and where each weight lies in the flat buffer."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a Marian transformer.

    :ivar vocabulary: ids, <pad> included, which is the last
    :ivar inner: width of the feed-forward layers
    :ivar positions: longest sequence the saved model takes
    """

    vocabulary: int
    width: int
    inner: int
    heads: int
    encoder_layers: int
    decoder_layers: int
    positions: int = 512

    @property
    def pad(self) -> int:
        return self.vocabulary - 1


# Deep encoder, shallow decoder (Kasai et al., 2021): the encoder runs once a sentence.
# name: width, inner, heads, encoder layers, decoder layers
SIZES: dict[str, tuple[int, int, int, int, int]] = {
    "toy": (64, 128, 4, 2, 1),  # for tests and first tries
    "tiny": (256, 1024, 4, 4, 2),
    "small": (384, 1536, 6, 6, 2),
    "base": (512, 2048, 8, 6, 2),
}


def shape_of(size: str, vocabulary: int) -> Shape:
    """:param size: a key of :data:`SIZES`"""
    return Shape(vocabulary, *SIZES[size])


@dataclass(frozen=True, slots=True)
class Span:
    """A run of the flat buffer seen as a tensor."""

    start: int
    shape: tuple[int, ...]

    @property
    def stop(self) -> int:
        return self.start + prod(self.shape)


@dataclass(slots=True)
class Layout:
    """Places in the flat buffer.

    :ivar tensors: by the name that MarianMTModel gives the weight
    :ivar blocks: by our name; query, key and value that are one product are one block
    :ivar matrices: the buffer up to here holds the hidden layers' matrices and nothing else
    """

    tensors: dict[str, Span] = field(default_factory=dict)
    blocks: dict[str, Span] = field(default_factory=dict)
    matrices: int = 0
    total: int = 0

    def _add(self, block: str, names: list[str], shape: tuple[int, ...]) -> None:
        joined = (shape[0] * len(names), *shape[1:])
        self.blocks[block] = Span(self.total, joined)
        for name in names:
            self.tensors[name] = Span(self.total, shape)
            self.total = self.tensors[name].stop


# block, its parts in MarianMTModel; (rows, columns) in units: w = width, f = inner
_SELF = (("self.qkv", ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"), "ww"),
         ("self.out", ("self_attn.out_proj",), "ww"))  # fmt: skip
_CROSS = (("cross.q", ("encoder_attn.q_proj",), "ww"),
          ("cross.kv", ("encoder_attn.k_proj", "encoder_attn.v_proj"), "ww"),
          ("cross.out", ("encoder_attn.out_proj",), "ww"))  # fmt: skip
_FEED = (("fc1", ("fc1",), "fw"), ("fc2", ("fc2",), "wf"))
_NORMS = {"self_norm": "self_attn_layer_norm", "fc_norm": "final_layer_norm"}
_CROSS_NORM = {"cross_norm": "encoder_attn_layer_norm"}
EMBEDDING = "model.shared.weight"


def layout(shape: Shape) -> Layout:
    """Matrices first, then the embedding, then biases and norms."""
    units = {"w": shape.width, "f": shape.inner}
    stacks = (
        ("encoder", shape.encoder_layers, _SELF + _FEED, _NORMS),
        ("decoder", shape.decoder_layers, _SELF + _CROSS + _FEED, _NORMS | _CROSS_NORM),
    )
    plan = Layout()
    layers = [
        (f"{stack}.{number}", f"model.{stack}.layers.{number}", parts, norms)
        for stack, count, parts, norms in stacks
        for number in range(count)
    ]
    for ours, theirs, parts, _ in layers:
        for block, names, size in parts:
            full = [f"{theirs}.{name}.weight" for name in names]
            plan._add(f"{ours}.{block}.weight", full, (units[size[0]], units[size[1]]))
    plan.matrices = plan.total
    plan._add("embedding", [EMBEDDING], (shape.vocabulary, shape.width))
    for ours, theirs, parts, norms in layers:
        for block, names, size in parts:
            full = [f"{theirs}.{name}.bias" for name in names]
            plan._add(f"{ours}.{block}.bias", full, (units[size[0]],))
        for block, name in norms.items():
            for kind in ("weight", "bias"):
                plan._add(f"{ours}.{block}.{kind}", [f"{theirs}.{name}.{kind}"], (shape.width,))
    return plan
