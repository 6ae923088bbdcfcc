"""The blocks of a Markdown file: where its paragraphs, headings and table cells lie.

The block rules of CommonMark 0.31 with GitHub's tables, read line by line and in place. Added to
them: front matter, footnote definitions, alert lines (``[!NOTE]``), directives (``:::``, ``!!!``,
``???``) and blocks of mathematics (``$$``), which are common in documentation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mtalign.documents.lines import BOM, EOL, trimmed
from mtalign.documents.markdown_inline import normal_label

# A rule that opens a file is taken for front matter only if a key follows it at once.
_FRONT = re.compile(
    rf"""(---|\+\+\+)[ \t]*{EOL}(?:(?=#|["'\w.-]+[ \t]*[:=]).*?{EOL})??"""
    rf"(?:\1|\.\.\.)[ \t]*(?:{EOL}|\Z)",
    re.DOTALL,
)
_LINE = re.compile(rf"[^\r\n]*(?:{EOL}|\Z)")
_HEADING = re.compile(r"#{1,6}(?=[ \t]|$)")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")
_RULE = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_FENCE = re.compile(r"(`{3,})[^`]*$|(~{3,}).*$|(\$\$)[ \t]*$")
_BULLET = re.compile(r"([-+*]|(\d{1,9})[.)])(?=[ \t]|$)")
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]+\]:[ \t]*")
_ALERT = re.compile(r"\[![A-Za-z]+\][ \t]*$")
_DIRECTIVE = re.compile(r":{3,}.*$")
_ADMONITION = re.compile(r"(?:!!!|\?\?\?\+?)[ \t]+\w.*$")
_DELIMITER_ROW = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_BAR = re.compile(r"\\[!-/:-@\[-`{-~]|\|")
_TASK = re.compile(r"\[[ xX]\][ \t]+")

_TAG_NAMES = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|"
    "dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|"
    "header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|"
    "param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul"
)
_VALUE = r"[ \t]*=[ \t]*(?:[^\s\"'=<>`]+|'[^']*'|\"[^\"]*\")"
_OPENING_TAG = rf"[A-Za-z][A-Za-z0-9-]*(?:[ \t]+[A-Za-z_:][\w.:-]*(?:{_VALUE})?)*[ \t]*/?"
_WHOLE_TAG = rf"<(?:{_OPENING_TAG}|/[A-Za-z][A-Za-z0-9-]*[ \t]*)>[ \t]*$"
# What opens a block of HTML, and what ends it; None for a blank line.
HTML_BLOCKS = tuple(
    (re.compile(opening, re.IGNORECASE), re.compile(ending, re.IGNORECASE) if ending else None)
    for opening, ending in (
        (r"<(?:script|pre|style|textarea)(?:[\s>]|$)", r"</(?:script|pre|style|textarea)>"),
        (r"<!--", r"-->"),
        (r"<\?", r"\?>"),
        (r"<![A-Za-z]", r">"),
        (r"<!\[CDATA\[", r"\]\]>"),
        (rf"</?(?:{_TAG_NAMES})(?:[ \t]|/?>|$)", None),
        (_WHOLE_TAG, None),
    )
)

