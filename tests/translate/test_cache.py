"""The translation cache: what goes in comes out, and nothing comes out half."""

import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from mtalign.errors import MtalignError
from mtalign.records import Hypothesis, TermMatch, TermUse
from mtalign.translate.cache import Cache

MATCH = TermMatch("C1", 3, 8, "piano", ("plan", "plans"))
HYPOTHESIS = Hypothesis(
    "the plan “主体”", -0.25, (TermUse(MATCH, "plan", 4, 8, "constrained"),), ((0, 0), (3, 4))
)


def test_a_hypothesis_comes_back_whole(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "deep" / "cache.sqlite")
    cache.put([(b"k1", HYPOTHESIS)])
    cache.close()
    again = Cache(tmp_path / "deep" / "cache.sqlite")
    assert again.get([b"k0", b"k1"], [(), (MATCH,)]) == [None, HYPOTHESIS]


def test_many_keys_at_once(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.sqlite")
    entries = [(str(n).encode(), Hypothesis(str(n), -1.0)) for n in range(2500)]
    cache.put(entries)
    found = cache.get([key for key, _ in entries], [()] * 2500)
    assert [one.text for one in found if one] == [str(n) for n in range(2500)]


def test_a_failed_window_leaves_nothing(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.sqlite")

    def entries():
        yield b"a", HYPOTHESIS
        raise RuntimeError("stopped in the middle")

    with pytest.raises(RuntimeError):
        cache.put(entries())
    assert cache.get([b"a"], [(MATCH,)]) == [None]


def test_a_file_that_is_no_cache_is_told_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("my notes, not a database, and long enough to look at\n" * 20)
    with pytest.raises(MtalignError, match="translation cache cannot be used"):
        Cache(path)
    assert path.read_text().startswith("my notes")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MtalignError, match="cannot be made") as caught:
        Cache(tmp_path / "file" / "cache.sqlite")
    assert "--no-cache" in str(caught.value)


def _fill(path: Path, first: int) -> None:
    cache = Cache(path)
    for n in range(first, first + 50):
        cache.put([(str(n).encode(), Hypothesis(str(n), 0.0))])


def test_two_runs_on_one_cache_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    spawn = multiprocessing.get_context("spawn")
    runs = [spawn.Process(target=_fill, args=(path, first)) for first in (0, 25)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
        assert run.exitcode == 0
    with sqlite3.connect(path) as base:
        assert base.execute("SELECT count(*) FROM hypotheses").fetchone() == (75,)
