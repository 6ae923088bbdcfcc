"""Our reading of Markdown against markdown-it-py, a reference reader of CommonMark.

Text is compared with white space folded. Left out of the vocabulary is what markdown-it-py 4.3
reads otherwise than cmark, on which GitHub is built, or than the CommonMark text: an unfinished
link address at the end of a paragraph, tildes, a quote mark behind four columns of white space, a
backslash before a space, tables beside HTML or in a quote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.documents.texts import read

markdown_it = pytest.importorskip("markdown_it", reason="the reference reader is not installed")

SIGNS = (
    *(
        "a",
        "b",
        "yy",
        "word ",
        "è",
        "é*",
        "«",
        " ",
        "  ",
        "\n",
        "\n\n",
        "    ",
        "\t",
        ".",
        '"',
        "'",
    ),
    *("*", "**", "_", "`", "``", "[", "]", ")", "(u)", "[yy]", "![", "!", "\\", "&amp;", "&"),
    *("- ", "+ ", "1. ", "2) ", "# ", "##", "#", "===", "```\n", "~~~\n", "[yy]: u\n\n"),
)
APART = ("> ", "---", "<", "<b>", "</b>", "<!-- c -->", "<http://x.y>", "<div>\n", "<span>\n")
TABLES = ("\n\na|b\n-|-\n", "|", "|--|")
_MISREAD = re.compile(r"(    |\t)[ \t]*>|\\ |\\\\\|")


def reference(text: str) -> list[str]:
    """What markdown-it-py takes for text, a paragraph or line of one in each."""
    reader = markdown_it.MarkdownIt("commonmark").enable("table")
    inlines = [token.children or [] for token in reader.parse(text) if token.type == "inline"]
    return [part for children in inlines for part in _texts(children)]


def _texts(children: Sequence[Any]) -> list[str]:
    parts, within_autolink = [""], False
    for token in children:
        if token.type in ("link_open", "link_close") and token.info == "auto":
            within_autolink = token.type == "link_open"
        elif token.type == "text" and not within_autolink:
            parts[-1] += token.content
        elif token.type == "softbreak":
            parts[-1] += " "
        elif token.type == "hardbreak":
            parts.append("")
        elif token.type == "image":
            first, *rest = _texts(token.children or [])
            parts[-1] += first
            parts += rest
    return parts


def folded(texts: Sequence[str]) -> list[str]:
    return [" ".join(text.split()) for text in texts if text.strip()]


@pytest.mark.parametrize("signs", [SIGNS + APART, SIGNS + TABLES], ids=["plain", "tables"])
@settings(max_examples=300)
@given(data=st.data())
def test_text_and_markup_are_told_apart_as_the_reference_does(
    signs: tuple[str, ...], data: st.DataObject
) -> None:
    text = "".join(data.draw(st.lists(st.sampled_from(signs), max_size=12)))
    assume(not _MISREAD.search(text))
    ours = [block.text for block in read(text, "a.md").blocks]
    assert folded(ours) == folded(reference(text))
