"""Text as it enters training: one form for what looks the same."""

from __future__ import annotations

import html
import re
import unicodedata

# HTML's &quot; between two letters stands for an apostrophe: "l&quot;Italia".
_APOSTROPHE = re.compile(r"(?<=\w)&quot;(?=\w)")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,6});")
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
_WORD = re.compile(r"\w+")


def clean(text: str) -> str:
    """NFC, entities resolved, invisible characters dropped, runs of white space made one blank.

    >>> clean("  l&quot;Italia   &egrave;\\u00a0qui ")
    "l'Italia è qui"
    """
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), _APOSTROPHE.sub("'", text))
    if not text.isascii():
        text = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    return " ".join(text.split())


def words(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation.

    >>> words("L'Aia, 3,5%!")
    ['l', 'aia', '3', '5']
    """
    return _WORD.findall(text.lower())
