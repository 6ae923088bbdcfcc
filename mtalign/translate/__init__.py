"""Segments and term matches become hypotheses, the terms enforced."""

from mtalign.translate.engine import ENGINES, Decoded, Engine, open_engine
from mtalign.translate.settings import TranslateSettings
from mtalign.translate.translator import Request, Translator

__all__ = [
    "ENGINES",
    "Decoded",
    "Engine",
    "Request",
    "TranslateSettings",
    "Translator",
    "open_engine",
]
