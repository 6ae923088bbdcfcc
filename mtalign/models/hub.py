"""The one door to the model hub."""

from __future__ import annotations

from pathlib import Path

from mtalign.errors import MissingExtraError, MtalignError
from mtalign.models.model import REQUIRED, WEIGHTS

_WANTED = [*REQUIRED, "tokenizer_config.json", "generation_config.json"]


def download(name: str) -> Path:
    """Fetch the Marian files of a hub repository, or find them in the hub's own cache.

    :param name: ``ORG/NAME`` or ``ORG/NAME@REVISION``
    :return: the snapshot's directory
    :raises MtalignError: no such repository, no network, no access
    """
    try:
        import huggingface_hub as hub
    except ImportError as error:
        raise MissingExtraError("huggingface_hub", "hub") from error
    repo, _, revision = name.partition("@")
    try:
        files = _files(repo, revision or None)
        weights = next((file for file in WEIGHTS if file in files), WEIGHTS[0])
        return Path(
            hub.snapshot_download(
                repo, revision=revision or None, allow_patterns=[*_WANTED, weights]
            )
        )
    except Exception as error:  # the hub's errors share no base with those of its HTTP client
        raise MtalignError(
            f"model {name!r} cannot be fetched: {_first_line(error)}",
            todo="Check the name and the network, or give a directory that holds the model.",
        ) from error


def _files(repo: str, revision: str | None) -> set[str]:
    """File names of a repository, from its cached snapshot when the hub cannot be asked."""
    import huggingface_hub as hub

    try:
        return set(hub.HfApi().list_repo_files(repo, revision=revision))
    except Exception:
        cached = Path(hub.snapshot_download(repo, revision=revision, local_files_only=True))
        return {path.name for path in cached.iterdir()}


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
