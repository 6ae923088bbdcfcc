"""The whole of ``mtalign train``: data, training, model, card."""

from __future__ import annotations

import argparse
import importlib.util
import json
import multiprocessing
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mtalign.atomic import make_folder, write_atomic
from mtalign.errors import MissingExtraError, MtalignError
from mtalign.train.bitext import read_lines
from mtalign.train.checkpoint import FILE
from mtalign.train.dev import DevSet, load_dev
from mtalign.train.finish import Lineage, finish, read_lineage
from mtalign.train.pack import corpus_name
from mtalign.train.packed import Packed
from mtalign.train.prepare import VOCABULARY, Data, lexicon_path, prepare
from mtalign.train.settings import OPTIONS, TrainSettings

if TYPE_CHECKING:
    from torch import Tensor

    from mtalign.train.layout import Shape
    from mtalign.train.run import Run

_SETTINGS = "settings.json"
# What may differ between a run and its continuation.
_FREE = ("seconds", "steps", "processes", "checkpoint_seconds", "evaluate_seconds", "cooldown")
_INTERRUPTED = 130


def train(args: argparse.Namespace) -> int:
    """Run the command on its parsed arguments, see :mod:`mtalign.cli.train`.

    :return: 0, or 130 where a signal stopped it; a checkpoint is left either way
    :raises MtalignError: the data or the settings are at fault
    :raises MissingExtraError: torch or matplotlib is not installed
    """
    _require_extra()
    from mtalign.train.run import prepare_torch

    prepare_torch()
    settings, data = settings_of(args), data_of(args)
    make_folder(args.out)
    work = args.work or args.out / "work"
    _check_settings(args.out / _SETTINGS, settings, args)
    packed = prepare(data, work, settings.directions, settings.processes, _say)
    devs = _dev_sets(args, settings, work / VOCABULARY)
    run = _make_run(args, settings, packed, work)
    done = True
    if not args.export:
        from mtalign.train.evaluator import Evaluator

        write_atomic(args.out / _SETTINGS, settings.to_json().encode())
        done = run.train(Evaluator(args.out, devs, work / VOCABULARY))
    if done:
        finish(run, args.out, work, devs, _sources(args.sources), _init_lineage(args), _say)
    return 0 if done else _INTERRUPTED


def _say(text: str) -> None:
    print(text, flush=True)


def _require_extra() -> None:
    """Look for what the end of a run needs before its beginning."""
    for name in ("torch", "matplotlib"):
        if importlib.util.find_spec(name) is None:
            raise MissingExtraError(name, "train")
    if "fork" not in multiprocessing.get_all_start_methods():
        raise MtalignError("training forks processes, which this system cannot", todo="Use Linux.")


def directions_of(args: argparse.Namespace) -> tuple[str, ...]:
    forth, back = f"{args.source}-{args.target}", f"{args.target}-{args.source}"
    return (forth, back) if args.both else (forth,)


def columns_of(args: argparse.Namespace) -> tuple[str, str]:
    """Languages of the bitext's columns."""
    pair = (args.source, args.target)
    if args.columns is None:
        return pair
    named = tuple(args.columns.split("-"))
    if sorted(named) != sorted(pair):
        raise MtalignError(
            f"--columns {args.columns!r} does not name {pair[0]} and {pair[1]}",
            todo=f"Use {pair[0]}-{pair[1]} or {pair[1]}-{pair[0]}.",
        )
    return named[0], named[1]


def settings_of(args: argparse.Namespace) -> TrainSettings:
    hours = args.hours if args.minutes is None else args.minutes / 60
    seconds = None if args.steps else 3600.0 * (1.0 if hours is None else hours)
    return TrainSettings(
        directions=directions_of(args),
        seconds=seconds,
        steps=args.steps,
        corpora=_repeats(args),
        checkpoint_seconds=60.0 * args.checkpoint_minutes,
        evaluate_seconds=60.0 * args.evaluate_minutes,
        **{option[0]: getattr(args, option[0]) for option in OPTIONS},
    )


