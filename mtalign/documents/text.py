"""Plain text: one block per line that holds anything but white space.

The format ``lines`` reads the same way; those who use it take each block as one segment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mtalign.documents.lines import BOM, FILLED
from mtalign.documents.options import Options
from mtalign.documents.units import Renderer
from mtalign.records import Block, Document


def parse(text: str, options: Options) -> Iterator[Block]:
    """Blocks of a plain text, without the white space around them."""
    for match in FILLED.finditer(text, text.startswith(BOM)):
        line = match.group()
        bare = line.strip()
        if bare:
            start = match.start() + len(line) - len(line.lstrip())
            yield Block(start, start + len(bare), bare)


def renderer(document: Document) -> Renderer:
    """Plain text needs no escapes."""
    return _render


def _render(block: Block, text: str, offsets: Sequence[int]) -> str:
    return text
