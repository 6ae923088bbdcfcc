"""``mtalign models``: which models there are, and what they hold."""

from __future__ import annotations

import argparse
from typing import Any


def add_parser(commands: Any) -> None:
    """Add the command to the ``mtalign`` parser."""
    parser = commands.add_parser("models", help="list the bundled models", description=__doc__)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print one line per bundled model: direction, megabytes on disk, fingerprint."""
    from mtalign.models.find import BUNDLED, bundled_directions
    from mtalign.models.model import check_model

    for direction in bundled_directions():
        model = check_model(direction, BUNDLED / direction)
        size = sum(path.stat().st_size for path in model.path.rglob("*") if path.is_file())
        print(f"{direction}\t{size / 1e6:.1f} MB\t{model.fingerprint}\t{model.path}")
    return 0
