"""Lists with a column for each language: two-column TSV and CSV as vendors use, and wider ones.

The first line may name the languages (``it,en``), with Google's ``pos`` and ``description`` beside
them, or say ``source,target``; where it does not, the languages must be told. A row is a concept,
which takes the text of its first cell as its id: lists from several files then meet on their terms.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from mtalign.errors import FaultsError, MtalignError
from mtalign.terms.csvfile import csv_records, decode, language_tag
from mtalign.terms.exchange import Losses, Reading, Writing, raise_faults
from mtalign.terms.faults import term_faults
from mtalign.terms.pairs import Pair, pairs_of
from mtalign.terms.tbx_names import POS_FROM_TBX
from mtalign.terms.termbase import POS, Term, Termbase, default_case, serves

# Two letters, so that the pair "sci", "ski" is not taken for languages.
_CODE = re.compile(r"[A-Za-z]{2}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?")
_SIDES = ({"source", "target"}, {"source text", "target text"}, {"source term", "target term"})
_EXTRA = ("pos", "description")
_TELL = "Begin it with a line like it,en, or name the languages with --from and --to."


def header_languages(cells: Sequence[str], src: str = "", tgt: str = "") -> list[str] | None:
    """What each column holds, if this is a header line: languages, ``pos``, ``description``.

    >>> header_languages(["IT", "en-gb"]), header_languages(["sci", "ski"])
    (['it', 'en-GB'], None)
    """
    names = [cell.lower() for cell in cells]
    if src and tgt and len(names) == 2 and set(names) in _SIDES:
        return [src, tgt] if names[0].startswith("source") else [tgt, src]
    told = [lang for lang in (src, tgt) if lang]
    columns = []
    for name in names:
        if name in _EXTRA:
            columns.append(name)
        elif _CODE.fullmatch(name) or any(serves(name, lang) for lang in told):
            columns.append(language_tag(name))
        else:
            return None
    languages = [name for name in columns if name not in _EXTRA]
    return columns if len(languages) > 1 else None


def read_columns(data: bytes, where: str | Path, src: str = "", tgt: str = "") -> Reading:
    """Read a list of terms with a column a language.

    :param src: language of the first column, where the first line does not say
    :param tgt: language of the second
    :raises FaultsError: languages unknown, a row with too few or too many cells, an empty cell of
        two, a source term given twice, and whatever is wrong with a term; each with its line
    """
    reader = _Reader(where, src, tgt)
    reader.read(decode(data, where))
    raise_faults(reader.faults, reader.rows, where)
    return Reading("pairs", tuple(reader.rows), tuple(reader.losses))


class _Reader:
    def __init__(self, where: str | Path, src: str, tgt: str) -> None:
        self.rows: list[tuple[Term, int]] = []
        self.faults: list[MtalignError] = []
        self.losses = Losses()
        self._where, self._src, self._tgt = where, src, tgt
        self._seen: dict[str, tuple[int, list[str]]] = {}

    def read(self, text: str) -> None:
        columns: list[str] = []
        for line, cells in csv_records(text, self._fault):
            while len(cells) > 2 and len(cells) > len(columns or cells[:2]) and not cells[-1]:
                cells.pop()
            if not columns:
                found = header_languages(cells, self._src, self._tgt)
                columns = found or self._told(line, cells)
                if len(set(columns)) < len(columns):
                    self._fault(line, "two columns are of one language")
                if found:
                    self._check_told(line, found)
                    continue
            if len(cells) != len(columns):
                what = f"{len(cells)} cells, where {len(columns)} belong"
                self._fault(line, what, "A cell with a comma or a quote is put in quotes.")
            else:
                self._row(line, columns, cells)
        if not columns:
            raise FaultsError([MtalignError("the file is empty", where=self._where, line=1)])

    def _told(self, line: int, cells: Sequence[str]) -> list[str]:
        if not (self._src and self._tgt):
            what = "which languages the columns hold is not said"
            raise FaultsError([MtalignError(what, where=self._where, line=line, todo=_TELL)])
        if len(cells) != 2:
            what = f"{len(cells)} columns, and no line that names their languages"
            raise FaultsError([MtalignError(what, where=self._where, line=line, todo=_TELL)])
        return [self._src, self._tgt]

    def _check_told(self, line: int, columns: Sequence[str]) -> None:
        languages = [name for name in columns if name not in _EXTRA]
        for lang in filter(None, (self._src, self._tgt)):
            if not any(serves(name, lang) for name in languages):
                what = f"the first line names the languages {', '.join(languages)}, and not {lang}"
                todo = "If it holds terms, put a line like it,en above it."
                self._fault(line, what, todo)

    def _row(self, line: int, columns: Sequence[str], cells: Sequence[str]) -> None:
        named = list(zip(columns, cells, strict=True))
        extra = {name: cell for name, cell in named if name in _EXTRA}
        terms = [(lang, cell) for lang, cell in named if lang not in _EXTRA]
        filled = [(lang, cell) for lang, cell in terms if cell]
        if not filled or (len(terms) == 2 and len(filled) < 2):
            self._fault(line, "a term is empty")
            return
        concept_id = self._concept_id(line, filled[0][1], list(cells), pair=len(terms) == 2)
        if concept_id is None:
            return
        for lang, text in filled:
            term = Term(
                concept_id,
                lang,
                text,
                pos=self._pos(extra.get("pos", "")),
                case=default_case(text),
                note=extra.get("description", ""),
            )
            for fault in term_faults(term):
                self._fault(line, fault)
            self.rows.append((term, line))

    def _concept_id(self, line: int, text: str, cells: list[str], pair: bool) -> str | None:
        name, number = text, 1
        while name in self._seen:
            first, earlier = self._seen[name]
            if earlier == cells:
                self._fault(line, f'the row of "{text}" stands there twice, first on line {first}')
                return None
            if pair:
                what = f'"{text}" has two translations: "{earlier[1]}" on line {first}'
                todo = "Keep one row, or tell the meanings apart in a CSV with concept ids."
                self._fault(line, f'{what}, "{cells[1]}" here', todo)
                return None
            number += 1
            name = f"{text} ({number})"
        self._seen[name] = (line, cells)
        return name

    def _pos(self, text: str) -> str:
        pos = text if text in POS else POS_FROM_TBX.get(text.lower())
        if pos is None:
            self.losses.add(f"pos {text}", "read as other", kept=True)
        return pos or ("other" if pos is None else "")

    def _fault(self, line: int, what: str, todo: str | None = None) -> None:
        self.faults.append(MtalignError(what, where=self._where, line=line, todo=todo))


def format_pairs(
    termbase: Termbase, src: str, tgt: str, header: bool = True, suffix: str = ".tsv"
) -> Writing:
    """A termbase as a list of two columns.

    :param header: begin with a line that names the two languages
    :param suffix: ``.tsv`` for tabs, ``.csv`` for commas
    """
    losses = Losses()
    pairs = pairs_of(termbase, src, tgt, losses)
    first = [Pair(src, tgt)] if header else []
    data = delimited(([pair.src, pair.tgt] for pair in (*first, *pairs)), suffix)
    return Writing(data, tuple(losses), suffix)


def delimited(rows: Iterable[Sequence[str]], suffix: str) -> bytes:
    """Rows as TSV or CSV, in UTF-8 with line feeds, quoted where they must be.

    >>> delimited([["a", "b, c"]], ".csv").decode().strip()
    'a,"b, c"'
    """
    stream = io.StringIO(newline="")
    mark = "\t" if suffix == ".tsv" else ","
    csv.writer(stream, delimiter=mark, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode("utf-8")
