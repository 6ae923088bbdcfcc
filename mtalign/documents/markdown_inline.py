"""Inside a Markdown paragraph: what is text, what is markup.

The rules are those of CommonMark 0.31 with GitHub's strikethrough and bare links, read from raw
text in place, so that a paragraph's line ends and quote marks need no rewriting. Added to them:
footnote references, and the tags of template languages (``{{ … }}``, ``{% … %}``).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from mtalign.documents.lines import EOL
from mtalign.documents.markdown_emphasis import Run, pair_runs

_AFTER_EOL = r"[ \t>]*"
_TICKS = re.compile("`+")
_RUN = re.compile(r"\*+|_+|~+")
_SPECIAL = re.compile(r"[\\`<!\[\]*_~\r\n]|\{[{%]|(?:https?://|www\.)")
_ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")
_LINE_END = re.compile(EOL + _AFTER_EOL)
_HTML = re.compile(
    r"<(?:!--(?:>|->|.*?-->)|\?.*?\?>|![A-Za-z][^>]*>|!\[CDATA\[.*?\]\]>"
    r"|/[A-Za-z][A-Za-z0-9-]*\s*>"
    r"|[A-Za-z][A-Za-z0-9-]*"
    r"(?:\s+[A-Za-z_:][A-Za-z0-9_.:-]*(?:\s*=\s*(?:[^\s\"'=<>`]+|'[^']*'|\"[^\"]*\"))?)*\s*/?>)",
    re.DOTALL,
)
_AUTOLINK = re.compile(
    r"<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*"
    r"|[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9][A-Za-z0-9.-]*)>"
)
_BARE_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\[\]`|\\]+")
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_SPANNING = re.compile(r"<!--|<\?|<!\[CDATA\[|\{\{|\{%")
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]+\]")
_SPACES = rf"(?:{EOL}{_AFTER_EOL}|[ \t])*"
_TITLE = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\))"""
_TARGET_START = re.compile(rf"\({_SPACES}")
_TARGET_END = re.compile(rf"(?:(?=[ \t\r\n]){_SPACES}{_TITLE})?{_SPACES}\)", re.DOTALL)
_ANGLED = re.compile(r"<(?:[^<>\\\r\n]|\\.)*>")
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.)*)\]", re.DOTALL)
# As many parentheses as cmark lets a link's address nest; without end, they take time without end.
_DEEPEST = 32
_BLANK = re.compile(r"[\s>]+")


@dataclass(slots=True)
class Inline:
    """What a run of inline text holds besides text.

    :ivar codes: (start, end) of each piece of markup, ascending
    :ivar breaks: (start, end) of each line end that the author forces, ascending
    """

    codes: list[tuple[int, int]] = field(default_factory=list)
    breaks: list[tuple[int, int]] = field(default_factory=list)


def scan(text: str, start: int, end: int, labels: frozenset[str]) -> Inline:
    """Find the markup of ``text[start:end]``, one paragraph, heading or cell.

    :param labels: normalised labels of the document's link reference definitions
    """
    scanner = _Scanner(text, start, end, labels)
    at = start
    while special := _SPECIAL.search(text, at, end):
        at = special.start()
        at = _HANDLERS[text[at]](scanner, at)
    pair_runs(scanner.runs, 0, scanner.found.codes)
    scanner.found.codes.sort()
    return scanner.found


def normal_label(raw: str) -> str:
    """A link label as two labels are compared: white space and case aside."""
    return _BLANK.sub(" ", raw).strip().casefold()


@dataclass(slots=True)
class _Bracket:
    """An opening bracket that may begin a link or an image.

    :ivar runs: how many emphasis runs came before it
    """

    start: int
    end: int
    runs: int
    active: bool = True