_GAP = rf"[ \t]*(?:{EOL}[ \t>]*)?"
_DEFINITION = re.compile(
    r"\[(?!\^)((?:[^\[\]\\]|\\.)+)\]:"
    rf"{_GAP}(?:<[^<>\r\n]*>|[^\s<]\S*)"
    rf"(?:(?:[ \t]|(?={EOL})){_GAP}"
    r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)))?"""
    rf"[ \t]*(?:{EOL}[ \t>]*|\Z)",
    re.DOTALL,
)

# A container is the number of columns that its lines are indented by; a quote has marks instead.
_QUOTE = 0
_INDENT = 4
_DEEPEST = 100


@dataclass(slots=True)
class Layout:
    """Where the inline text of a Markdown file lies.

    :ivar leaves: (start, end) of each paragraph, heading and cell, ascending
    :ivar labels: normalised labels of its link reference definitions
    """

    leaves: list[tuple[int, int]] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)


def layout(text: str) -> Layout:
    """Read a whole file."""
    reader = _Reader(text)
    at = int(text.startswith(BOM))
    front = _FRONT.match(text, at)
    at = front.end() if front else at
    while at < len(text):
        match = _LINE.match(text, at)
        assert match is not None  # it matches any line
        reader.line(_Cursor(text, at, at + len(match[0].rstrip("\r\n"))))
        at = match.end()
    reader.close()
    return reader.layout


class _Cursor:
    """A place in a line that counts columns, since a tab reaches to the next multiple of four."""

    __slots__ = ("at", "column", "end", "spare", "text")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.at, self.end = text, start, end
        self.column = self.spare = 0

    def indent(self) -> tuple[int, int]:
        """Columns of white space from here on, and the place after them."""
        column, at = self.column, self.at
        while at < self.end and self.text[at] in " \t":
            column += 1 if self.text[at] == " " else 4 - column % 4
            at += 1
        return self.spare + column - self.column, at

    def skip(self, columns: int) -> None:
        """Pass so many columns of white space, or as many as there are."""
        while columns:
            if self.spare:
                self.spare -= 1
                columns -= 1
                continue
            if self.at >= self.end or self.text[self.at] not in " \t":
                return
            width = 1 if self.text[self.at] == " " else 4 - self.column % 4
            self.at += 1
            self.column += width
            self.spare = width

    def jump(self, at: int) -> None:
        """Pass to a later place; tabs only in what the indentation covers."""
        indent, first = self.indent()
        self.column += indent - self.spare + at - first
        self.at, self.spare = at, 0


@dataclass(slots=True)
class _Paragraph:
    """Raw text that may go on.

    :ivar last: start of its last line
    :ivar before: end of the line before that
    """

    start: int
    end: int
    last: int
    before: int


@dataclass(frozen=True, slots=True)
class _Verbatim:
    """A block to leave alone until a line holds ``ending``; until a blank line if that is None.

    :ivar fence: whether the ending must begin its line
    """

    ending: re.Pattern[str] | None
    fence: bool = False


class _Reader:
    """Keeps what is open from one line to the next.

    :ivar table: number of columns of the table that is open; 0 where none is
    :ivar bare: whether the last line opened a list item and put nothing in it
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.layout = Layout()
        self.containers: list[int] = []
        self.paragraph: _Paragraph | None = None
        self.verbatim: _Verbatim | None = None
        self.table = 0
        self.bare = False

    def line(self, cursor: _Cursor) -> None:
        """Take in one line."""
        matched = self._continued(cursor)
        if self.verbatim and matched == len(self.containers):
            self._verbatim_line(self.verbatim, cursor)
            return
        self.verbatim = None
        if self.bare and matched == len(self.containers) and cursor.indent()[1] >= cursor.end:
            matched -= 1  # A list item begins with one blank line at most.
        self.bare = False
        self._open(cursor, matched)

    def close(self, matched: int = 0) -> None:
        """Close what is open, but for that many containers."""
        if self.paragraph is not None:
            self._leaf(self._definitions(self.paragraph), self.paragraph.end)
        self.paragraph, self.verbatim, self.table = None, None, 0
        del self.containers[matched:]

    def _continued(self, cursor: _Cursor) -> int:
        """Pass the marks of the containers that go on in this line; how many there are."""
        for number, container in enumerate(self.containers):
            indent, at = cursor.indent()
            if container == _QUOTE:
                if indent > 3 or at >= cursor.end or self.text[at] != ">":
                    return number
                cursor.jump(at + 1)
                cursor.skip(1)
            elif at < cursor.end:
                if indent < container:
                    return number
                cursor.skip(container)
        return len(self.containers)

    def _verbatim_line(self, block: _Verbatim, cursor: _Cursor) -> None:
        indent, at = cursor.indent()
        if block.ending is None:
            done = at >= cursor.end
        elif block.fence:
            done = indent < 4 and block.ending.match(self.text, at, cursor.end) is not None
        else:
            done = block.ending.search(self.text, at, cursor.end) is not None
        if done:
            self.verbatim = None

    def _open(self, cursor: _Cursor, matched: int) -> None:
        """Open what this line opens, or go on with the paragraph or table."""
        while True:
            indent, at = cursor.indent()
            if at >= cursor.end:
                self.close(matched)
                return
            if indent >= 4:
                if self.paragraph is not None:
                    self._extend(self.paragraph, at, cursor.end)
                else:
                    self.close(matched)
                return
            within = self.paragraph is not None and matched == len(self.containers)
            width = self._container(cursor, indent, at, within)
            if width is None:
                break
            self.close(matched)
            self.containers.append(width)
            matched += 1
        if not self._block(at, cursor.end, matched):
            self._text_line(at, cursor.end, matched)

    def _container(self, cursor: _Cursor, indent: int, at: int, within: bool) -> int | None:
        """Pass the mark of a container that begins here; None if none does.

        :param within: whether the line would otherwise go on with a paragraph, which only some
            lists may interrupt
        """
        text, end = self.text, cursor.end
        if len(self.containers) >= _DEEPEST:
            return None
        if text[at] == ">":
            cursor.jump(at + 1)
            cursor.skip(1)
            return _QUOTE
        if footnote := _FOOTNOTE.match(text, at, end):
            cursor.jump(footnote.end())
            return _INDENT
        if not within and _ADMONITION.match(text, at, end):
            cursor.jump(end)
            return _INDENT
        bullet = _BULLET.match(text, at, end)
        if bullet is None or _RULE.match(text, at, end):
            return None
        empty = not text[bullet.end() : end].strip(" \t")
        if within and (empty or (bullet[2] and int(bullet[2]) != 1)):
            return None
        self.bare = empty
        cursor.jump(bullet.end())
        gap = cursor.indent()[0]
        # Five columns or more: one of them parts the mark from a block of indented code.
        gap = 1 if empty or gap > 4 else gap
        cursor.skip(gap)
        return indent + len(bullet[0]) + gap

    def _block(self, at: int, end: int, matched: int) -> bool:
        """Take the line as anything but text, if it is that."""
        text = self.text
        if heading := _HEADING.match(text, at, end):
            self.close(matched)
            self._leaf(heading.end(), heading.end() + len(_heading_text(text[heading.end() : end])))
            return True
        if matched == len(self.containers) and self.paragraph is not None:
            if _UNDERLINE.match(text, at, end) and self._underline(self.paragraph):
                return True
            if self._delimiter_row(self.paragraph, at, end):
                return True
        verbatim = self._verbatim_start(at, end)
        if verbatim or _RULE.match(text, at, end) or _DIRECTIVE.match(text, at, end):
            self.close(matched)
            self.verbatim = verbatim
            if verbatim and not verbatim.fence and verbatim.ending:
                self._verbatim_line(verbatim, _Cursor(text, at, end))
            return True
        return False

    def _verbatim_start(self, at: int, end: int) -> _Verbatim | None:
        if fence := _FENCE.match(self.text, at, end):
            marks = re.escape(fence[1] or fence[2] or fence[3])
            more = "" if fence[3] else f"{marks[-1]}*"
            return _Verbatim(re.compile(rf"{marks}{more}[ \t]*$"), fence=True)
        if self.text[at] == "<":
            for opening, ending in HTML_BLOCKS:
                if opening.match(self.text, at, end):
                    # Any other tag may stand in the middle of a paragraph.
                    whole_tag = opening is HTML_BLOCKS[-1][0]
                    return None if whole_tag and self.paragraph else _Verbatim(ending)
        return None

    def _underline(self, paragraph: _Paragraph) -> bool:
        """Close the paragraph as a heading, unless it only defines links."""
        start = self._definitions(paragraph)
        self._leaf(start, paragraph.end)
        self.paragraph = None
        return start < paragraph.end

    def _delimiter_row(self, paragraph: _Paragraph, at: int, end: int) -> bool:
        """Take the paragraph's last line as the head of a table, if this line makes it one."""
        text = self.text
        bar = text.find("|", paragraph.last, paragraph.end)
        if bar < 0 or not _DELIMITER_ROW.match(text, at, end):
            return False
        head = _cells(text, paragraph.last, paragraph.end)
        if len(head) != len(_cells(text, at, end)):
            return False
        if paragraph.last > paragraph.start:
            paragraph.end = paragraph.before
            self._leaf(self._definitions(paragraph), paragraph.end)
        for cell in head:
            self._leaf(*cell)
        self.paragraph, self.table = None, len(head)
        return True

    def _text_line(self, at: int, end: int, matched: int) -> None:
        if self.paragraph is not None:
            self._extend(self.paragraph, at, end)
            return
        if self.table and matched == len(self.containers):
            for cell in _cells(self.text, at, end)[: self.table]:
                self._leaf(*cell)
            return
        self.close(matched)
        container = self.containers[-1] if self.containers else None
        if container == _QUOTE and _ALERT.match(self.text, at, end):
            return
        task = _TASK.match(self.text, at, end) if container else None
        self.paragraph = _Paragraph(task.end() if task else at, end, at, at)

    def _extend(self, paragraph: _Paragraph, at: int, end: int) -> None:
        paragraph.before, paragraph.last, paragraph.end = paragraph.end, at, end

    def _definitions(self, paragraph: _Paragraph) -> int:
        """Note the links that the paragraph begins by defining; the place after them."""
        at = paragraph.start
        while match := _DEFINITION.match(self.text, at, paragraph.end):
            label = normal_label(match[1])
            if not label:
                break
            self.layout.labels.add(label)
            at = match.end()
        return at

    def _leaf(self, start: int, end: int) -> None:
        start, end = trimmed(self.text, start, end, " \t")
        if start < end:
            self.layout.leaves.append((start, end))


def _heading_text(content: str) -> str:
    """A heading's content without the marks that may close it, which stand apart."""
    bare = content.rstrip(" \t").rstrip("#")
    return bare if not bare or bare[-1] in " \t" else content


def _cells(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans between the bars of a row, the outer bars left out."""
    start, end = trimmed(text, start, end, " \t")
    start += text.startswith("|", start)
    spans, at = [], start
    for mark in _BAR.finditer(text, start, end):
        if mark[0] == "|":
            spans.append((at, mark.start()))
            at = mark.end()
    return spans if at >= end and spans else [*spans, (at, end)]
