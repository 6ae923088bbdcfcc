"""What a user may say about how files are read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """How to read the files of one run.

    :ivar format: name of the format of every file; None to go by the suffix
    :ivar columns: columns of a table to translate, by name or by number from 1; a name wins over
        a number; none is needed where there is only one column
    :ivar fields: fields of JSON records to translate, as dotted paths; lists are walked through
    :ivar header: whether the first record of a table names its columns
    """

    format: str | None = None
    columns: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    header: bool = True


DEFAULTS = Options()