@dataclass(slots=True)
class _Scanner:
    """What is known at some place of the text.

    :ivar line: start of the line, where it is not the first
    :ivar unclosed: lengths of backtick runs, and openings of spanning markup, that nothing closes
    """

    text: str
    start: int
    end: int
    labels: frozenset[str]
    found: Inline = field(default_factory=Inline)
    runs: list[Run] = field(default_factory=list)
    brackets: list[_Bracket] = field(default_factory=list)
    line: int = -1
    unclosed: set[int | str] = field(default_factory=set)

    def code(self, match: re.Match[str] | None, at: int) -> int:
        """Take a match as markup and pass it; pass one character if there is none."""
        if match is None:
            return at + 1
        self.found.codes.append(match.span())
        return match.end()

    def backslash(self, at: int) -> int:
        line_end = _LINE_END.match(self.text, at + 1, self.end)
        if line_end:
            self.found.breaks.append((at, line_end.end()))
            self.line = line_end.end()
            return self.line
        return at + 2 if _ESCAPED.match(self.text, at, self.end) else at + 1

    def line_end(self, at: int) -> int:
        match = _LINE_END.match(self.text, at, self.end)
        assert match is not None  # the text here is a line end
        first = at
        while first > self.start and self.text[first - 1] in " \t":
            first -= 1
        if self.text.endswith("  ", first, at):
            self.found.breaks.append((first, match.end()))
        self.line = match.end()
        return self.line

    def ticks(self, at: int) -> int:
        opening = _TICKS.match(self.text, at, self.end)
        assert opening is not None  # the text here is a backtick
        size = len(opening[0])
        if size not in self.unclosed:
            for closing in _TICKS.finditer(self.text, opening.end(), self.end):
                if len(closing[0]) == size:
                    self.found.codes.append((at, closing.end()))
                    return closing.end()
            self.unclosed.add(size)
        return opening.end()

    def angle(self, at: int) -> int:
        autolink = _AUTOLINK.match(self.text, at, self.end)
        return self.code(autolink, at) if autolink else self.spanning(_HTML, at)

    def template(self, at: int) -> int:
        return self.spanning(_TEMPLATE, at)

    def spanning(self, pattern: re.Pattern[str], at: int) -> int:
        """Take what may reach far as markup, without looking twice for an end that is not there."""
        opening = _SPANNING.match(self.text, at, self.end)
        if opening and opening[0] in self.unclosed:
            return at + 1
        match = pattern.match(self.text, at, self.end)
        if opening and match is None:
            self.unclosed.add(opening[0])
        return self.code(match, at)

    def bare_link(self, at: int) -> int:
        match = _BARE_LINK.match(self.text, at, self.end)
        before = self.text[at - 1] if at > self.start else " "
        if match is None or not (before.isspace() or before in "*_~(>"):
            return at + 1
        last = _trim_link(match[0])
        self.found.codes.append((at, at + last))
        return at + last

    def run(self, at: int) -> int:
        match = _RUN.match(self.text, at, self.end)
        assert match is not None  # the text here is a mark of emphasis
        last = match.end()
        before = self.text[at - 1] if at > self.start and at != self.line else " "
        after = self.text[last] if last < self.end else " "
        self.runs.append(Run.of(match[0], at, before, after))
        return last

    def bang(self, at: int) -> int:
        if not self.text.startswith("[", at + 1) or at + 1 >= self.end:
            return at + 1
        self.brackets.append(_Bracket(at, at + 2, len(self.runs)))
        return at + 2

    def bracket(self, at: int) -> int:
        footnote = _FOOTNOTE.match(self.text, at, self.end)
        if footnote:
            return self.code(footnote, at)
        self.brackets.append(_Bracket(at, at + 1, len(self.runs)))
        return at + 1

    def close(self, at: int) -> int:
        if not self.brackets:
            return at + 1
        opening = self.brackets.pop()
        last = self.target(opening, at) if opening.active else None
        if last is None:
            return at + 1
        self.found.codes += [(opening.start, opening.end), (at, last)]
        pair_runs(self.runs, opening.runs, self.found.codes)
        if opening.end - opening.start == 1:
            for earlier in self.brackets:  # No link holds another.
                earlier.active = earlier.active and earlier.end - earlier.start == 2
        return last

    def target(self, opening: _Bracket, at: int) -> int | None:
        """End of what makes a link of the brackets that close at ``at``, if anything does."""
        inline = self.inline_target(at + 1)
        if inline is not None:
            return inline
        label = _LABEL.match(self.text, at + 1, self.end)
        if label and label[1]:
            return label.end() if normal_label(label[1]) in self.labels else None
        own = _LABEL.fullmatch(self.text, opening.end - 1, at + 1)
        if own and normal_label(own[1]) in self.labels:
            return label.end() if label else at + 1
        return None

    def inline_target(self, at: int) -> int | None:
        opening = _TARGET_START.match(self.text, at, self.end)
        last = _destination(self.text, opening.end(), self.end) if opening else None
        closing = _TARGET_END.match(self.text, last, self.end) if last is not None else None
        return closing.end() if closing else None


_HANDLERS = {
    "\\": _Scanner.backslash,
    "`": _Scanner.ticks,
    "<": _Scanner.angle,
    "!": _Scanner.bang,
    "[": _Scanner.bracket,
    "]": _Scanner.close,
    "*": _Scanner.run,
    "_": _Scanner.run,
    "~": _Scanner.run,
    "\r": _Scanner.line_end,
    "\n": _Scanner.line_end,
    "{": _Scanner.template,
    "h": _Scanner.bare_link,
    "w": _Scanner.bare_link,
}


def _destination(text: str, at: int, end: int) -> int | None:
    """End of a link's address: in angle brackets, or without spaces and with even parentheses."""
    if text.startswith("<", at):
        angled = _ANGLED.match(text, at, end)
        return angled.end() if angled else None
    depth = 0
    while at < end:
        sign = text[at]
        if sign == "\\" and _ESCAPED.match(text, at, end):
            at += 1
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
        elif sign == " " or unicodedata.category(sign) == "Cc":
            break
        if not 0 <= depth <= _DEEPEST:
            break
        at += 1
    return at if depth <= 0 else None


def _trim_link(link: str) -> int:
    """Length of a bare link without the punctuation of the sentence around it."""
    last = len(link)
    while last:
        sign = link[last - 1]
        unpaired = sign == ")" and link.count(")", 0, last) > link.count("(", 0, last)
        if not unpaired and sign not in "?!.,:;*_~'\"":
            break
        last -= 1
    return last
