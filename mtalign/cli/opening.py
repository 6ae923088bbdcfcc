"""Command-line arguments become a translator: model, engine, termbase, cache."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mtalign.home import cache_home
from mtalign.models import find_model
from mtalign.records import TermMatch
from mtalign.segment import soft_split
from mtalign.terms import Matcher, Termbase, read_termbase
from mtalign.translate import TranslateSettings, Translator, open_engine
from mtalign.translate.cache import Cache

CACHE_FILE = "translations.sqlite"


@dataclass(frozen=True)
class Direction:
    """A translator with the matcher of its source side.

    :ivar match: term matches of a source text; always empty without a termbase
    """

    src: str
    tgt: str
    model: str
    translator: Translator
    match: Callable[[str], tuple[TermMatch, ...]]


def read_terms(args: argparse.Namespace) -> Termbase | None:
    """The termbase the arguments name, or None."""
    if args.termbase is None:
        return None
    return read_termbase(args.termbase, args.src, args.tgt)


def open_cache(args: argparse.Namespace, default: bool) -> Cache | None:
    """The cache the arguments name, the user's own where ``default``, or None."""
    if args.no_cache or (args.cache is None and not default):
        return None
    return Cache(cache_place(args))


def open_direction(
    args: argparse.Namespace,
    termbase: Termbase | None,
    cache: Cache | None,
    back: bool = False,
) -> Direction:
    """Load what translates from ``args.src`` to ``args.tgt``, or back.

    :raises MtalignError: a model that is not there, does not fit or does not load
    """
    src, tgt = (args.tgt, args.src) if back else (args.src, args.tgt)
    settings = TranslateSettings(
        engine=args.engine,
        beam=args.beam,
        quantization=args.weights,
        device=args.device,
        threads=args.threads,
    )
    model = find_model(args.back_model if back else args.model, src, tgt)
    engine = open_engine(model, tgt, settings)
    translator = Translator(
        engine=engine,
        signed={
            "model": f"{model.name}@{model.fingerprint}",
            "to": tgt,
            **settings.signed(),
            "engine": engine.version,
        },
        cut=soft_split,
        max_pieces=settings.max_pieces,
        cache=cache,
    )
    if termbase is None:
        return Direction(src, tgt, model.name, translator, lambda text: ())
    matcher, concepts = Matcher(termbase, src, tgt), termbase.by_id
    translator.terms = termbase.signature
    translator.find_forms = matcher.find_required
    translator.concept_key = lambda match: repr(concepts[match.concept])
    return Direction(src, tgt, model.name, translator, lambda text: tuple(matcher.match(text)))


def cache_place(args: argparse.Namespace) -> Path:
    """Where the cache of a batch run lies."""
    path: Path = args.cache or cache_home() / CACHE_FILE
    return path
