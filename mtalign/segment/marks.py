"""The characters that matter to sentence ends, and the pattern that finds candidates."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

OPEN = "\"'‘’“”„‚«»‹›([{¿¡–—―-−•‣▪●◦*·（［｛〔【「『《〈｢"
"""What may stand before the first word of a sentence."""
CLOSE = "\"'’”“‘»«›‹)]}）］｝〕】〗〙〛」』》〉｣﹂﹄"
"""What belongs to a sentence when it follows its stop; in some language each quote closes."""
WEAK = frozenset(".․﹒…!?‼⁇⁈⁉‽")
"""Stops that may stand inside a sentence too."""
BULLETS = "•‣▪●◦"

_SPACED = "»›”)]}.!?…"
"""What belongs to the sentence even after a space, unless a word follows at once."""


@lru_cache(maxsize=16)
def candidates(extra: frozenset[str]) -> re.Pattern[str]:
    """Pattern of a run of stops with what closes after it, note numbers included.

    No two of its repeated parts can match at one place, and it never fails once begun, so that a
    search takes time linear in the text.

    :param extra: stops of one language alone
    """
    stop, close, spaced = (re.escape("".join(c)) for c in (_stops() | extra, CLOSE, _SPACED))
    more = rf"[ \u00a0\u202f](?=[{spaced}](?!\w))[{stop}{close}]+"
    return re.compile(rf"[{stop}][{stop}{close}]*(?:{more})*(?:\[\d{{1,3}}\]|[¹²³⁰⁴-⁹])*")


@lru_cache(maxsize=1)
def _stops() -> frozenset[str]:
    lines = (Path(__file__).parent / "stops.txt").read_text("utf-8").splitlines()
    return frozenset(chr(int(line[:4], 16)) for line in lines if not line.startswith("#"))
