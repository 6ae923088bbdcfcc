"""Glossaries as four translation services take them, within the limits that they publish.

What goes over a limit is left out and counted, never cut short. Sources, as their pages stood in
2025 and 2026:

DeepL
    developers.deepl.com/docs/api-reference/glossaries: 10 MiB (10,485,760 bytes) a glossary, 1,024
    UTF-8 bytes a text, one direction; developers.deepl.com/docs/customize/managing-glossaries: CSV
    and TSV, quoting as in CSV. That a source may stand once and that control characters are
    refused is checked by DeepL's own client (deepl-node, ``glossaryEntries.ts``).
Google Cloud Translation
    docs.cloud.google.com/translate/docs/glossary and the reference of ``GlossaryInputConfig``:
    unidirectional TSV or CSV of two columns without a header; equivalent term sets as CSV whose
    header names the languages; single words or phrases, "usually fewer than five words".
    Reference of ``projects.locations.glossaries``: 10 million code points a glossary. A limit on
    the length of one term could not be confirmed and is not checked.
Amazon Translate
    docs.aws.amazon.com/translate/latest/dg/what-is-limits.html: 10 MB a file, 10 target languages,
    200 bytes a text; .../creating-custom-terminology.html: CSV, TSV or TMX, the first language the
    source where the directionality is UNI; any where it is MULTI; matching is case-sensitive.
    10 MB is taken as 10,000,000 bytes here, the smaller reading: the API reference says 10,485,760.
Microsoft Translator
    learn.microsoft.com/azure/ai-services/translator/document-translation/how-to-guides/
    create-use-glossaries: TSV of two columns without a header, one to one, the same text twice to
    keep it untranslated; .../translator/dynamic-dictionary: markup in the request, English on one
    side, "safe only for compound nouns like proper names and product names". Limits on the size
    of a glossary could not be confirmed and are not checked.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from mtalign.errors import MtalignError
from mtalign.terms.columns import delimited
from mtalign.terms.exchange import Losses, Writing
from mtalign.terms.pairs import pairs_of, rows_of
from mtalign.terms.termbase import Termbase, serves

_MANY_WORDS = 5
_NOUNS = ("", "n", "propn")
_AMAZON_TARGETS = 10


@dataclass(frozen=True)
class Limits:
    """What one service takes.

    :ivar text_bytes: UTF-8 bytes of one text; 0 where no limit is known
    :ivar file_size: of the whole file, in bytes, or in code points with ``points``
    """

    service: str
    text_bytes: int = 0
    file_size: int = 0
    points: bool = False


DEEPL = Limits("DeepL", text_bytes=1024, file_size=10_485_760)
GOOGLE = Limits("Google", file_size=10_000_000, points=True)
AMAZON = Limits("Amazon", text_bytes=200, file_size=10_000_000)
MICROSOFT = Limits("Microsoft")


def deepl(termbase: Termbase, src: str, tgt: str, suffix: str = ".tsv") -> Writing:
    """Two columns in one direction, no header."""
    return _two_columns(termbase, src, tgt, suffix, DEEPL)


def google(termbase: Termbase, src: str, tgt: str, suffix: str = ".csv") -> Writing:
    """A unidirectional glossary: two columns, no header."""
    return _two_columns(termbase, src, tgt, suffix, GOOGLE)


def microsoft(termbase: Termbase, src: str, tgt: str, suffix: str = ".tsv") -> Writing:
    """A glossary for document translation: two columns, no header."""
    return _two_columns(termbase, src, tgt, suffix, MICROSOFT)


def google_set(termbase: Termbase, languages: Sequence[str]) -> Writing:
    """An equivalent term set: a column a language, named by the header; any direction."""
    losses = Losses()
    kept = _within(rows_of(termbase, languages, losses), GOOGLE, losses, [list(languages)])
    _count_long(kept[1:], losses)
    return Writing(delimited(kept, ".csv"), tuple(losses), ".csv")


def amazon(termbase: Termbase, languages: Sequence[str], multi: bool = False) -> Writing:
    """A custom terminology as CSV; the first language is the source, unless ``multi``.

    :param multi: for directionality MULTI, in which no text may stand twice in a column
    """
    losses = Losses()
    rows = _amazon_rows(termbase, languages, multi, losses)
    kept = _within(rows, AMAZON, losses, [list(languages)])
    return Writing(delimited(kept, ".csv"), tuple(losses), ".csv")


def amazon_tmx(termbase: Termbase, languages: Sequence[str]) -> Writing:
    """A custom terminology as TMX 1.4; the first language is the source."""
    losses = Losses()
    rows = _amazon_rows(termbase, languages, False, losses)
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n'
        '<header creationtool="mtalign" creationtoolversion="1" datatype="PlainText" '
        f'segtype="phrase" adminlang="en" srclang={quoteattr(languages[0])} o-tmf="mtalign"/>\n'
        "<body>\n"
    )
    tail = "</body>\n</tmx>\n"

    def unit(row: Sequence[str]) -> str:
        texts = zip(languages, row, strict=True)
        inner = "".join(
            f"<tuv xml:lang={quoteattr(lang)}><seg>{escape(text)}</seg></tuv>"
            for lang, text in texts
            if text
        )
        return f"<tu>{inner}</tu>\n"

    kept = _within(rows, AMAZON, losses, [], lambda row: unit(row), head + tail)
    data = "".join((head, *map(unit, kept), tail)).encode("utf-8")
    return Writing(data, tuple(losses), ".tmx")


def microsoft_dictionary(termbase: Termbase, src: str, tgt: str) -> Writing:
    """Dynamic dictionary: each source term, a tab, and the markup to put in its place.

    :raises MtalignError: neither language is English
    """
    if not (serves("en", src) or serves("en", tgt)):
        what = "Microsoft's dynamic dictionary takes English and one other language"
        raise MtalignError(what, todo="Use the format microsoft, for document translation.")
    losses = Losses()
    pairs = pairs_of(termbase, src, tgt, losses)
    nouns = [pair for pair in pairs if pair.pos in _NOUNS]
    why = "Microsoft says its dictionary is safe only for nouns, such as names"
    losses.add("pair that is not a noun", why, count=len(pairs) - len(nouns))
    tag = "mstrans:dictionary"
    rows = [
        [pair.src, f"<{tag} translation={quoteattr(pair.tgt)}>{escape(pair.src)}</{tag}>"]
        for pair in nouns
    ]
    data = "".join(f"{one}\t{other}\n" for one, other in rows).encode("utf-8")
    return Writing(data, tuple(losses), ".tsv")


def _two_columns(termbase: Termbase, src: str, tgt: str, suffix: str, limits: Limits) -> Writing:
    losses = Losses()
    rows = [[pair.src, pair.tgt] for pair in pairs_of(termbase, src, tgt, losses)]
    kept = _within(rows, limits, losses, [], lambda row: delimited([row], suffix).decode())
    if limits is GOOGLE:
        _count_long(kept, losses)
    return Writing(delimited(kept, suffix), tuple(losses), suffix)


def _amazon_rows(
    termbase: Termbase, languages: Sequence[str], multi: bool, losses: Losses
) -> list[list[str]]:
    if len(languages) - 1 > _AMAZON_TARGETS:
        what = f"{len(languages) - 1} target languages; Amazon takes {_AMAZON_TARGETS}"
        raise MtalignError(what, todo="Name one with --to.")
    if len(languages) == 2 and not multi:
        return [
            [one.src, one.tgt] for one in pairs_of(termbase, languages[0], languages[1], losses)
        ]
    rows = rows_of(termbase, languages, losses)
    sourced = [row for row in rows if row[0] or multi]
    why = f"it has no {languages[0]} term"
    losses.add("concept", why, count=len(rows) - len(sourced))
    return _unique(sourced, range(len(languages)) if multi else range(1), losses)


def _unique(rows: Iterable[list[str]], columns: Iterable[int], losses: Losses) -> list[list[str]]:
    """Rows whose texts in ``columns`` no earlier row has in the same column."""
    seen: set[tuple[int, str]] = set()
    numbers, kept = tuple(columns), []
    for row in rows:
        texts = {(number, row[number]) for number in numbers if row[number]}
        if texts & seen:
            losses.add("row", "another concept has one of its terms too")
        else:
            seen |= texts
            kept.append(row)
    return kept


def _within(
    rows: Iterable[Sequence[str]],
    limits: Limits,
    losses: Losses,
    header: Sequence[Sequence[str]],
    show: Callable[[Sequence[str]], str] = lambda row: delimited([row], ".csv").decode(),
    around: str = "",
) -> list[Sequence[str]]:
    """The header, and the rows that a service takes.

    :param show: a row as it will be written, to measure the file by
    :param around: what else the file holds
    """
    kept: list[Sequence[str]] = list(header)
    size = sum(_size(show(row), limits) for row in header) + _size(around, limits)
    for row in rows:
        longest = max(len(text.encode("utf-8")) for text in row)
        if any(unicodedata.category(char) in ("Cc", "Cn", "Zl", "Zp") for char in "".join(row)):
            losses.add("row", f"a character that {limits.service} may refuse")
        elif limits.text_bytes and longest > limits.text_bytes:
            why = f"over {limits.service}'s limit of {limits.text_bytes} bytes a text"
            losses.add("row", why)
        elif limits.file_size and size + _size(show(row), limits) > limits.file_size:
            unit = "characters" if limits.points else "bytes"
            why = f"the file would be over {limits.service}'s limit of {limits.file_size} {unit}"
            losses.add("row", why)
        else:
            size += _size(show(row), limits)
            kept.append(row)
    return kept


def _size(text: str, limits: Limits) -> int:
    return len(text) if limits.points else len(text.encode("utf-8"))


def _count_long(rows: Iterable[Sequence[str]], losses: Losses) -> None:
    count = sum(any(len(text.split()) >= _MANY_WORDS for text in row) for row in rows)
    why = "five words or more; Google says terms usually have fewer"
    losses.add("long term", why, kept=True, count=count)
