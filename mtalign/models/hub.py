"""The one door to the model hub."""

from __future__ import annotations

from pathlib import Path

from mtalign.errors import MissingExtraError, MtalignError
from mtalign.models.model import REQUIRED, WEIGHTS

_TIMEOUT_SECONDS = 20.0
_WANTED = [*REQUIRED, "tokenizer_config.json", "generation_config.json"]


def download(name: str) -> Path:
    """Fetch the Marian files of a hub repository, or find them in the hub's own cache.

    :param name: ``ORG/NAME`` or ``ORG/NAME@REVISION``
    :return: the snapshot's directory
    :raises MtalignError: no such repository, no network, no access
    """
    try:
        from huggingface_hub.utils import logging
    except ImportError as error:
        raise MissingExtraError("huggingface_hub", "hub") from error
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    repo, _, revision = name.partition("@")
    try:
        return Path(_fetch(repo, revision or None))
    except Exception as error:  # the hub's errors share no base with those of its HTTP client
        kept = _kept(repo, revision or None)
        if kept is not None:
            return kept
        raise MtalignError(
            f"model {name!r} cannot be fetched: {_first_line(error)}",
            todo="Check the name and the network, or give a directory that holds the model.",
        ) from error


def _fetch(repo: str, revision: str | None) -> str:
    """Ask for the list of files first: some repositories hold the weights twice or thrice."""
    import huggingface_hub as hub

    info = hub.HfApi().model_info(repo, revision=revision, timeout=_TIMEOUT_SECONDS)
    files = {sibling.rfilename for sibling in info.siblings or []}
    weights = next((file for file in WEIGHTS if file in files), WEIGHTS[0])
    return str(hub.snapshot_download(repo, revision=revision, allow_patterns=[*_WANTED, weights]))


def _kept(repo: str, revision: str | None) -> Path | None:
    """The snapshot that an earlier run has fetched, if there is one."""
    import huggingface_hub as hub

    for weights in WEIGHTS:
        try:
            found = hub.snapshot_download(
                repo, revision=revision, allow_patterns=[*_WANTED, weights], local_files_only=True
            )
        except Exception:  # nothing kept, or not all of it
            continue
        if (Path(found) / weights).exists():
            return Path(found)
    return None


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
