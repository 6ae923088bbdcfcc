"""Inputs as the user names them, and their places in the output tree."""

import os
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
    assert {one.path.as_posix(): one.reason for one in skipped} == {
        "in/.git": "hidden folder",
        "in/.f.txt": "hidden file",
        "in/x.bin": 'unknown suffix ".bin"',
    }


def test_any_suffix_takes_the_unknown_too(tree: Path) -> None:
    inputs, skipped = expand(["in"], any_suffix=True)
    assert "x.bin" in [one.name for one in inputs]
    assert [one.path.name for one in skipped] == [".git", ".f.txt"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["in/deep/c.CSV"], ["c.CSV"]),
        (["in/deep/c.CSV", "in/x.bin"], ["deep/c.CSV", "x.bin"]),
        (["in/deep/er", "in/b.txt"], ["deep/er/d.jsonl", "b.txt"]),
        (["in/deep/er/../../b.txt"], ["b.txt"]),
        (["./in/deep"], ["c.CSV", "er/d.jsonl"]),
        (["in/*.txt"], ["b.txt"]),
        (["in/deep/**/*.*"], ["c.CSV", "er/d.jsonl"]),
        (["in/**/*.jsonl"], ["deep/er/d.jsonl"]),
        (["in/[a-b].*"], ["a.md", "b.txt"]),
        (["-", "in/a.md"], ["-", "a.md"]),
        (["in/.f.txt"], [".f.txt"]),
        (["in/.git"], ["e.txt"]),
        (["in", "in/x.bin"], ["a.md", "b.txt", "deep/c.CSV", "deep/er/d.jsonl", "x.bin"]),
    ],
)
def test_names_are_relative_to_what_the_inputs_share(
    tree: Path, given: list[str], expected: list[str]
) -> None:
    assert names(*given) == expected


def test_a_file_named_outright_is_not_skipped(tree: Path) -> None:
    assert "x.bin" not in [one.path.name for one in expand(["in", "in/x.bin"])[1]]


def test_files_of_one_name_in_two_folders_stay_apart(tree: Path) -> None:
    (tree / "b.txt").write_text("x")
    assert names("b.txt", "in/b.txt") == ["b.txt", "in/b.txt"]


def test_each_file_once(tree: Path) -> None:
    assert names("in/b.txt", "in", "in/*.txt") == ["b.txt", "a.md", "deep/c.CSV", "deep/er/d.jsonl"]
    assert names("-", "-") == ["-"]


def test_a_file_whose_name_looks_like_a_pattern_is_a_file(tree: Path) -> None:
    (tree / "in/[1].txt").write_text("x")
    assert names("in/[1].txt") == ["[1].txt"]


def test_standard_input(tree: Path) -> None:
    assert expand(["-"])[0] == [Input(None, "-")]


def test_the_output_folder_is_left_out(tree: Path) -> None:
    inputs, skipped = expand(["in"], exclude=Path("in/deep"))
    assert [one.name for one in inputs] == ["a.md", "b.txt"]
    assert "the output folder" in [one.reason for one in skipped]
    inputs, skipped = expand(["in/**/*.*"], exclude=Path("in/deep"))
    assert [one.name for one in inputs] == ["a.md", "b.txt"]


@pytest.mark.skipif(os.name != "posix", reason="links need no rights on POSIX")
def test_links(tree: Path) -> None:
    (tree / "in/deep/loop").symlink_to(tree / "in", target_is_directory=True)
    (tree / "in/link.txt").symlink_to("b.txt")
    inputs, skipped = expand(["in"])
    assert "link.txt" in [one.name for one in inputs]
    assert [one.path.as_posix() for one in skipped if one.reason == "link to a folder"] == [
        "in/deep/loop"
    ]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["gone.txt"], "gone.txt: there is no such file or folder"),
        (["in/*.pdf"], "in/*.pdf: no file matches this pattern"),
        (["in", "gone"], "gone: there is no such file or folder"),
        (["in/*.bin"], "in/*.bin: nothing to translate, 1 left out"),
    ],
)
def test_a_wrong_name_is_told(tree: Path, given: list[str], told: str) -> None:
    with pytest.raises(MtalignError) as caught:
        expand(given)
    assert told in str(caught.value)
    assert caught.value.todo


def test_an_empty_folder_is_told(tree: Path) -> None:
    (tree / "empty").mkdir()
    with pytest.raises(MtalignError, match="empty: nothing to translate"):
        expand(["empty"])


def test_two_inputs_for_one_output_are_both_named(tree: Path) -> None:
    (tree / "in/a.txt").write_text("x")
    with pytest.raises(MtalignError) as caught:
        expand(["in"], output_name=lambda name: str(Path(name).with_suffix(".jsonl")))
    assert '"in/a.md" and "in/a.txt" would both be written to "a.jsonl"' in str(caught.value)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads any folder")
def test_a_folder_that_cannot_be_read(tree: Path) -> None:
    (tree / "in/deep").chmod(0)
    with pytest.raises(MtalignError, match="cannot be read: permission denied"):
        expand(["in"])
    (tree / "in/deep").chmod(0o700)
