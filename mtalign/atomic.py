"""Files that are there whole or not at all.

Bytes go to a temporary file in the same folder, are forced to the disk, and take their name in one
rename: a reader, a kill or a full disk never meets half a file. On Linux the temporary file has no
name until it is whole, so that even a kill leaves nothing behind.
"""

from __future__ import annotations

import errno
import io
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from mtalign.errors import MtalignError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_ELSEWHERE = "Choose another output path."
_SPACE = ("no space is left on the disk", "Free some space, or choose another output path.")
_DENIED = (
    "permission denied",
    "Make the folder and the file writable, or choose another output path.",
)
_REASONS = {
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: ("the file system is read-only", _ELSEWHERE),
    errno.EISDIR: ("it is a folder", "Name a file."),
    errno.ENOENT: ("its folder does not exist", "Make the folder first."),
    errno.ENOTDIR: ("a part of the path is a file, not a folder", _ELSEWHERE),
    errno.EEXIST: ("a file has that name", _ELSEWHERE),
    errno.ENAMETOOLONG: ("its name is too long", "Choose a shorter name."),
}


def write_atomic(path: Path, data: bytes) -> None:
    """Write a whole file, or leave the path as it was.

    A file that it replaces keeps its mode; a new one takes what the umask allows; a link stays,
    and the file it points to is replaced.

    :raises MtalignError: the disk is full, the folder cannot be written, the path is a folder
    """
    with atomic_stream(path) as stream:
        stream.write(data)


@contextmanager
def atomic_stream(path: Path) -> Iterator[BinaryIO]:
    """Give a stream whose bytes become ``path`` when the block ends, and vanish if it fails.

    Devices and pipes (``/dev/null``, ``/dev/stdout``) cannot be renamed over: they are written
    directly.

    :raises MtalignError: as :func:`write_atomic`; errors of the block itself pass through
    """
    with _explained(path):
        target = path.resolve() if path.is_symlink() else path
        mode = _mode(target)
    if mode is not None and stat.S_ISDIR(mode):
        raise _fault(path, IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)))
    if mode is not None and not stat.S_ISREG(mode):
        with io.BufferedWriter(_Raw(target, "wb", path)) as stream:
            yield stream
        return
    # Named before it is made, so that no interrupt can fall between the two.
    temporary = target.parent / f".{secrets.token_hex(8)}.tmp"
    try:
        nameless = _nameless(target.parent)
        raw = _Raw(temporary, "xb", path) if nameless is None else _Raw(nameless, "wb", path)
        with io.BufferedWriter(raw) as stream:
            yield stream
            stream.flush()
            with _explained(path):
                os.fsync(raw.fileno())
                if nameless is not None:
                    _name(nameless, temporary)
        with _explained(path):
            if mode is not None:
                temporary.chmod(stat.S_IMODE(mode))
            temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def make_folder(path: Path) -> None:
    """Make a folder and those above it, where they are not there yet.

    :raises MtalignError: it cannot be made
    """
    with _explained(path):
        path.mkdir(parents=True, exist_ok=True)


class _Raw(io.FileIO):
    """A file whose own faults are explained, apart from those of whoever writes to it."""

    def __init__(self, real: Path | int, mode: str, path: Path) -> None:
        self._path = path
        with _explained(path):
            super().__init__(real, mode)

    def write(self, data: ReadableBuffer, /) -> int:
        with _explained(self._path):
            return super().write(data)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _fault(path, error) from error


def _fault(path: Path, error: OSError) -> MtalignError:
    known = _REASONS.get(error.errno or 0)
    why, todo = known or (error.strerror or str(error), _ELSEWHERE)
    return MtalignError(f"cannot be written: {why}", where=path, todo=todo)


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _nameless(folder: Path) -> int | None:
    """An open file that has no name yet; None where the system has no such files."""
    flag = getattr(os, "O_TMPFILE", None)
    if flag is None:
        return None
    try:
        return os.open(folder, flag | os.O_RDWR, 0o666)
    except OSError:
        return None  # The file system has none, or any file there will fail and say why.


def _name(handle: int, temporary: Path) -> None:
    """Give a nameless file its name, or where that is refused, its bytes to one of that name."""
    with suppress(OSError):
        folder = os.open(temporary.parent, os.O_RDONLY)
        try:
            # Only with a folder given does Python follow the link that stands for the handle.
            os.link(f"/proc/self/fd/{handle}", temporary, src_dir_fd=folder)
            return
        finally:
            os.close(folder)
    os.lseek(handle, 0, os.SEEK_SET)
    with open(handle, "rb", closefd=False) as source, temporary.open("xb") as copy:
        shutil.copyfileobj(source, copy)
        copy.flush()
        os.fsync(copy.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the rename itself last through a power cut.

    The file is in place by now, so a file system that cannot do this (Windows, some network
    shares) is no error.
    """
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
