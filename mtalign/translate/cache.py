"""Hypotheses kept on disk, so that no segment is translated twice.

One SQLite file in write-ahead mode: a process killed at any moment leaves whole entries only,
and several runs may share the file.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mtalign.errors import MtalignError
from mtalign.records import Hypothesis, TermMatch, TermUse

_SCHEMA = """
CREATE TABLE IF NOT EXISTS hypotheses (key BLOB PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID
"""
_BUSY_SECONDS = 60.0
_VARIABLES = 500  # below every SQLite's limit on bound variables (999 before 3.32)


class Cache:
    """Hypotheses by key. A key must digest all that can change its hypothesis.

    :param path: the SQLite file, made with its folder where absent
    :raises MtalignError: the file is not a cache, or cannot be read or written
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
            self._base.execute("PRAGMA journal_mode=WAL")
            self._base.execute("PRAGMA synchronous=NORMAL")
            self._base.execute(_SCHEMA)

    def get(
        self, keys: Sequence[bytes], matches: Sequence[tuple[TermMatch, ...]]
    ) -> list[Hypothesis | None]:
        """What is kept under each key, None where nothing is.

        :param matches: the term matches of each key's segment, which its uses point to
        """
        kept: dict[bytes, str] = {}
        with self._explained():
            for start in range(0, len(keys), _VARIABLES):
                some = keys[start : start + _VARIABLES]
                marks = ",".join("?" * len(some))
                query = f"SELECT key, value FROM hypotheses WHERE key IN ({marks})"
                kept.update(self._base.execute(query, some))
        return [
            _read(kept[key], own) if key in kept else None
            for key, own in zip(keys, matches, strict=True)
        ]

    def put(self, entries: Iterable[tuple[bytes, Hypothesis]]) -> None:
        """Keep all entries, or none where this fails."""
        rows = [(key, _written(hypothesis)) for key, hypothesis in entries]
        with self._explained():
            self._base.execute("BEGIN IMMEDIATE")
            try:
                self._base.executemany("INSERT OR IGNORE INTO hypotheses VALUES (?, ?)", rows)
                self._base.execute("COMMIT")
            except BaseException:
                if self._base.in_transaction:
                    self._base.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Release the file."""
        self._base.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise MtalignError(
                f"the translation cache cannot be used: {error}",
                where=self._path,
                todo="Free space, name another file with --cache, or go without: --no-cache.",
            ) from error
        except OSError as error:
            raise MtalignError(
                f"the translation cache cannot be made: {error.strerror}",
                where=self._path,
                todo="Name another file with --cache, or go without: --no-cache.",
            ) from error


def _written(hypothesis: Hypothesis) -> str:
    uses = [[use.form, use.start, use.end, use.method, use.reason] for use in hypothesis.uses]
    value = [hypothesis.text, hypothesis.score, uses, hypothesis.links]
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _read(value: str, matches: tuple[TermMatch, ...]) -> Hypothesis:
    text, score, uses, links = json.loads(value)
    return Hypothesis(
        text,
        score,
        tuple(TermUse(match, *use) for match, use in zip(matches, uses, strict=True)),
        tuple((src, tgt) for src, tgt in links),
    )
