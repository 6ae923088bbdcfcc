"""``mtalign train``: a Marian model from bitext."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add_parser(commands: Any) -> None:
    """Add the command to the ``mtalign`` parser."""
    parser = commands.add_parser("train", help="train a model from bitext", description=__doc__)
    _add_data(parser.add_argument_group("data"))
    _add_budget(parser.add_argument_group("budget"))
    _add_model(parser.add_argument_group("model"))
    _add_course(parser.add_argument_group("course of the training"))
    parser.set_defaults(run=run)


def _add_data(group: Any) -> None:
    group.add_argument("--from", dest="source", required=True, metavar="LANG", help="such as it")
    group.add_argument("--to", dest="target", required=True, metavar="LANG", help="such as en")
    group.add_argument(
        "--both",
        action="store_true",
        help="one model for both directions; the language of the source tells which",
    )
    group.add_argument(
        "--bitext",
        nargs="+",
        required=True,
        metavar="FILE",
        help="source TAB target, .tsv, .tsv.xz or .tsv.gz; or two files as SRC,TGT",
    )
    group.add_argument(
        "--columns",
        metavar="LANG-LANG",
        help="languages of the bitext's columns, where they are not --from and --to",
    )
    group.add_argument(
        "--repeat",
        nargs="+",
        default=[],
        metavar="NAME=TIMES",
        help="how often a pair of a corpus returns in an epoch, such as europarl=0.5",
    )
    group.add_argument(
        "--dev", nargs=2, action="append", default=[], type=Path, metavar=("SRC", "REF")
    )
    group.add_argument(
        "--exclude",
        nargs="+",
        default=[],
        type=Path,
        metavar="FILE",
        help="sentences that must not be trained on, nor near copies: .txt, .tsv or .jsonl",
    )
    group.add_argument(
        "--sources", type=Path, metavar="FILE", help="TOML with licence and origin of each corpus"
    )
    group.add_argument("--no-augment", action="store_true", help="add no variants of pairs")
    group.add_argument("-o", "--out", type=Path, required=True, metavar="DIR")
    group.add_argument(
        "--work", type=Path, metavar="DIR", help="packed data; OUT/work if not given"
    )


def _add_budget(group: Any) -> None:
    one = group.add_mutually_exclusive_group()
    one.add_argument("--hours", type=float, help="of training, by the clock; 1 unless given")
    one.add_argument("--minutes", type=float)
    one.add_argument("--steps", type=int)
    group.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    group.add_argument(
        "--export",
        action="store_true",
        help="only write the model of the last checkpoint",
    )
    group.add_argument("--checkpoint-minutes", type=float, default=4.0, metavar="M")
    group.add_argument("--evaluate-minutes", type=float, default=10.0, metavar="M")


def _add_model(group: Any) -> None:
    from mtalign.train.layout import SIZES

    group.add_argument("--size", choices=tuple(SIZES), default="tiny")
    group.add_argument("--vocabulary", type=int, default=8000, metavar="N", help="pieces")
    group.add_argument(
        "--init", type=Path, metavar="DIR", help="Marian directory to start from, vocabulary too"
    )


def _add_course(group: Any) -> None:
    from mtalign.train.settings import OPTIONS

    for name, kind, default, text in OPTIONS:
        flag = f"--{name.replace('_', '-')}"
        shown = f"{text} ({default})"
        if isinstance(kind, tuple):
            group.add_argument(flag, choices=kind, default=default, help=shown)
        else:
            group.add_argument(flag, type=kind, default=default, metavar="N", help=shown)


def run(args: argparse.Namespace) -> int:
    """Prepare the data, train, and write the model: 0, or 3 where a signal came first."""
    from mtalign.train.command import train

    return train(args)
