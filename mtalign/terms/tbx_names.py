"""TBX: its dialects, its names for what a termbase holds, and the notes that hold the rest.

ISO 30042:2008 (version 2, ``martif``) and ISO 30042:2019 (version 3, ``tbx``). Values and levels of
TBX-Basic are those of the dialect's Schematron rules, release 1.2 (LTAC/TerminOrgs,
github.com/LTAC-Global/TBX-Basic_dialect).

What a dialect has no data category for is written as a ``note``, which every dialect allows at
every level: ``mtalign.forms: crisi|crisis``. Other tools show it as a note; mtalign reads it back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NAMESPACE = "urn:iso:std:iso:30042:ed-2"
MODULES = {
    "min": "http://www.tbxinfo.net/ns/min",
    "basic": "http://www.tbxinfo.net/ns/basic",
}

STATUS_TO_TBX = {
    "preferred": "preferredTerm-admn-sts",
    "admitted": "admittedTerm-admn-sts",
    "deprecated": "deprecatedTerm-admn-sts",
    "forbidden": "deprecatedTerm-admn-sts",
}
"""``forbidden`` has no value of its own in TBX; a note beside it keeps it apart."""

STATUS_FROM_TBX = {
    "preferred": "preferred",
    "admitted": "admitted",
    "deprecated": "deprecated",
    "superseded": "deprecated",
    "standardized": "admitted",
    "legal": "admitted",
    "regulated": "admitted",
    "notrecommended": "deprecated",
    "obsolete": "deprecated",
    "forbidden": "forbidden",
}
"""By value without ``Term-admn-sts``, in lower case: ISO 30042:2008's picklist, and TBX-Min's."""

SAME_STATUS = ("preferred", "admitted", "deprecated", "forbidden")

POS_TO_TBX = {
    "n": "noun",
    "propn": "properNoun",
    "v": "verb",
    "adj": "adjective",
    "adv": "adverb",
    "other": "other",
}
POS_FROM_TBX = {value.lower(): key for key, value in POS_TO_TBX.items()}

_KEYS = "concept_id|status|pos|forms|case|dnt|domain|context|source|note"
_NOTE = re.compile(rf"mtalign\.({_KEYS}): (.*)", re.DOTALL)


@dataclass(frozen=True)
class Dialect:
    """One way to write TBX.

    :ivar name: the root's ``type``
    :ivar version: 2 or 3
    :ivar style: ``dca`` (data categories as attributes) or ``dct`` (as tags); version 2 is DCA
    :ivar holds: columns of ours that have a data category in it
    :ivar pos: its values of ``partOfSpeech``
    """

    name: str
    version: int
    style: str
    holds: frozenset[str]
    pos: frozenset[str] = frozenset(("noun", "verb", "adjective", "adverb", "other"))


_BASIC = frozenset(("status", "pos", "phrase", "domain", "source"))
_V2_POS = frozenset(POS_TO_TBX.values())

DIALECTS = {
    "tbx": Dialect("TBX-Basic", 3, "dca", _BASIC),
    "tbx-dct": Dialect("TBX-Basic", 3, "dct", _BASIC),
    "tbx-core": Dialect("TBX-Core", 3, "dca", frozenset()),
    "tbx2": Dialect("TBX-Basic", 2, "dca", _BASIC, _V2_POS),
    "tbx2-default": Dialect("TBX", 2, "dca", _BASIC, _V2_POS),
}
"""By the name that ``mtalign terms convert --format`` gives them."""


def write_note(key: str, value: str) -> str:
    """The text of a note that holds one of our columns.

    >>> write_note("dnt", "yes")
    'mtalign.dnt: yes'
    """
    return f"mtalign.{key}: {value}"


def read_note(text: str) -> tuple[str, str]:
    """Column and value of a note; the column is ``note`` for any that mtalign did not write.

    >>> read_note("mtalign.dnt: yes"), read_note("see also VAT")
    (('dnt', 'yes'), ('note', 'see also VAT'))
    """
    found = _NOTE.fullmatch(text)
    return (found[1], found[2]) if found else ("note", text)
