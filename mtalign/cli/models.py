"""``mtalign models``: which models there are, what they hold, and how to get and convert them."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtalign.errors import MissingExtraError, MtalignError

if TYPE_CHECKING:
    from mtalign.models import Model

_EPILOG = """\
examples:
  mtalign models
  mtalign models show it-en
  mtalign models fetch Helsinki-NLP/opus-mt-it-en
  mtalign models convert runs/it-en -o it-en.ct2
  mtalign models shortlist runs/it-en --bitext europarl.it-en.tsv.xz
"""
_NAME = "it-en (bundled), a Marian directory, or a hub id as ORG/NAME[@REVISION]"
_SCORE_ROW = re.compile(r"\|\s*([\w.-]+)\s*\|\s*[\d,]+\s*\|\s*(\d+\.\d+)\s*\|\s*(\d+\.\d+)\s*\|")
_UNKNOWN = "-"


def add_parser(commands: Any) -> None:
    """Add the command to the ``mtalign`` parser."""
    parser = commands.add_parser(
        "models",
        help="list, show, fetch and convert models",
        description="List, show, fetch and convert models; without an action, list them.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run, action=_list)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    listed = actions.add_parser("list", help="bundled models, and conversions kept in the cache")
    listed.set_defaults(action=_list)
    shown = actions.add_parser("show", help="what a model is and holds")
    shown.add_argument("model", metavar="MODEL", help=_NAME)
    shown.set_defaults(action=_show)
    fetched = actions.add_parser("fetch", help="download a model from the hub")
    fetched.add_argument("model", metavar="ORG/NAME[@REVISION]", help="as the hub spells it")
    fetched.set_defaults(action=_fetch)
    _add_convert(actions)
    _add_shortlist(actions)


def _add_convert(actions: Any) -> None:
    parser = actions.add_parser("convert", help="write a model's CTranslate2 form")
    parser.add_argument("model", metavar="MODEL", help=_NAME)
    parser.add_argument(
        "-o", "--output", type=Path, metavar="OUT", help="folder to make; the cache where left out"
    )
    parser.add_argument("--weights", choices=("int8", "float32"), default="int8")
    parser.set_defaults(action=_convert)


def _add_shortlist(actions: Any) -> None:
    parser = actions.add_parser(
        "shortlist", help="learn the target pieces that a source can need, for CTranslate2"
    )
    parser.add_argument("model", metavar="MODEL", help=_NAME)
    parser.add_argument(
        "--bitext",
        nargs="+",
        required=True,
        metavar="FILE",
        help="source TAB target, .tsv, .tsv.xz or .tsv.gz; or two files as SRC,TGT",
    )
    parser.add_argument("--frequent", type=_count, metavar="N", help="target pieces always allowed")
    parser.add_argument("--best", type=_count, metavar="N", help="target pieces of a source piece")
    parser.add_argument("--pairs", type=_count, metavar="N", help="pairs to learn from")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="OUT",
        help="file to write; vmap.txt beside the model's CTranslate2 form where left out",
    )
    parser.set_defaults(action=_shortlist)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Run the action.

    :raises MtalignError: no such model, no network, a place that cannot be written
    """
    code: int = args.action(args)
    return code


def _list(args: argparse.Namespace) -> int:
    """One line a model: name, direction, megabytes, scores, place."""
    from mtalign.models.find import BUNDLED, bundled_directions
    from mtalign.models.model import check_model

    models = [check_model(name, BUNDLED / name) for name in bundled_directions()]
    for model in models:
        _row(model.name, _direction(model), model.path, _brief(model))
    names = {model.fingerprint: model for model in models}
    for place in _conversions():
        fingerprint, _, weights = place.name.rpartition("-")
        known = names.get(fingerprint)
        direction = _UNKNOWN if known is None else _direction(known)
        name = fingerprint if known is None else known.name
        _row(f"{name} ({weights})", direction, place, _UNKNOWN if known is None else _brief(known))
    return 0


def _row(name: str, direction: str, path: Path, scores: str) -> None:
    print(f"{name}\t{direction}\t{_megabytes(path)}\t{scores}\t{path}")


def _conversions() -> Iterator[Path]:
    """Folders of the user's cache that hold a whole CTranslate2 model."""
    from mtalign.home import cache_home

    yield from sorted(path.parent for path in (cache_home() / "ct2").glob("[!.]*/model.bin"))


def _show(args: argparse.Namespace) -> int:
    model = _find(args.model)
    for label, value in _facts(model):
        print(f"{label + ':':<13}{value}")
    for path in sorted(_files(model.path)):
        print(f"  {path.stat().st_size:>12,}  {path.relative_to(model.path).as_posix()}")
    return 0


def _facts(model: Model) -> Iterator[tuple[str, str]]:
    config = model.config
    yield "name", model.name
    yield "place", str(model.path)
    yield "direction", _direction(model)
    layers = (f"{config.get(f'{side}_layers')} {side}" for side in ("encoder", "decoder"))
    yield "layers", ", ".join(layers)
    yield "width", f"{config.get('d_model')}"
    yield "vocabulary", f"{config.get('vocab_size')} pieces"
    yield "parameters", _parameters(model)
    yield "fingerprint", model.fingerprint
    yield "CTranslate2", _converted(model)
    for name, bleu, chrf in _scores(model):
        yield "scores", f"{name} BLEU {bleu:.1f}, chrF++ {chrf:.1f}"
    yield "size", _megabytes(model.path)


