"""Where each result of a batch is written."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from mtalign.atomic import make_folder, write_atomic
from mtalign.errors import MtalignError

_MIRRORED = "the file would be written over its own source"


@dataclass(frozen=True)
class Outputs:
    """The output tree of one run.

    :ivar root: folder that mirrors the input; None for standard output
    :ivar single: the one file to write, where OUT names a file
    """

    root: Path | None
    single: Path | None

    def path(self, name: str, suffix: str | None = None, label: str = "") -> Path | None:
        """Where the result for the input called ``name`` goes; None for standard output.

        :param suffix: another suffix than the input's
        :param label: set before the suffix, as in ``plan.back.txt``
        """
        if self.root is None and self.single is None:
            return None
        base = self.single or self._under(name)
        end = base.suffix if suffix is None else suffix
        return base.with_name(f"{base.stem}{label}{end}") if label or suffix else base

    def _under(self, name: str) -> Path:
        return (self.root or Path()) / PurePosixPath("stdin.txt" if name == "-" else name)


def choose_outputs(out: Path | None, names: list[str], one_file: bool) -> Outputs:
    """Decide what OUT means.

    :param names: relative names of the inputs
    :param one_file: whether the only input is a file or standard input, not a folder's or a
        glob's
    :raises MtalignError: several inputs and no OUT, or OUT is a file
    """
    if out is None:
        if len(names) > 1:
            raise MtalignError(f"{len(names)} inputs", todo="Name a folder for them with -o.")
        return Outputs(None, None)
    if out.is_dir() or not one_file or not out.suffix:
        if out.is_file():
            raise MtalignError("is a file; a folder is needed", where=out)
        return Outputs(out, None)
    return Outputs(None, out)


def check_apart(source: Path | None, target: Path | None) -> None:
    """:raises MtalignError: a result would be written over its own source"""
    if source and target and target.exists() and target.samefile(source):
        raise MtalignError(_MIRRORED, where=source, todo="Name another folder with -o.")


def write_text(path: Path | None, text: str) -> None:
    """Write to a file, whole or not at all, or to standard output where ``path`` is None."""
    data = text.encode("utf-8")
    if path is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    make_folder(path.parent)
    write_atomic(path, data)


def to_jsonl(records: Iterable[dict[str, Any]]) -> str:
    """One JSON object a line."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
