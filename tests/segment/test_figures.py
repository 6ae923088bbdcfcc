"""The figure of benchmarks/segment.py: what it counts, and the bar it has to clear."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from mtalign.segment import split

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "segment.py"


@pytest.fixture(scope="module")
def figures() -> ModuleType:
    spec = importlib.util.spec_from_file_location("segment_figures", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_boundaries_do_not_count_white_space_nor_the_last_end(figures):
    assert figures.boundaries(["Una  frase.", " Due.\n", "Tre."]) == {9, 13}
    assert figures.boundaries(["Una sola."]) == set()


def test_precision_recall_and_f1_are_pooled(figures):
    counts = figures.Counts()
    counts.add({1, 2, 3}, {1, 2})
    counts.add(set(), {5, 6})
    assert counts.scores == pytest.approx((2 / 3, 1 / 2, 4 / 7))
    assert figures.Counts().scores == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("lang", ["it", "en"])
def test_flores_clears_the_bar(figures, lang):
    if not figures.DEV.is_dir():
        pytest.skip("needs the development sets in ../shared/dev")
    lines, read = figures.score(
        "flores-dev", lang, lambda text: [text[a:b] for a, b in split(text, lang)]
    )
    assert read.scores[2] >= 0.985
    assert lines.scores[2] >= 0.985 * figures.limit("flores-dev", lang)