def _converted(model: Model) -> str:
    """Where the model's CTranslate2 forms are, and whether a shortlist lies beside them."""
    from mtalign.models.model import READY
    from mtalign.models.shortlist import FILE

    shipped = model.path / READY
    places = [shipped] if (shipped / "model.bin").is_file() else []
    places += [one for one in _conversions() if one.name.startswith(f"{model.fingerprint}-")]
    told = [f"{one}{', with a shortlist' if (one / FILE).is_file() else ''}" for one in places]
    return "; ".join(told) or "not yet; made when first used"


def _parameters(model: Model) -> str:
    """Weights that are learnt: neither positions nor tied copies."""
    from mtalign.models.weights import read_weights

    try:
        weights = read_weights(model.weights)
    except MissingExtraError as missing:
        return f"not counted: {missing}"
    ties = ("embed_tokens.weight", "lm_head.weight") if "model.shared.weight" in weights else ()
    left_out = ("embed_positions.weight", "final_logits_bias", *ties)
    total = sum(array.size for name, array in weights.items() if not name.endswith(left_out))
    return f"{total / 1e6:.1f} million"


def _fetch(args: argparse.Namespace) -> int:
    from mtalign.models.hub import download
    from mtalign.models.model import check_model

    if args.model.count("/") < 1 or args.model.startswith((".", "/")):
        raise MtalignError(f"{args.model!r} is not a hub id", todo="Give ORG/NAME or ORG/NAME@REV.")
    model = check_model(args.model, download(args.model))
    print(f"{model.name}\t{_direction(model)}\t{_megabytes(model.path)}\t{model.path}")
    return 0


def _convert(args: argparse.Namespace) -> int:
    from mtalign.models.ready import ready

    model = _find(args.model)
    if args.output is None:
        place = ready(model, args.weights)
    else:
        place = args.output
        _convert_into(model, place, args.weights)
    print(f"{model.name}\t{args.weights}\t{_megabytes(place)}\t{place}")
    return 0


def _convert_into(model: Model, place: Path, weights: str) -> None:
    """Convert beside ``place`` and rename: half a model is never seen."""
    from mtalign.atomic import make_folder
    from mtalign.models.convert import convert

    if place.exists() or place.is_symlink():
        raise MtalignError("is there already", where=place, todo="Name a folder yet to be made.")
    make_folder(place.parent)
    try:
        work = Path(tempfile.mkdtemp(dir=place.parent, prefix=".converting-"))
    except OSError as error:
        raise MtalignError(f"cannot be written: {error.strerror}", where=place) from error
    try:
        convert(model, work / "out", weights)
        (work / "out").rename(place)
    except OSError as error:
        raise MtalignError(f"cannot be written: {error.strerror}", where=place) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _shortlist(args: argparse.Namespace) -> int:
    from mtalign.models.ready import ready
    from mtalign.models.shortlist import (
        FILE,
        ShortlistSettings,
        build_shortlist,
        read_bitext,
        write_shortlist,
    )

    asked = {name: getattr(args, name) for name in ("frequent", "best", "pairs")}
    settings = ShortlistSettings(**{name: n for name, n in asked.items() if n is not None})
    model = _find(args.model)
    path = args.output or ready(model) / FILE
    shortlist = build_shortlist(model, read_bitext(args.bitext), settings)
    write_shortlist(shortlist, path)
    dropped = "".join(f", {count} {reason}" for reason, count in sorted(shortlist.dropped.items()))
    print(
        f"{path}: {len(shortlist.always)} target pieces always, those of "
        f"{len(shortlist.by_source)} source pieces besides; from {shortlist.pairs} pairs{dropped}"
    )
    return 0


def _find(name: str) -> Model:
    from mtalign.models import find_model
    from mtalign.models.find import bundled_directions

    if name in bundled_directions():
        src, tgt = name.split("-")
        return find_model(None, src, tgt)
    return find_model(name, "und", "mul")  # ISO 639-2 for "whatever it may be": fits any model


def _direction(model: Model) -> str:
    src, tgt = model.languages
    return f"{src}-{tgt}" if src and tgt else _UNKNOWN


def _files(path: Path) -> list[Path]:
    return [one for one in path.rglob("*") if one.is_file()]


def _megabytes(path: Path) -> str:
    return f"{sum(one.stat().st_size for one in _files(path)) / 1e6:.1f} MB"


def _brief(model: Model) -> str:
    return ", ".join(f"{name} {bleu:.1f}" for name, bleu, _ in _scores(model)) or _UNKNOWN


def _scores(model: Model) -> list[tuple[str, float, float]]:
    """Name of the set, BLEU and chrF++ of each score that the model's directory states."""
    try:
        told = json.loads((model.path / "training.json").read_text(encoding="utf-8"))["scores"]
        rows = [(one["name"], one["scores"]["bleu"], one["scores"]["chrf"]) for one in told]
        return [(str(name), float(bleu), float(chrf)) for name, bleu, chrf in rows]
    except FileNotFoundError:
        return _card_scores(model.path / "README.md")
    except (OSError, ValueError, KeyError, TypeError) as error:
        path = model.path / "training.json"
        raise MtalignError(f"holds no scores that can be read: {error!r}", where=path) from error


def _card_scores(path: Path) -> list[tuple[str, float, float]]:
    """The same from the table of a card that ``mtalign train`` has filled."""
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8", errors="replace")
    found = [_SCORE_ROW.fullmatch(line.strip()) for line in text.splitlines()]
    return [(one[1], float(one[2]), float(one[3])) for one in found if one]
