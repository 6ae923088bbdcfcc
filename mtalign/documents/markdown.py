"""Markdown: read by ``markdown_parse``, written by ``markdown_write``."""

from mtalign.documents.markdown_parse import parse, unit
from mtalign.documents.markdown_write import renderer

__all__ = ["parse", "renderer", "unit"]
