"""Inputs as the user names them, and their places in the output tree."""

from pathlib import Path

import pytest

from mtalign.documents.walk import Input, expand
from mtalign.errors import MtalignError


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with files of known and unknown kinds, in the working folder."""
    for name in ("b.txt", "a.md", "deep/c.CSV", "deep/er/d.jsonl", "x.bin", ".git/e.txt", ".f.txt"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(*given: str) -> list[str]:
    return [one.name for one in expand(given)[0]]


def test_a_folder_gives_its_files_sorted_and_mirrored(tree: Path) -> None:
    inputs, skipped = expand(["in"])
    assert [one.name for one in inputs] == ["a.md", "b.txt", "deep/c.CSV", "deep/er/d.jsonl"]
    assert [one.path for one in inputs] == [Path("in") / one.name for one in inputs]
    assert [one.path.name for one in skipped] == ["x.bin"]
    assert "no known format has its suffix" in skipped[0].reason


def test_any_suffix_takes_the_unknown_too(tree: Path) -> None:
    inputs, skipped = expand(["in"], any_suffix=True)
    assert "x.bin" in [one.name for one in inputs] and skipped == []


def test_a_file_named_alone_keeps_only_its_name(tree: Path) -> None:
    assert names("in/deep/c.CSV", "in/x.bin") == ["c.CSV", "x.bin"]


def test_a_glob_mirrors_from_its_fixed_part(tree: Path) -> None:
    assert names("in/*.txt") == ["b.txt"]
    assert names("in/deep/**/*.*") == ["c.CSV", "er/d.jsonl"]
    assert names("in/**/*.jsonl") == ["deep/er/d.jsonl"]


def test_a_file_whose_name_looks_like_a_glob_is_a_file(tree: Path) -> None:
    (tree / "in/[1].txt").write_text("x")
    assert names("in/[1].txt") == ["[1].txt"]


def test_standard_input(tree: Path) -> None:
    assert expand(["-"])[0] == [Input(None, "-")]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["gone.txt"], "gone.txt: there is no such file or folder"),
        (["in/*.pdf"], "in/*.pdf: no file matches this pattern"),
        (["in/b.txt", "in/b.txt"], "in/b.txt: given twice"),
        (["-", "-"], "standard input: given twice"),
        (["in", "in/b.txt"], "in/b.txt: given twice"),
    ],
)
def test_a_wrong_name_is_told(tree: Path, given: list[str], told: str) -> None:
    with pytest.raises(MtalignError) as caught:
        expand(given)
    assert told in str(caught.value)


def test_two_files_with_one_place_are_both_named(tree: Path) -> None:
    (tree / "b.txt").write_text("x")
    with pytest.raises(MtalignError, match=r"b\.txt and in/b\.txt would both be written to b\.txt"):
        expand(["b.txt", "in/b.txt"])
