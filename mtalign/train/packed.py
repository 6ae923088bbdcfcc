"""The packed corpus on disk, as the trainer reads it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mtalign.errors import MtalignError


@dataclass(frozen=True, slots=True)
class Side:
    """Piece ids of one language: pair ``k`` is ``ids[starts[k]:starts[k + 1]]``."""

    ids: npt.NDArray[np.uint16]
    starts: npt.NDArray[np.int64]

    def __getitem__(self, k: int) -> npt.NDArray[np.uint16]:
        return self.ids[self.starts[k] : self.starts[k + 1]]

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        return np.diff(self.starts)


@dataclass(frozen=True, slots=True)
class Packed:
    """A packed bitext.

    :ivar groups: number of each pair's corpus in ``names``
    """

    source: Side
    target: Side
    groups: npt.NDArray[np.uint8]
    names: tuple[str, ...]
    langs: tuple[str, str]

    def __len__(self) -> int:
        return len(self.groups)

    def side(self, lang: str) -> Side:
        return self.source if lang == self.langs[0] else self.target


def load_packed(folder: Path) -> Packed:
    """Open what :func:`mtalign.train.pack.pack` wrote, mapped rather than read.

    :raises MtalignError: the folder holds no finished packing
    """
    if not (folder / "meta.json").exists():
        raise MtalignError("holds no packed bitext", where=folder, todo="Pack it anew.")
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))

    def array(name: str) -> npt.NDArray[np.generic]:
        loaded: npt.NDArray[np.generic] = np.load(folder / f"{name}.npy", mmap_mode="r")
        return loaded

    def side(name: str) -> Side:
        starts = np.asarray(array(f"{name}_starts"), dtype=np.int64)
        return Side(array(name).view(np.uint16), starts)

    groups = np.asarray(array("groups"), dtype=np.uint8)
    names, langs = tuple(meta["groups"]), tuple(meta["langs"])
    return Packed(side("source"), side("target"), groups, names, langs)
