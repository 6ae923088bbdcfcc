"""What the user named becomes a list of files, each with its place in the output tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mtalign.documents.formats import by_suffix, suffixes
from mtalign.errors import MtalignError

STDIN = "-"
_GLOB_MARKS = "*?["


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read.

    :ivar path: where it lies; None for standard input
    :ivar name: where its result goes in an output tree: its path below the folder or the fixed
        part of the glob that led to it, with forward slashes; for a file named alone, its name
    """

    path: Path | None
    name: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file of a named folder that is left out, and why."""

    path: Path
    reason: str


def expand(given: Sequence[str], any_suffix: bool = False) -> tuple[list[Input], list[Skipped]]:
    """Files, folders, globs and ``-`` to inputs, in the order given, each folder sorted.

    Hidden files and folders below a named folder or a glob's fixed part are passed over.

    :param any_suffix: whether files of unknown suffix are read too
    :raises MtalignError: nothing of that name, a glob that finds nothing, or two inputs with one
        place in the output tree
    """
    inputs: list[Input] = []
    skipped: list[Skipped] = []
    for name in given:
        if name == STDIN:
            inputs.append(Input(None, STDIN))
        elif Path(name).is_dir():
            for path in _files(Path(name)):
                _take(path, path.relative_to(name), any_suffix, inputs, skipped)
        elif Path(name).exists():
            inputs.append(Input(Path(name), Path(name).name))
        else:
            for path, below in _found(name):
                _take(path, below, any_suffix, inputs, skipped)
    _check_apart(inputs)
    return inputs, skipped


def _take(
    path: Path, name: Path, any_suffix: bool, inputs: list[Input], skipped: list[Skipped]
) -> None:
    if any_suffix or by_suffix(path.name) is not None:
        inputs.append(Input(path, name.as_posix()))
    else:
        skipped.append(Skipped(path, f"no known format has its suffix (known: {suffixes()})"))


def _files(folder: Path) -> Iterator[Path]:
    """Files below a folder, sorted, without those that a leading dot hides."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.is_file():
            yield path


def _found(pattern: str) -> Iterator[tuple[Path, Path]]:
    """Files of a glob, sorted, each with its path below the pattern's fixed part."""
    if not any(mark in pattern for mark in _GLOB_MARKS):
        raise MtalignError("there is no such file or folder", where=pattern, todo="Check the path.")
    root = _fixed_part(pattern)
    rest = Path(pattern).relative_to(root).as_posix()
    files = sorted(path for path in root.glob(rest) if path.is_file() and not _hidden(path, root))
    if not files:
        raise MtalignError("no file matches this pattern", where=pattern, todo="Check the path.")
    for path in files:
        yield path, path.relative_to(root)


def _hidden(path: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(root).parts)


def _fixed_part(pattern: str) -> Path:
    """Folders of a pattern before its first mark.

    >>> _fixed_part("docs/it/**/*.md").as_posix()
    'docs/it'
    """
    parts = []
    for part in Path(pattern).parts[:-1]:
        if any(mark in part for mark in _GLOB_MARKS):
            break
        parts.append(part)
    return Path(*parts)


def _check_apart(inputs: Sequence[Input]) -> None:
    seen: dict[str, Input] = {}
    for one in inputs:
        other = seen.setdefault(one.name, one)
        if other is one:
            continue
        if other.path == one.path:
            raise MtalignError("given twice", where=one.path or "standard input")
        raise MtalignError(
            f"{other.path} and {one.path} would both be written to {one.name}",
            todo="Translate them in two runs, or name a folder above both.",
        )
