"""Files are there whole or not at all."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mtalign.atomic import atomic_stream, make_folder, write_atomic
from mtalign.errors import MtalignError

posix = pytest.mark.skipif(os.name != "posix", reason="modes and links are POSIX matter")


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_writes_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_atomic(path, b"one\r\n")
    assert path.read_bytes() == b"one\r\n"
    write_atomic(path, b"")
    assert path.read_bytes() == b""
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OSError])
def test_a_failing_block_leaves_the_old_file(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    with pytest.raises(error), atomic_stream(path) as stream:
        stream.write(b"x" * 100_000)
        raise error
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.txt"]


def test_nothing_is_there_until_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with atomic_stream(path) as stream:
        stream.write(b"x" * 100_000)
        assert not path.exists()
    assert path.stat().st_size == 100_000


KILLED = """
import os, signal, sys
from pathlib import Path
from mtalign.atomic import atomic_stream
with atomic_stream(Path(sys.argv[1])) as stream:
    stream.write(b"x" * 100_000)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="needs files without a name")
def test_a_kill_leaves_nothing_behind(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "a.txt")], check=False)
    assert done.returncode == -signal.SIGKILL
    assert names(tmp_path) == []


@pytest.mark.parametrize("gone", ["open", "link"])
def test_without_nameless_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: str) -> None:
    if gone == "open":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    else:
        monkeypatch.setattr(os, "link", refuse)
    write_atomic(tmp_path / "a.txt", b"new" * 100_000)
    assert (tmp_path / "a.txt").read_bytes() == b"new" * 100_000
    with pytest.raises(KeyError), atomic_stream(tmp_path / "a.txt") as stream:
        stream.write(b"x")
        raise KeyError
    assert names(tmp_path) == ["a.txt"]


def refuse(*_: object, **__: object) -> None:
    raise PermissionError(errno.EPERM, "not permitted")


@posix
def test_mode_kept_or_from_the_umask(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_bytes(b"")
    old.chmod(0o640)
    write_atomic(old, b"new")
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    mask = os.umask(0o027)
    try:
        write_atomic(tmp_path / "new", b"")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


@posix
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_atomic(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


@posix
def test_a_device_is_not_replaced() -> None:
    write_atomic(Path("/dev/null"), b"gone")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MtalignError, match="it is a folder") as caught:
        write_atomic(tmp_path, b"")
    assert caught.value.where == tmp_path
    assert names(tmp_path) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(MtalignError, match="its folder does not exist"):
        write_atomic(tmp_path / "no" / "a.txt", b"")


def test_a_name_too_long(tmp_path: Path) -> None:
    with pytest.raises(MtalignError, match="too long"):
        write_atomic(tmp_path / ("a" * 300), b"")
    assert names(tmp_path) == []


def test_make_folder(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    write_atomic(tmp_path / "a" / "f", b"")
    with pytest.raises(MtalignError, match="a file has that name"):
        make_folder(tmp_path / "a" / "f")
    with pytest.raises(MtalignError, match="is a file, not a folder"):
        make_folder(tmp_path / "a" / "f" / "g")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the always-full device")
@pytest.mark.parametrize("size", [1, 100_000])
def test_a_full_disk(size: int) -> None:
    with pytest.raises(MtalignError, match="no space is left") as caught:
        write_atomic(Path("/dev/full"), b"x" * size)
    assert caught.value.todo


FULL = """
import resource, signal, sys
from pathlib import Path
from mtalign.atomic import write_atomic
from mtalign.errors import MtalignError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_atomic(Path(sys.argv[1]), b"x" * 100_000)
except MtalignError as error:
    print(error)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits are set the Linux way")
def test_a_write_cut_short_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True
    )
    assert "cannot be written" in done.stdout
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(MtalignError, match="permission denied"):
        write_atomic(tmp_path / "a", b"")
    tmp_path.chmod(0o700)
