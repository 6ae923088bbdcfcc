"""The seeds stand as they were received."""

import hashlib
import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SEEDS = Path(__file__).parent.parent / "seeds"


def test_every_seed_is_listed_with_its_fingerprint() -> None:
    listed = tomllib.loads((SEEDS / "SOURCES.toml").read_text(encoding="utf-8"))["document"]
    found = {path.relative_to(SEEDS).as_posix() for path in SEEDS.rglob("*.txt")}
    assert found == {entry["path"] for entry in listed}
    for entry in listed:
        data = (SEEDS / entry["path"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == entry["sha256"], entry["path"]
        assert entry["path"].split("/")[0] == entry["lang"]
        assert entry["title"] and entry["licence"]
