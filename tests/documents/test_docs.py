"""The examples of the room's page run."""

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "documents.md"


def test_examples() -> None:
    result = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert result.attempted > 5
    assert result.failed == 0
