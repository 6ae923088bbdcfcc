"""The ``mtalign`` command: one subcommand per file."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from mtalign.cli import evaluate, models, terms, train, translate
from mtalign.errors import MtalignError
from mtalign.version import __version__

COMMANDS = (translate, models, terms, train, evaluate)
EXIT_ERROR = 2
EXIT_INTERRUPTED = 130


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="mtalign",
        description="Machine translation with enforced terminology, and cross-lingual alignment.",
    )
    parser.add_argument("--version", action="version", version=f"mtalign {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_parser(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    :return: 0 done; 1 findings; 2 could not, with the reason on stderr; 130 interrupted
    """
    args = build_parser().parse_args(argv)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
        return code
    except MtalignError as error:
        print(f"mtalign: {error}", file=sys.stderr)
        return EXIT_ERROR
    except KeyboardInterrupt:
        print("mtalign: interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has had enough: no fault of ours, and nothing left to flush to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