def data_of(args: argparse.Namespace) -> Data:
    return Data(
        bitexts=tuple(args.bitext),
        langs=columns_of(args),
        exclude=tuple(args.exclude),
        repeat=_repeats(args),
        pieces=args.vocabulary,
        spm=_init_vocabulary(args.init) if args.init else None,
        augment=not args.no_augment,
    )


def _repeats(args: argparse.Namespace) -> dict[str, float]:
    known = {*(corpus_name(name) for name in args.bitext), "augmented"}
    repeats = {}
    for item in args.repeat:
        name, _, times = item.partition("=")
        try:
            repeats[name] = float(times)
        except ValueError:
            raise MtalignError(f"--repeat {item!r} is not NAME=TIMES") from None
        if name not in known:
            raise MtalignError(
                f"--repeat names no corpus: {name!r}", todo=f"Known: {sorted(known)}"
            )
    return repeats


def _init_vocabulary(folder: Path) -> Path:
    source, target = folder / "source.spm", folder / "target.spm"
    for path in (source, target):
        if not path.is_file():
            raise MtalignError("no such file", where=path, todo="--init takes a Marian directory.")
    if source.read_bytes() != target.read_bytes():
        raise MtalignError(
            "source and target have vocabularies of their own, which mtalign does not train",
            where=folder,
        )
    return source


def _check_settings(path: Path, settings: TrainSettings, args: argparse.Namespace) -> None:
    """A started run is neither overwritten nor continued under other settings."""
    started = (path.parent / FILE).exists()
    if not started:
        if args.resume or args.export:
            raise MtalignError("holds no run", where=path.parent, todo="Train without --resume.")
        return
    if not (args.resume or args.export):
        raise MtalignError(
            "holds a run already", where=path.parent, todo="Add --resume, or choose another folder."
        )
    before = json.loads(path.read_text(encoding="utf-8"))
    now = json.loads(settings.to_json())
    for key, value in now.items():
        if key not in _FREE and before.get(key) != value:
            raise MtalignError(
                f"{key} was {before.get(key)!r} and is now {value!r}",
                where=path,
                todo="Resume with the settings of the start.",
            )


def _dev_sets(args: argparse.Namespace, settings: TrainSettings, spm: Path) -> list[DevSet]:
    devs = []
    for source, target in args.dev:
        name = source.name.split(".", 1)[0]
        for direction in settings.directions:
            files = (source, target)
            if direction != settings.directions[0]:
                files = (target, source)
            devs.append(load_dev(name, direction, *files, spm))
    return devs


def _make_run(args: argparse.Namespace, settings: TrainSettings, packed: Packed, work: Path) -> Run:
    import numpy as np
    import torch

    from mtalign.train.run import Run

    shape, weights = _start_weights(args, settings, work)
    # Processes are forked and none writes to a lexicon, so its memory stays one.
    lexicons = {
        direction: torch.from_numpy(np.load(lexicon_path(work, direction))).view(-1)
        for direction in settings.directions
        if settings.guided
    }
    resume = args.resume or args.export
    return Run(settings, shape, packed, lexicons, weights, args.out, resume=resume)


def _start_weights(
    args: argparse.Namespace, settings: TrainSettings, work: Path
) -> tuple[Shape, Tensor]:
    from mtalign.train.layout import shape_of
    from mtalign.train.vocabulary import vocabulary
    from mtalign.train.weights import draw_weights, read_weights

    if args.init:
        return read_weights(args.init)
    shape = shape_of(args.size, len(vocabulary(work / VOCABULARY)))
    return shape, draw_weights(shape, settings.seed)


def _init_lineage(args: argparse.Namespace) -> list[Lineage]:
    return read_lineage(args.init) if args.init else []


def _sources(path: Path | None) -> dict[str, dict[str, str]]:
    """Licence and origin of each corpus, from a TOML file with a table for each."""
    if path is None:
        return {}
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        tables = tomllib.loads("\n".join(read_lines(path)))
    except tomllib.TOMLDecodeError as error:
        raise MtalignError(f"no TOML: {error}", where=path) from error
    return {name: {k: str(v) for k, v in table.items()} for name, table in tables.items()}
