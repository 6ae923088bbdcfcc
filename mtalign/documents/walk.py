"""From what a user names to the files meant: files, folders, patterns, standard input."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mtalign.documents.formats import by_suffix, suffixes
from mtalign.documents.read import STDIN
from mtalign.errors import MtalignError

_MAGIC = "*?["
_CHECK = "Check the path."


@dataclass(frozen=True, slots=True)
class Input:
    """One file to translate.

    :ivar path: None for standard input
    :ivar name: its place in a tree of outputs, relative, with forward slashes; ``-`` for standard
        input
    """

    path: Path | None
    name: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that a folder or pattern led to and that is left out.

    :ivar reason: in words; a folder left out is one entry
    """

    path: Path
    reason: str


def expand(
    given: Sequence[str],
    *,
    any_suffix: bool = False,
    output_name: Callable[[str], str] = str,
    exclude: Path | None = None,
) -> tuple[list[Input], list[Skipped]]:
    """The files that a user means, in the order given and sorted within folders, each once.

    A folder gives its files of known suffixes, at any depth; a pattern (``*``, ``?``, ``[…]``,
    ``**`` for any depth) the same of those it matches; a file named outright is taken whatever its
    suffix. Hidden files and folders are left out unless named outright. Names are relative to the
    folder that all inputs share, where a folder stands for itself.

    :param any_suffix: take files of unknown suffixes too, where the format is not up to the suffix
    :param output_name: what an input's output is called; two that are called the same are an error
    :param exclude: the output folder, so that a second run does not translate the first one's work
    :return: the files to read, and what folders and patterns led to that is left out
    :raises MtalignError: an input is not there, two would be written to one file, or there is none
    """
    walk = _Walk(any_suffix, None if exclude is None else _absolute(exclude))
    roots: list[Path] = []
    paths: dict[Path, Path | None] = {}
    skipped: dict[Path, Skipped] = {}
    for one in given:
        if one == STDIN:
            paths[Path(STDIN)] = None
            continue
        root, entries = walk.expand(one)
        roots.append(root)
        for entry in entries:
            if isinstance(entry, Skipped):
                skipped.setdefault(_absolute(entry.path), entry)
            else:
                paths.setdefault(_absolute(entry), entry)
    left_out = [entry for key, entry in skipped.items() if key not in paths]
    if not paths:
        raise _nothing(given, left_out)
    base = _shared(roots)
    found = [
        Input(path, STDIN if path is None else _relative(key, base)) for key, path in paths.items()
    ]
    _distinct(found, output_name)
    return found, left_out


@dataclass(frozen=True, slots=True)
class _Walk:
    any_suffix: bool
    exclude: Path | None

    def expand(self, given: str) -> tuple[Path, Iterator[Path | Skipped]]:
        """The folder that an input's names are relative to, and the files it leads to."""
        path = Path(given)
        if path.is_dir():
            return _absolute(path), self.folder(path)
        if path.exists():
            return _absolute(path).parent, iter([path])
        if not any(sign in given for sign in _MAGIC):
            raise MtalignError("there is no such file or folder", where=given, todo=_CHECK)
        # Unlike Path.glob, this one passes over what is hidden.
        matches = sorted(glob.glob(given, recursive=True))  # noqa: PTH207
        if not matches:
            raise MtalignError("no file matches this pattern", where=given, todo=_CHECK)
        return _fixed_part(path), self.matched(matches)

    def folder(self, folder: Path) -> Iterator[Path | Skipped]:
        """Files at any depth, and what is left out."""
        for top, folders, files in os.walk(folder, onerror=_refuse):
            folders.sort()
            for path in [Path(top, name) for name in folders]:
                reason = self.folder_reason(path)
                if reason:
                    folders.remove(path.name)
                    yield Skipped(path, reason)
            for name in sorted(files):
                yield self.judged(Path(top, name))

    def matched(self, matches: Sequence[str]) -> Iterator[Path | Skipped]:
        """Those of a pattern's matches that are files."""
        for path in map(Path, matches):
            if not path.is_dir():
                inside = self.exclude is not None and self.exclude in _absolute(path).parents
                yield Skipped(path, "in the output folder") if inside else self.judged(path)

    def folder_reason(self, path: Path) -> str:
        """Why a folder is left out; empty if it is not."""
        if path.name.startswith("."):
            return "hidden folder"
        if path.is_symlink():
            return "link to a folder"
        return "the output folder" if _absolute(path) == self.exclude else ""

    def judged(self, path: Path) -> Path | Skipped:
        """A file that is to be read, or why it is not."""
        if path.name.startswith("."):
            return Skipped(path, "hidden file")
        if self.any_suffix or by_suffix(path.name):
            return path
        return Skipped(path, f'unknown suffix "{path.suffix}"' if path.suffix else "no suffix")


def _refuse(error: OSError) -> None:
    raise MtalignError(
        f"the folder cannot be read: {(error.strerror or str(error)).lower()}",
        where=error.filename,
        todo="Make it readable, or leave it out.",
    ) from error


def _fixed_part(pattern: Path) -> Path:
    """The folder that a pattern begins with, up to its first part with a wildcard."""
    fixed = Path()
    for part in pattern.parts[:-1]:
        if any(sign in part for sign in _MAGIC):
            break
        fixed /= part
    return _absolute(fixed)


def _shared(roots: Sequence[Path]) -> Path | None:
    """The deepest folder that holds all of them; None where they are on different drives."""
    try:
        return Path(os.path.commonpath(roots)) if roots else None
    except ValueError:
        return None


def _relative(path: Path, base: Path | None) -> str:
    return path.name if base is None else path.relative_to(base).as_posix()


def _distinct(found: Sequence[Input], output_name: Callable[[str], str]) -> None:
    taken: dict[str, Input] = {}
    for one in found:
        name = output_name(one.name)
        if name in taken:
            raise MtalignError(
                f'"{taken[name].path or STDIN}" and "{one.path or STDIN}" would both be written '
                f'to "{name}"',
                todo="Translate them in two runs, or rename one.",
            )
        taken[name] = one


def _nothing(given: Sequence[str], skipped: Sequence[Skipped]) -> MtalignError:
    left_out = f", {len(skipped)} left out" if skipped else ""
    return MtalignError(
        f"nothing to translate{left_out}",
        where=", ".join(given) or None,
        todo=f"Known suffixes: {suffixes()}.",
    )


def _absolute(path: Path) -> Path:
    # Not resolve(): a link keeps the place and the name it was given.
    return Path(os.path.abspath(path))  # noqa: PTH100
