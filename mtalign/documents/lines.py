"""Where lines end: at LF, CR LF and CR, and nowhere else.

``str.splitlines`` also breaks at vertical tabs, form feeds, U+0085, U+2028 and others; editors and
every format read here do not, so it is never used in this room.
"""

from __future__ import annotations

import re

BOM = "\ufeff"
EOL = r"(?:\r\n?|\n)"
FILLED = re.compile(r"[^\r\n]+")


def line_col(text: str, offset: int) -> tuple[int, int]:
    r"""Line and column of an offset, both from 1, in code points; a byte order mark has no column.

    >>> line_col("a\r\nbc", 4)
    (2, 2)
    """
    ended = text.count("\n", 0, offset) + text.count("\r", 0, offset)
    ended -= text.count("\r\n", 0, offset)
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    if start == offset and text[offset - 1 : offset + 1] == "\r\n":
        # Between the two halves of one line end: still on the line that it ends.
        line, column = line_col(text, offset - 1)
        return line, column + 1
    if start == 0 and offset and text.startswith(BOM):
        start = 1
    return ended + 1, offset - start + 1


def trimmed(text: str, start: int, end: int, white: str | None = None) -> tuple[int, int]:
    """The span without the white space at its ends; empty at ``start`` if nothing else is there.

    :param white: what counts as white space; all that Unicode calls so by default
    """
    value = text[start:end]
    bare = value.strip(white)
    if not bare:
        return start, start
    start += len(value) - len(value.lstrip(white))
    return start, start + len(bare)
