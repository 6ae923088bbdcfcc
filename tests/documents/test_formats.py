"""Each format against cases written by hand: what its blocks are, and what a translation gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mtalign.documents.options import Options
from mtalign.documents.write import Rendering, rebuild
from mtalign.records import Block
from tests.documents.texts import read

CASES = Path(__file__).parents[1] / "cases" / "documents"
GOLD = [
    pytest.param(case, id=f"{path.stem}: {case['label']}")
    for path in sorted(CASES.glob("*.json"))
    if path.stem != "faults"
    for case in json.loads(path.read_text(encoding="utf-8"))
]


def options_of(case: dict[str, Any]) -> Options:
    given = case.get("options", {})
    return Options(**{key: tuple(v) if isinstance(v, list) else v for key, v in given.items()})


def rendering(block: Block, given: str | list[Any]) -> Rendering:
    """A translation as a case writes it; codes go to its end where it says nothing of them."""
    if isinstance(given, str):
        return Rendering(given, (len(given),) * len(block.codes))
    return Rendering(given[0], tuple(given[1]))


@pytest.mark.parametrize("case", GOLD)
def test_gold(case: dict[str, Any]) -> None:
    document = read(case["input"], case["name"], options_of(case))
    assert [block.text for block in document.blocks] == case["blocks"]
    if "codes" in case:
        found = [[[code.offset, code.raw] for code in block.codes] for block in document.blocks]
        assert found == case["codes"]
    if "translate" in case:
        made = [
            rendering(block, given)
            for block, given in zip(document.blocks, case["translate"], strict=True)
        ]
        assert rebuild(document, made) == case["output"]
