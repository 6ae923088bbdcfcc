"""The arrows between rooms: who may import whom, as CONTRIBUTING.md draws them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "mtalign"
GROUND = {"atomic", "errors", "home", "records", "signature", "version"}
ROOMS = {
    "documents": set(),
    "segment": set(),
    "terms": set(),
    "models": set(),
    "translate": {"terms", "models"},
    "evaluate": {"terms"},
    "train": {"models", "evaluate"},
}
DOORS = {
    "torch": {"translate/marian.py", "models/weights.py", "train"},
    "transformers": {"translate/marian.py", "train"},
    "safetensors": {"models/weights.py", "train"},
    "huggingface_hub": {"models/hub.py"},
    "ctranslate2": {"translate/ct2.py", "models/convert.py", "train"},
    "matplotlib": {"train"},
    "sacrebleu": {"evaluate"},
}
FILES = sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_only_along_the_arrows(path: Path) -> None:
    room = room_of(path)
    if room in {"cli", "__main__"}:
        return
    allowed = GROUND | {room} | ROOMS.get(room, set())
    for name in imported(path):
        top, _, rest = name.partition(".")
        if top == "mtalign" and rest:
            assert rest.split(".")[0] in allowed, f"{path} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_heavy_libraries_stand_behind_their_doors(path: Path) -> None:
    place = path.relative_to(PACKAGE).as_posix()
    for name in imported(path):
        doors = DOORS.get(name.split(".")[0])
        if doors is not None:
            assert any(place == door or place.startswith(f"{door}/") for door in doors), (
                f"{place} imports {name}"
            )


def test_every_room_is_in_the_table() -> None:
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms == set(ROOMS) | {"cli"}
    ground = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"}
    assert ground == GROUND
