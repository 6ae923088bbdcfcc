"""Progress on stderr: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType

_QUIET_SECONDS = 30.0


class Progress:
    """Counts work done, for whoever watches.

    :param unit: what is counted, in the plural
    :param total: how many there will be; None where nobody knows
    :param quiet: show nothing
    """

    def __init__(self, unit: str, total: int | None, quiet: bool = False) -> None:
        self._unit, self._total, self._done = unit, total, 0
        self._bar = None
        self._silent = quiet
        self._spoke = time.monotonic()
        if not quiet and sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(total=total, unit=f" {unit}", file=sys.stderr, leave=False)

    def add(self, count: int) -> None:
        """So many more are done."""
        self._done += count
        if self._bar is not None:
            self._bar.update(count)
        elif not self._silent and time.monotonic() - self._spoke >= _QUIET_SECONDS:
            self._spoke = time.monotonic()
            of = "" if self._total is None else f" of {self._total}"
            print(f"mtalign: {self._done}{of} {self._unit}", file=sys.stderr, flush=True)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()
