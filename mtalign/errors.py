"""The one base of every error that a user can cause and mend.

The command line prints these without a traceback and exits 2.
"""

from __future__ import annotations

from pathlib import Path


class MtalignError(Exception):
    """Something a user can mend: what is wrong, where, and what to do.

    :param what: the fault, in words a reader can act on, with quoted values
    :param where: the path it was met in, if any
    :param line: 1-based line in ``where``
    :param todo: what to do about it

    >>> print(MtalignError("two preferred terms", where="a.csv", line=4, todo="Keep one."))
    a.csv:4: two preferred terms
      Keep one.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | Path | None = None,
        line: int | None = None,
        todo: str | None = None,
    ) -> None:
        self.what, self.where, self.line, self.todo = what, where, line, todo
        super().__init__(what)

    def __str__(self) -> str:
        place = "" if self.where is None else str(self.where)
        if self.line is not None:
            place += f":{self.line}"
        head = f"{place}: {self.what}" if place else self.what
        return head if self.todo is None else f"{head}\n  {self.todo}"


class MissingExtraError(MtalignError):
    """A library that only an optional extra installs is absent."""

    def __init__(self, need: str, extra: str) -> None:
        super().__init__(f'{need} is not installed: pip install "mtalign[{extra}]"')


class FaultsError(MtalignError):
    """Every fault of one input at once, each with its own place."""

    def __init__(self, faults: list[MtalignError]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in faults))
