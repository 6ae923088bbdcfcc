"""Only what fits a document is written into it."""

from __future__ import annotations

import pytest

from mtalign.documents import Rendering, rebuild
from tests.documents.texts import read


def test_as_many_translations_as_blocks() -> None:
    document = read("a\nb\n", "a.txt")
    for count in (0, 1, 3):
        with pytest.raises(ValueError, match=f"{count} translations for 2 blocks"):
            rebuild(document, [Rendering("x")] * count)


@pytest.mark.parametrize("offsets", [(), (0,), (0, 1, 1)])
def test_as_many_offsets_as_codes(offsets: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=f"{len(offsets)} offsets for 2 codes"):
        rebuild(read("*a*", "a.md"), [Rendering("x", offsets)])


@pytest.mark.parametrize("offsets", [(-1, 1), (0, 2)])
def test_offsets_lie_in_their_text(offsets: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="in a text of 1 code points"):
        rebuild(read("*a*", "a.md"), [Rendering("x", offsets)])


def test_an_equal_text_keeps_its_raw_form_wherever_its_codes_are_said_to_go() -> None:
    text = "Uno\n  *due*\\! &egrave;\n"
    document = read(text, "a.md")
    assert rebuild(document, [Rendering(document.blocks[0].text, (0, 0))]) == text


def test_white_space_around_a_translation_is_left_out() -> None:
    assert rebuild(read(" a \n*b* c", "a.md"), [Rendering(" x y  ", (3, 4))]) == " x *y*"
    assert rebuild(read(" a \n", "a.txt"), [Rendering("\n x\t")]) == " x \n"
