"""Fingerprints: every number and artefact says what made it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from mtalign.version import __version__

_CHUNK = 1 << 20


def digest(parts: Iterable[bytes], size: int = 6) -> str:
    """Hex fingerprint of byte strings, boundaries included.

    :param size: bytes of the digest (BLAKE2b); twice as many hex digits come back

    >>> digest([b"ab", b"c"]) == digest([b"a", b"bc"])
    False
    """
    state = hashlib.blake2b(digest_size=size)
    for part in parts:
        state.update(len(part).to_bytes(8, "big"))
        state.update(part)
    return state.hexdigest()


def file_digest(path: Path, size: int = 6) -> str:
    """Hex fingerprint of one file's bytes, read in pieces."""
    state = hashlib.blake2b(digest_size=size)
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            state.update(chunk)
    return state.hexdigest()


def signature(settings: Mapping[str, object]) -> str:
    """One line naming the settings that change a result, the version last.

    >>> signature({"model": "it-en", "beam": 4}).rsplit("|", 1)[0]
    'model:it-en|beam:4'
    """
    fields = [f"{key}:{value}" for key, value in settings.items()]
    return "|".join([*fields, f"mtalign:{__version__}"])
