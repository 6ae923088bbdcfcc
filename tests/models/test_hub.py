"""Models from a hub: a real HTTP server on loopback, a real Marian directory behind it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mtalign.models.find import BUNDLED
from tests.hub import COMMIT, serving

pytest.importorskip("huggingface_hub")
FIND = """
import sys
from mtalign.errors import MtalignError
from mtalign.models import find_model
try:
    model = find_model(sys.argv[1], "it", "en")
    print(model.name, model.path.name, model.fingerprint)
except MtalignError as error:
    sys.exit(str(error))
"""


def find(name: str, endpoint: str, home: Path) -> subprocess.CompletedProcess[str]:
    """``find_model`` in a process whose hub and hub cache are the test's own."""
    env = {**os.environ, "HF_ENDPOINT": endpoint, "HF_HOME": str(home)}
    env |= {
        "NO_PROXY": "127.0.0.1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }
    return subprocess.run(
        [sys.executable, "-c", FIND, name], env=env, capture_output=True, text=True, timeout=120
    )


def test_a_model_is_fetched_once_and_found_again_without_the_network(tmp_path: Path) -> None:
    with serving({"org/opus-mt-it-en": BUNDLED / "it-en"}) as hub:
        first = find("org/opus-mt-it-en", hub.endpoint, tmp_path)
        assert first.returncode == 0, first.stderr
        fetched = [one.rsplit("/", 1)[1] for one in hub.asked if "/resolve/" in one]
    name, revision, _ = first.stdout.split()
    assert (name, revision) == ("org/opus-mt-it-en", COMMIT)
    # Only what decoding needs is fetched, and one file of weights.
    assert {"config.json", "source.spm", "target.spm", "vocab.json"} <= set(fetched)
    assert "model.safetensors" in fetched
    assert not {"model.bin", "README.md"} & set(fetched)
    again = find("org/opus-mt-it-en", "http://127.0.0.1:9", tmp_path)
    assert again.returncode == 0, again.stderr
    assert again.stdout == first.stdout


def test_a_repository_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with serving({}) as hub:
        gone = find("org/none", hub.endpoint, tmp_path)
    assert gone.returncode == 1
    assert gone.stderr.startswith("model 'org/none' cannot be fetched: ")
    assert "Traceback" not in gone.stderr
    assert "Check the name and the network" in gone.stderr


def test_no_network_and_nothing_cached_is_one_clear_line(tmp_path: Path) -> None:
    gone = find("org/none", "http://127.0.0.1:9", tmp_path)
    assert gone.returncode == 1
    assert gone.stderr.startswith("model 'org/none' cannot be fetched: ")
    assert "Traceback" not in gone.stderr
