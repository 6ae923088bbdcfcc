"""Arbitrary files of every format, and arbitrary translations, for the property tests."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from mtalign.documents.options import DEFAULTS, Options
from mtalign.documents.read import read_bytes
from mtalign.documents.write import Rendering
from mtalign.records import Document

# Signs that other programs take for line ends, and what else trips readers up.
ODD = "\x00\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\ufeff\u00a0\u3000\t \u0301\U0001f600"
EOLS = st.sampled_from(["\n", "\r\n", "\r"])
_BOMS = st.sampled_from(["", "\ufeff"])

any_character = st.one_of(
    st.sampled_from("abè 1,;|\"'\\/"),
    st.sampled_from(ODD),
    st.characters(exclude_categories=["Cs"]),
)
in_line = any_character.filter(lambda sign: sign not in "\r\n")
lines = st.text(in_line, max_size=8)


def read(text: str, name: str, options: Options = DEFAULTS) -> Document:
    """The document that a file with this content is."""
    return read_bytes(text.encode("utf-8"), "it", options, name)


@st.composite
def plain_files(draw: st.DrawFn) -> str:
    """Lines with any mixture of line ends, with and without a last one."""
    return draw(_BOMS) + "".join(draw(st.lists(st.one_of(lines, EOLS), max_size=12)))


@st.composite
def csv_files(draw: st.DrawFn, delimiters: str = ",;|\t") -> str:
    """Even tables, every cell quoted or not as it needs or as chance has it."""
    mark, eol = draw(st.sampled_from(delimiters)), draw(EOLS)
    width = draw(st.integers(2, 4))

    def cell(value: str) -> str:
        if draw(st.booleans()) or any(sign in value for sign in '\r\n",;|\t'):
            return '"' + value.replace('"', '""') + '"'
        return value

    rows = draw(
        st.lists(st.lists(st.text(any_character, max_size=6), min_size=width, max_size=width))
    )
    head = mark.join(f"c{number}" for number in range(width))
    body = eol.join([head, *(mark.join(cell(value) for value in row) for row in rows)])
    return draw(_BOMS) + body + draw(st.sampled_from(["", eol]))


@st.composite
def tsv_files(draw: st.DrawFn) -> str:
    """Tables of a record a line, where a quote is a sign like any other."""
    eol, width = draw(EOLS), draw(st.integers(2, 4))
    cells = lines.map(lambda text: text.replace("\t", ""))
    rows = draw(st.lists(st.lists(cells, min_size=width, max_size=width)))
    head = "\t".join(f"c{number}" for number in range(width))
    body = eol.join([head, *("\t".join(row) for row in rows)])
    return draw(_BOMS) + body + draw(st.sampled_from(["", eol]))


_scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(any_character))
_values = st.recursive(
    _scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abt."), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def jsonl_files(draw: st.DrawFn) -> str:
    """Records with the field ``t``, spaced and escaped in any way JSON allows."""
    parts = [draw(_BOMS)]
    for _ in range(draw(st.integers(0, 4))):
        record = draw(st.dictionaries(st.text(max_size=3), _values, max_size=3))
        record["t"] = draw(st.one_of(_values, st.text(any_character)))
        ascii_only = draw(st.booleans())
        spaces = draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,\t", "\t: ")]))
        parts.append(json.dumps(record, ensure_ascii=ascii_only, separators=spaces))
        parts.append(draw(EOLS))
    if draw(st.booleans()):
        parts.append('{"t": "fine \\ud800 \\/ \\u00e8"}')
    return "".join(parts)


_SIGNS = (
    *("a", "b", "è", "parola ", " ", "  ", "\n", "\n\n", "\r\n", "\r", "*", "**", "_", "__", "`"),
    *("``", "~~", "~", "[", "](", "](u)", "](u 't')", "[yy]", "[yy][]", "[^n]", "![", ")", "\\"),
    *("\\*", "<", "<b>", "</b>", "<br>", "<!-- c -->", "<http://x.y>", "https://x.y/z", "&amp;"),
    *("&nbsp;", "&", "> ", ">", "- ", "1. ", "12) ", "# ", " #", "---\n", "===", "```\n", "$$\n"),
    *(
        "    ",
        "\t",
        "|",
        "|--|",
        "\n\na|b\n-|-\n",
        "\n\n[yy]: u\n\n",
        "[^n]: ",
        "<div>\n",
        "{{ x }}",
    ),
    *(
        "!",
        '"',
        "'",
        ".",
        ",",
        "+ ",
        "[ ] ",
        "[!NOTE]\n",
        ":::",
        "!!! note\n",
        "\x0b",
        "\u2028",
        "中文",
    ),
)


@st.composite
def markdown_files(draw: st.DrawFn) -> str:
    """Anything made of what Markdown gives a meaning to, and of what it does not."""
    parts = draw(st.lists(st.one_of(st.sampled_from(_SIGNS), lines), max_size=16))
    return draw(_BOMS) + draw(st.sampled_from(["", "---\nk: v\n---\n"])) + "".join(parts)


FILES = {
    "text": ("a.txt", plain_files(), DEFAULTS),
    "lines": ("-", plain_files(), Options(format="lines")),
    "csv": ("a.csv", csv_files(), Options(columns=("2", "c0"))),
    "tsv": ("a.tsv", tsv_files(), Options(columns=("2", "c0"))),
    "quoted tsv": ("a.tsv", csv_files(delimiters="\t"), Options(columns=("2", "c0"))),
    "jsonl": ("a.jsonl", jsonl_files(), Options(fields=("t",))),
    "markdown": ("a.md", markdown_files(), DEFAULTS),
}

translations = st.one_of(
    st.text(any_character, max_size=12),
    st.lists(st.sampled_from(_SIGNS), max_size=5).map("".join),
    st.sampled_from(["Il mondo è bello.", "parole del testo", "x"]),
)


@st.composite
def renderings(draw: st.DrawFn, document: Document) -> list[Rendering]:
    """A translation of each block, its codes anywhere."""
    made = []
    for block in document.blocks:
        text = draw(translations)
        place = st.integers(0, len(text))
        made.append(Rendering(text, tuple(draw(place) for _ in block.codes)))
    return made
